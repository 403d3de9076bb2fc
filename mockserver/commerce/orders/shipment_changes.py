"""Changes of shipments that have their order reckoned anew (commerce.md §3.1)."""

from __future__ import annotations

from mockserver.commerce.orders.refreshing import order_changed
from mockserver.schema.protocols import Change


def reckon_order_of_shipment(change: Change) -> None:
    """Have the order reckoned anew once another method is chosen."""
    engine, record, before = change.engine, change.record, change.before
    if before and before["shipping_method"] != record["shipping_method"]:
        change.after(lambda: order_changed(engine, record["order"]))
