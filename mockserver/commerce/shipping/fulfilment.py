"""How orders are fulfilled by their shipments (catalogue.md §23, §29)."""

from __future__ import annotations

from mockserver.commerce.shipping.contents import (
    SHIPMENTS,
    TRANSFERS,
    is_open,
    shipments_of,
    transfers_of,
)
from mockserver.commerce.shipping.in_store import in_store
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record

ORDERS = "orders"
CANCELLED = "cancelled"
#: The statuses of shipments that nothing is left to do for.
DONE = frozenset({"shipped", "delivered", CANCELLED})


def ship_when_placed(change: Change) -> None:
    """Have an order's shipments follow once it is placed, or placed again after editing."""
    engine, record, before = change.engine, change.record, change.before or {}
    if record["status"] == "placed" and before.get("status") not in (None, "placed", "approved"):
        change.after(lambda: order_placed(engine, record["id"]))


def order_placed(engine: Engine, order_id: str) -> None:
    """Have the shipments of an order follow when it is placed, and what is to be brought."""
    for shipment in shipments_of(engine, order_id):
        if shipment["status"] == "draft":
            engine.change(SHIPMENTS, shipment["id"], {"_upcoming": True})


def start_fulfilling(engine: Engine, shipment: Record) -> None:
    """Begin with a shipment: it is picked, waits, or is handed over in the store at once."""
    order = engine.get(ORDERS, shipment["order"]) or {}
    if shipment["status"] != "upcoming":
        return
    if in_store(engine, order, [shipment]):
        _hand_over(engine, shipment)
        return
    transfers = [*filter(is_open, transfers_of(engine, shipment["id"]))]
    for transfer in transfers:
        bring(engine, order, transfer)
    waits = transfers or _is_on_hold(engine, shipment)
    engine.change(SHIPMENTS, shipment["id"], {"_on_hold" if waits else "_picking": True})


def bring(engine: Engine, order: Record, transfer: Record) -> None:
    """Begin with a transfer, unless the inventory model has it wait."""
    market = engine.get("markets", order["market"]) or {}
    model = engine.get("inventory_models", market.get("inventory_model")) or {}
    waits = model.get("put_stock_transfers_on_hold")
    engine.change(TRANSFERS, transfer["id"], {"_on_hold" if waits else "_picking": True})


def bring_unshipped(engine: Engine, transfer: Record) -> None:
    """Begin with a transfer of an order that no shipment waits for."""
    if transfer["shipment"] is None and transfer["status"] == "upcoming":
        bring(engine, engine.get(ORDERS, transfer["order"]) or {}, transfer)


def cancel_with_order(engine: Engine, shipment: Record) -> None:
    """Cancel a shipment of a cancelled order, unless it has left."""
    if shipment["status"] not in DONE:
        engine.change(SHIPMENTS, shipment["id"], {"_cancel": True})


def settle_order(engine: Engine, order_id: str) -> None:
    """Fulfil an order that nothing is left to do for; if all is cancelled, it is not begun."""
    order = engine.get(ORDERS, order_id) or {}
    if order.get("fulfillment_status") != "in_progress" or order["status"] == CANCELLED:
        return
    statuses = {shipment["status"] for shipment in shipments_of(engine, order_id)}
    if statuses == {CANCELLED}:
        stamp = {"fulfillment_updated_at": engine.clock.timestamp()}
        engine.change(ORDERS, order_id, {"fulfillment_status": "unfulfilled", **stamp})
        engine.fire(ORDERS, order_id, "cancel_fulfilling")
    elif statuses <= DONE:
        engine.change(ORDERS, order_id, {"_fulfill": True})


def can_be_fulfilled(change: Change) -> bool:
    """Say whether an order's shipments allow it to be called fulfilled (catalogue.md §29)."""
    statuses = {each["status"] for each in shipments_of(change.engine, change.record["id"])}
    if change.record["fulfillment_status"] == "unfulfilled":
        return not statuses
    return statuses <= DONE and statuses != {CANCELLED}


def _hand_over(engine: Engine, shipment: Record) -> None:
    """Note that the customer has it: in one step, though it counts as shipped too."""
    now = engine.clock.timestamp()
    stamps = {"shipped_at": now, "delivered_at": now}
    engine.change(SHIPMENTS, shipment["id"], {"status": "delivered", **stamps})
    engine.fire(SHIPMENTS, shipment["id"], "deliver")
    settle_order(engine, shipment["order"])


def _is_on_hold(engine: Engine, shipment: Record) -> bool:
    """Say whether what leaves from the shipment's location waits to be released."""
    location = engine.get("inventory_stock_locations", shipment["inventory_stock_location"])
    return bool(location and location["on_hold"])
