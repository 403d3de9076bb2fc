"""The items of subscriptions: the lines of their source orders, and what is priced by hand.

commerce.md §19.2, §19.5.
"""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.commerce.orders.cart_records import lines_of
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

ITEMS = "order_subscription_items"
#: What of an order can be subscribed to; the rest of its lines is made anew by each run.
SUBSCRIBABLE = frozenset({"skus", "bundles", "adjustments"})


def subscribable(engine: Engine, order_id: str) -> list[Record]:
    """Return the lines of an order that subscriptions can repeat."""
    lines = lines_of(engine, order_id)
    return [line for line in lines if line["item"] and line["item_type"] in SUBSCRIBABLE]


def copy_lines(engine: Engine, subscription_id: str, lines: Iterable[Record]) -> None:
    """Make the items of a subscription of lines of its source order."""
    for line in lines:
        engine.add(
            ITEMS,
            {
                "quantity": line["quantity"],
                "unit_amount_cents": line["unit_amount_cents"],
                "order_subscription": subscription_id,
                "item": (line["item_type"], line["item"]),
                "source_line_item": line["id"],
            },
        )
