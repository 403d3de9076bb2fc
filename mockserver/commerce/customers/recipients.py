"""Whom coupons and gift cards are for (commerce.md §8.5)."""

from __future__ import annotations

from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare


def customer_by_email(change: Change) -> None:
    """Let a recipient be the customer with the same email address, unless another is named."""
    record, before = change.record, change.before or {}
    if record.get("customer") or not record.get("email"):
        return
    if record["email"] != before.get("email"):
        found = change.engine.find("customers", Compare("email", "eq", record["email"]))
        record["customer"] = found[0]["id"] if found else None
