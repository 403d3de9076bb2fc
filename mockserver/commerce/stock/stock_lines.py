"""Stock line items reserve stock, take it and give it back (catalogue.md §16, §18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.commerce.stock.availability import unreserved
from mockserver.commerce.stock.line_memory import note_back
from mockserver.commerce.stock.locations import model_of
from mockserver.commerce.stock.reservations import hold, keep, release, spare_draft, use_up
from mockserver.commerce.stock.stock_items import put, take
from mockserver.schema.protocols import Change, Effect, Engine
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "stock_line_items"
#: The statuses of shipments that have left: what is in them does not come back by itself.
GONE = frozenset({"shipped", "delivered"})
Doing = Callable[[Engine, Record], None]


def reserve(engine: Engine, line: Record) -> None:
    """Reserve what a stock line item takes, unless that is done, or taken already."""
    item, quantity = line["stock_item"], line["quantity"]
    if item is None or line.get("taken") is not None:
        return
    own = engine.get("stock_reservations", line["stock_reservation"])
    draft = own or spare_draft(engine, line["line_item"], item)
    if draft:
        keep(engine, draft, quantity=quantity, stock_line_item=line["id"])
    else:
        hold(engine, item, quantity, stock_line_item=line["id"], line_item=line["line_item"])


def let_go(engine: Engine, line: Record) -> None:
    """Release what is reserved."""
    release(engine, line["stock_reservation"])


def decrement(engine: Engine, line: Record) -> None:
    """Take the pieces from the stock, once."""
    if line["stock_item"] is None or line.get("taken") is not None:
        return
    taken = take(engine, line["stock_item"], min(line["quantity"], at_most(engine, line)))
    use_up(engine, line["stock_reservation"])
    engine.rewrite(TYPE, line["id"], {"taken": taken, "stock_reservation": None})


def at_most(engine: Engine, line: Record) -> int:
    """Return how many pieces a stock line item can take: what others have reserved it cannot."""
    own = engine.get("stock_reservations", line["stock_reservation"]) or {"quantity": 0}
    kept: int = own["quantity"]
    return max(0, unreserved(engine, line["stock_item"]) + kept)


def decrement_by_itself(engine: Engine, line: Record) -> None:
    """Take the pieces of an approved order, unless somebody is to say when (catalogue.md §16)."""
    order = engine.get("orders", line["order"]) or {}
    if not model_of(engine, order.get("market")).get("manual_stock_decrement"):
        decrement(engine, line)


def give_back(engine: Engine, line: Record) -> None:
    """Put back what was taken, and release what is reserved: it is not needed any more."""
    release(engine, line["stock_reservation"])
    taken = line.get("taken")
    if taken is None or line["stock_item"] is None:
        return
    engine.rewrite(TYPE, line["id"], {"taken": None})
    put(engine, line["stock_item"], taken)
    note_back(engine, line["line_item"], line["sku"], taken)


def give_back_with_order(engine: Engine, line: Record) -> None:
    """Put back what a cancelled order has not sent."""
    shipment = engine.get("shipments", line["shipment"]) or {}
    if shipment.get("status") not in GONE:
        give_back(engine, line)


# --- the triggers --------------------------------------------------------------------------------


def _is_taking(engine: Engine, line: Record) -> bool:
    """Say whether the order of a stock line item is being fulfilled, or it is of no order."""
    order = engine.get("orders", line.get("order"))
    return order is None or order["fulfillment_status"] == "in_progress"


def reserve_stock(change: Change, _: Any) -> None:
    """Reserve the pieces of a stock line item: of an order in progress, with a stock item."""
    record = change.record
    if record["stock_reservation"] is not None:
        return
    if record["stock_item"] is None or not _is_taking(change.engine, record):
        refuse_trigger(change)
        return
    _afterwards(change, reserve)


def release_stock(change: Change, _: Any) -> None:
    """Release the pieces that are reserved."""
    _afterwards(change, let_go)


def decrement_stock(change: Change, _: Any) -> None:
    """Take the pieces, if there are so many that nobody else has reserved."""
    record = change.record
    if record["stock_item"] is None:
        refuse_trigger(change)
        return
    quantity, most = record["quantity"], at_most(change.engine, record)
    if quantity is None:
        # That is refused by itself.
        return
    if record.get("taken") is None and quantity > most:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=most)
        return
    _afterwards(change, decrement)


def _afterwards(change: Change, doing: Doing) -> None:
    """Do something to the record once it is stored, and show what has become of it."""
    engine, record = change.engine, change.record

    def do() -> None:
        doing(engine, engine.get(TYPE, record["id"]) or record)
        record.update(engine.get(TYPE, record["id"]) or {})

    change.after(do)


def of_shipment(doing: Doing) -> Effect:
    """Return the effect that does something to all stock line items of a shipment.

    Of a shipment that has been approved: before, its order builds it.
    """

    def do(change: Change, _: Any) -> None:
        engine, own = change.engine, Compare("shipment", "eq", change.record["id"])
        order = engine.get("orders", change.record["order"]) or {}
        if order.get("status") != "approved":
            refuse_trigger(change)
            return

        def all_of_them() -> None:
            for line in engine.find(TYPE, own):
                doing(engine, line)

        change.after(all_of_them)

    return do


def reserve_unless_taken(engine: Engine, line: Record) -> None:
    """Reserve what nothing is reserved for yet."""
    if line["stock_reservation"] is None:
        reserve(engine, line)


RESERVE_SHIPMENT = of_shipment(reserve_unless_taken)
RELEASE_SHIPMENT = of_shipment(let_go)
DECREMENT_SHIPMENT = of_shipment(decrement)
