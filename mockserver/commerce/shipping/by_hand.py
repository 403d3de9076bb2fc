"""Shipments and stock line items that somebody makes or changes by hand (catalogue.md §18, §23).

That is possible once the order is being fulfilled; before, the order builds its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.shipping.contents import shipments_of
from mockserver.commerce.shipping.numbers import last_count, shipment_number
from mockserver.commerce.shipping.states import GONE
from mockserver.commerce.stock.locations import model_of
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

ORDERS = "orders"
FULFILLING = frozenset({"in_progress", "fulfilled"})
#: What of a shipment follows from what it is made of, until then.
BUILT = ("shipping_category", "inventory_stock_location", "shipping_address")


def is_being_fulfilled(engine: Engine, order_id: str | None) -> bool:
    """Say whether an order is so far that its shipments are no longer built."""
    order = engine.get(ORDERS, order_id) or {}
    return order.get("fulfillment_status") in FULFILLING


def needs_inventory_location(record: Record, _: Any) -> bool:
    """Say whether it has to be told where a shipment leaves: not if it leaves from a store."""
    return not record.get("of_store")


def only_while_fulfilling(change: Change) -> None:
    """Refuse what is made or moved by hand while shipments are built."""
    record, before, engine = change.record, change.before, change.engine
    if change.access.is_service or is_being_fulfilled(engine, record.get("order")):
        return
    if before is None:
        if record.get("order"):
            change.invalid("order", "invalid_transition")
        return
    for name in BUILT:
        if before[name] != record[name]:
            change.invalid(name, "invalid_transition")


def details_of_shipment(change: Change) -> None:
    """Fill in what follows from where a shipment leaves, and from its order."""
    record, before, engine = change.record, change.before, change.engine
    location = engine.get("inventory_stock_locations", record["inventory_stock_location"])
    moved = before is None or before["inventory_stock_location"] != record[BUILT[1]]
    if location and moved:
        place = engine.get("stock_locations", location["stock_location"]) or {}
        record.update(stock_location=place.get("id"), origin_address=place.get("address"))
    if before is None:
        order = engine.get(ORDERS, record["order"]) or {}
        record["shipping_address"] = record["shipping_address"] or order.get("shipping_address")
        # Its order has been placed already (catalogue.md §23).
        record.update(status="upcoming", currency_code=order.get("currency_code"))


def number_of_shipment(change: Change) -> None:
    """Give a shipment that is made by hand the next number of its order."""
    record, engine = change.record, change.engine
    order = engine.get(ORDERS, record["order"])
    if record.get("number") or order is None:
        return
    others = shipments_of(engine, order["id"])
    last = max(last_count(each["number"] for each in others), order.get("shipments_numbered") or 0)
    record["number"] = shipment_number(order, last + 1)
    values = {"shipments_numbered": last + 1, "shipments_count": len(others) + 1}
    change.after(lambda: _note(engine, order["id"], values))


def _note(engine: Engine, order_id: str, values: Mapping[str, Any]) -> None:
    engine.rewrite(ORDERS, order_id, values)


def is_kept(engine: Engine, record: Record) -> bool:
    """Say whether a shipment may not be deleted: it has left, or its order builds it."""
    return record["status"] in GONE or not is_being_fulfilled(engine, record["order"])


def keep_reserved(engine: Engine, record: Record) -> None:
    """Leave reserved what was, where only commands move stock: whoever wants it free says so."""
    order = engine.get(ORDERS, record["order"]) or {}
    is_by_hand = model_of(engine, order.get("market")).get("manual_stock_decrement")
    if not is_by_hand or not is_being_fulfilled(engine, record["order"]):
        return
    for line in engine.find("stock_line_items", Compare("shipment", "eq", record["id"])):
        if line["stock_reservation"]:
            loose = {"stock_line_item": None}
            engine.rewrite("stock_reservations", line["stock_reservation"], loose)


def count_shipments(engine: Engine, record: Record) -> None:
    """Count what is left when a shipment is gone."""
    order = engine.get(ORDERS, record["order"])
    if order is not None and is_being_fulfilled(engine, order["id"]):
        _note(engine, order["id"], {"shipments_count": len(shipments_of(engine, order["id"]))})
