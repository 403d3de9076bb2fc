"""Secrets that the service shares with a receiver of its calls, to sign them with."""

from __future__ import annotations

from typing import Any

from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, trigger

#: Hexadecimal digits of a secret (neighbours §20).
DIGITS = 32


def shared_secret() -> Attribute:
    """Declare ``shared_secret``."""
    return attribute("string", "R", initial=new_secret, exported=False, secret=True)


def regenerating_shared_secret() -> Attribute:
    """Declare ``_regenerate_shared_secret``."""
    return trigger(regenerate)


def new_secret(change: Change) -> str:
    """Return a new secret for signing calls to external services."""
    return change.engine.entropy.hex(DIGITS)


def regenerate(change: Change, _: Any) -> None:
    """Replace the shared secret."""
    change.record["shared_secret"] = new_secret(change)
