"""Circuit breakers: there is nobody to call here, so they stay closed unless a test opens them."""

from __future__ import annotations

from typing import Any

from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import Block, attribute, named, trigger


def circuit() -> Block:
    """Declare ``circuit_state``, ``circuit_failure_count`` and ``_reset_circuit``."""
    return named(
        circuit_state=attribute("string", "Rfs", initial="closed"),
        circuit_failure_count=attribute("integer", "Rfs", initial=0),
        _reset_circuit=trigger(close_circuit, prohibited=True),
    )


def close_circuit(change: Change, _: Any) -> None:
    """Close the circuit and forget its failures."""
    change.record.update(circuit_state="closed", circuit_failure_count=0)
