"""Status of what is in force for a while: disabled, expired, pending, active (catalogue.md §8)."""

from __future__ import annotations

from mockserver.schema.protocols import View
from mockserver.storage.base import Record

STATUSES = ("disabled", "expired", "pending", "active")


def status_at(record: Record, now: str) -> str:
    """Return the status at a moment; moments as the API prints them are in order as text."""
    if record["disabled_at"]:
        return "disabled"
    # A record that was put into a state of its own may lack either end.
    if record["expires_at"] and record["expires_at"] <= now:
        return "expired"
    return "pending" if record["starts_at"] and record["starts_at"] > now else "active"


def is_active(record: Record, now: str) -> bool:
    """Say whether it is in force at a moment."""
    return status_at(record, now) == "active"


def status(record: Record, view: View) -> str:
    """Return the status now."""
    return status_at(record, view.engine.clock.timestamp())


def active(record: Record, view: View) -> bool:
    """Say whether it is in force now."""
    return is_active(record, view.engine.clock.timestamp())
