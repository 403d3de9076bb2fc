"""The subscriptions that are made of an order (commerce.md §19.2)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.orders.cart_records import lines_of
from mockserver.schema.protocols import Change

#: When subscriptions can be made of an order: upon placing and after it.
SUBSCRIBABLE = frozenset({"placing", "placed", "approved"})


def create_subscriptions(change: Change, _: Any) -> None:
    """Make a subscription for each frequency of the line items, upon or after placing.

    Before that, and once they are made, there is nothing to do (commerce.md §19.2).
    """
    engine, order = change.engine, change.record
    if order["status"] not in SUBSCRIBABLE or order.get("subscription_created_at"):
        return
    lines = lines_of(engine, order["id"])
    frequencies = dict.fromkeys(line["frequency"] for line in lines if line["frequency"])
    if not frequencies:
        return

    def create() -> None:
        for frequency in frequencies:
            links = {"source_order": order["id"], "market": order["market"]}
            engine.add("order_subscriptions", {"frequency": frequency, **links})

    order["subscription_created_at"] = engine.clock.timestamp()
    change.fire("create_subscriptions")
    change.after(create)
