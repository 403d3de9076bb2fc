"""The store that a token is limited to (authentication §6)."""

from __future__ import annotations

from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare


def store_in_scope(change: Change) -> None:
    """Give a new order the store that is in scope, when there is exactly one (neighbours §7)."""
    named = change.access.stores
    if change.before is not None or change.record.get("store") or len(named) != 1:
        return
    field, value = named[0]
    found = change.engine.find("stores", Compare(field, "eq", value))
    change.record["store"] = found[0]["id"] if found else None
