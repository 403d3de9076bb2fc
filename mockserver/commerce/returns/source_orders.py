"""Values that returns take from the order they are made for (neighbours.md §11)."""

from __future__ import annotations

from mockserver.commerce.returns.refunding import first_capture
from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare


def details_of_order(change: Change) -> None:
    """Take from the order what a new return has of it: customer, address, currency, number."""
    order_id = change.record.get("order")
    order = change.engine.get("orders", order_id) if order_id else None
    if change.before is not None or order is None:
        return
    earlier = len(change.engine.find("returns", Compare("order", "eq", order_id)))
    change.record["customer"] = order.get("customer")
    change.record["origin_address"] = order.get("shipping_address")
    change.record["currency_code"] = order.get("currency_code")
    if change.record.get("reference_capture") is None:
        change.record["reference_capture"] = first_capture(change.engine, order_id)
    if change.record.get("number") is None:
        change.record["number"] = f"#{order['number']}/R/{earlier + 1:03d}"


def address_of_location(change: Change) -> None:
    """Take the destination from the stock location."""
    location = change.engine.get("stock_locations", change.record.get("stock_location")) or {}
    change.record["destination_address"] = location.get("address")
