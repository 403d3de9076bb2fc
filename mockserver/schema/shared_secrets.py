"""Secrets that the service shares with a receiver of its calls, to sign them with."""

from __future__ import annotations

from typing import Any

from mockserver.schema.blocks import Block
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, named, trigger

#: Hexadecimal digits of a secret (neighbours.md §20).
DIGITS = 32


def shared_secret() -> Block:
    """Declare ``shared_secret`` and ``_regenerate_shared_secret``."""
    return named(
        shared_secret=attribute("string", "R", initial=new_secret, exported=False, secret=True),
        _regenerate_shared_secret=trigger(regenerate, deprecated=True),
    )


def new_secret(change: Change) -> str:
    """Return a new secret for signing calls to external services."""
    return change.engine.entropy.hex(DIGITS)


def regenerate(change: Change, _: Any) -> None:
    """Replace the shared secret."""
    change.record["shared_secret"] = new_secret(change)
