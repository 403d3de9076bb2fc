"""Orders that follow their adjustments (commerce.md §11)."""

from __future__ import annotations

from mockserver.commerce.orders.refreshing import order_changed
from mockserver.commerce.totals.cart import ADJUSTMENTS
from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare, both


def orders_of_adjustment(change: Change) -> None:
    """Reckon the orders anew that have a line of an adjustment that has changed."""
    engine, record = change.engine, change.record
    if change.before is None or change.before == record:
        return
    of_it = both(Compare("item_type", "eq", ADJUSTMENTS), Compare("item", "eq", record["id"]))

    def reckon() -> None:
        for order_id in dict.fromkeys(line["order"] for line in engine.find("line_items", of_it)):
            order_changed(engine, order_id)

    change.after(reckon)
