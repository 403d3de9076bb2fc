"""Circuit breakers of what the service calls: webhooks, and connected services."""

from __future__ import annotations

from typing import Any

from mockserver.schema.blocks import Block
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, named, trigger

CLOSED = "closed"


def circuit() -> Block:
    """Declare ``circuit_state``, ``circuit_failure_count`` and ``_reset_circuit``."""
    return named(
        circuit_state=attribute("string", "Rfs", initial=CLOSED),
        circuit_failure_count=attribute("integer", "Rfs", initial=0),
        _reset_circuit=trigger(close_circuit, prohibited=True),
    )


def close_circuit(change: Change, _: Any) -> None:
    """Close the circuit and forget its failures."""
    change.record.update(circuit_state=CLOSED, circuit_failure_count=0)
