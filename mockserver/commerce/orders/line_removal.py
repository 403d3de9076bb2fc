"""Consequences for an order that has lost a line (commerce.md §4)."""

from __future__ import annotations

from mockserver.commerce.orders.cart_records import has_goods
from mockserver.commerce.orders.line_rules import is_generated
from mockserver.commerce.orders.refreshing import order_changed
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def subtract(engine: Engine, record: Record) -> None:
    """Reckon the order anew; one that has no goods left is a draft again.

    The lines that the order makes go with a run of it.
    """
    order = None if is_generated(record) else engine.get("orders", record["order"])
    if order is None:
        return
    if order["status"] == "pending" and not has_goods(engine, order["id"]):
        order_changed(engine, order["id"], status="draft")
        engine.fire("orders", order["id"], "draft")
    else:
        order_changed(engine, order["id"])
