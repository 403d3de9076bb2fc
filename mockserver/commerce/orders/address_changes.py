"""Orders that follow their addresses: where they go decides what they cost (commerce.md §3.1)."""

from __future__ import annotations

from functools import partial

from mockserver.commerce.orders.refreshing import order_changed
from mockserver.commerce.orders.states import EDITABLE
from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Any_, Compare, both

#: What of an address does not matter to an order.
NOTES = frozenset({"reference", "reference_origin", "metadata", "tags", "updated_at"})


def orders_at_address(change: Change) -> None:
    """Reckon the open orders anew that go to an address which has changed, or are billed there."""
    before, record, engine = change.before, change.record, change.engine
    if before is None or all(before.get(name) == record[name] for name in record.keys() - NOTES):
        return
    there = Any_(
        (
            Compare("shipping_address", "eq", record["id"]),
            Compare("billing_address", "eq", record["id"]),
        )
    )
    for order in engine.find("orders", both(there, Compare("status", "in", EDITABLE))):
        change.after(partial(order_changed, engine, order["id"]))
