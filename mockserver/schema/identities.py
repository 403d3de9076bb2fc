"""Identities of a customer at payment gateways and connected services (customers.md §3)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Effect
from mockserver.schema.validations import Length

IDENTITY = Length(3, 128)


def identity(name: str) -> Effect:
    """Return the effect that stores an identity, or makes a new one when a blank is sent."""

    def store(change: Change, value: str | None) -> None:
        change.record[name] = value if value and value.strip() else generated(change)

    return store


def generated(change: Change) -> str:
    """Return a new identity towards payment gateways and connected services."""
    return change.engine.entropy.uuid()
