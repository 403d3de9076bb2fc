"""Which shipping method a shipment may have (catalogue.md §21)."""

from __future__ import annotations

from mockserver.commerce.shipping.offers import Counter
from mockserver.schema.protocols import Change, Target, View
from mockserver.storage.base import Record

METHODS = "shipping_methods"


def method_is_available(change: Change) -> None:
    """Refuse a method that the shipment is not offered; none at all is possible always."""
    record, before = change.record, change.before or {}
    method = record["shipping_method"]
    if method is None or method == before.get("shipping_method") or change.access.is_service:
        return
    order = change.engine.get("orders", record["order"])
    if order is None:
        return
    offered = Counter(change.engine, order, [record]).offered(record)
    if all(each["id"] != method for each in offered):
        change.invalid("shipping_method", "not_available")


def default_method(record: Record, view: View) -> list[Target]:
    """Return the method that shipments of an order's market have unless another is chosen."""
    market = view.related(record, "market", "orders") or {}
    id_ = market.get("default_shipping_method")
    return [(METHODS, id_)] if id_ else []
