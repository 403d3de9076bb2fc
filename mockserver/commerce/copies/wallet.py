"""The entry of a customer's wallet that an order was paid with (commerce.md §13.4, §18)."""

from __future__ import annotations

from mockserver.commerce.payments.payment_sources import source_token
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

WALLET = "customer_payment_sources"
OF_ORDER = ("customer", "payment_source_type")


def saved_entry(engine: Engine, order: Record) -> Record | None:
    """Return the entry whose source the order has, or a copy of it, or one of the same token."""
    if not order.get("payment_source") or not all(order.get(name) for name in OF_ORDER):
        return None
    source = engine.get(order["payment_source_type"], order["payment_source"]) or {}
    ids, token = {order["payment_source"], source.get("original")}, source_token(source)
    own = both(*(Compare(name, "eq", order[name]) for name in OF_ORDER))
    for entry in engine.find(WALLET, own):
        is_of_token = token is not None and entry["payment_source_token"] == token
        if entry["payment_source"] in ids or is_of_token:
            return entry
    return None
