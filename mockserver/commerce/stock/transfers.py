"""Stock transfers: pieces that are brought from one location to another (catalogue.md §19)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.stock.availability import ITEMS, unreserved
from mockserver.commerce.stock.locations import model_of
from mockserver.commerce.stock.reservations import hold, keep, release, spare_draft, use_up
from mockserver.commerce.stock.stock_items import item_at, put, take
from mockserver.commerce.stock.stock_lines import TYPE as STOCK_LINES
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

TYPE, RESERVATIONS = "stock_transfers", "stock_reservations"
#: The statuses of orders that build what they need.
OPEN = frozenset({"draft", "pending", "editing"})
FINAL = frozenset({"completed", "cancelled"})
DELETABLE = frozenset({"draft", "cancelled"})


def _origin(engine: Engine, transfer: Record) -> Record | None:
    """Return the stock item that a transfer takes from."""
    of_sku = Compare("sku", "eq", transfer["sku"])
    there = Compare("stock_location", "eq", transfer["origin_stock_location"])
    found = engine.find(ITEMS, both(there, of_sku))
    return found[0] if found else None


def _at_most(engine: Engine, transfer: Record) -> int:
    """Return how many pieces a transfer could be of."""
    item = _origin(engine, transfer)
    if item is None:
        return 0
    own = engine.get(RESERVATIONS, transfer["stock_reservation"]) or {"quantity": 0}
    draft = own if own["quantity"] else spare_draft(engine, transfer["line_item"], item["id"])
    kept: int = (draft or own)["quantity"]
    return max(0, unreserved(engine, item["id"]) + kept)


# --- what every transfer is like -----------------------------------------------------------------


def from_here_to_there(change: Change) -> None:
    """Refuse to bring pieces to where they are."""
    record = change.record
    origin, destination = (f"{end}_stock_location" for end in ("origin", "destination"))
    if record[origin] and record[origin] == record[destination]:
        change.invalid(destination, "invalid")


def quantity_at_origin(change: Change) -> None:
    """Let the quantity of an open transfer be changed, within what its origin has."""
    record, before, engine = change.record, change.before, change.engine
    quantity = record["quantity"]
    if before is None or quantity is None or quantity == before["quantity"]:
        return
    if before["status"] in FINAL:
        change.invalid("quantity", "not_editable")
        return
    most = _at_most(engine, before)
    if quantity > most and not change.access.is_service:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=most)
    elif record["stock_reservation"]:
        change.after(lambda: _reserve(engine, record))


# --- how they go on ------------------------------------------------------------------------------


def _is_not_built(change: Change) -> bool:
    """Say whether a transfer is on its own by now: an open order builds those it needs anew."""
    order = change.engine.get("orders", change.record["order"])
    return order is None or order["status"] not in OPEN or change.access.is_service


def _reserve(engine: Engine, transfer: Record) -> None:
    """Reserve at the origin what is to be brought; what is reserved already stays so."""
    item = _origin(engine, transfer)
    own = engine.get(RESERVATIONS, transfer["stock_reservation"])
    draft = own or (item and spare_draft(engine, transfer["line_item"], item["id"]))
    if draft:
        keep(engine, draft, quantity=transfer["quantity"], stock_transfer=transfer["id"])
    elif item:
        purpose = {"stock_transfer": transfer["id"], "line_item": transfer["line_item"]}
        hold(engine, item["id"], transfer["quantity"], **purpose)


def _begin(change: Change, _: Any) -> None:
    engine, record = change.engine, change.record
    quantity, most = record["quantity"], _at_most(engine, record)
    if quantity is None:
        # That is refused by itself.
        return
    if quantity > most:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=most)
        return
    change.after(lambda: _reserve(engine, record))
    change.after(lambda: record.update(engine.get(TYPE, record["id"]) or {}))


def _give_up(change: Change, _: Any) -> None:
    engine, record = change.engine, change.record
    reservation, record["stock_reservation"] = record["stock_reservation"], None
    change.after(lambda: release(engine, reservation))


def _arrive(change: Change, _: Any) -> None:
    engine, record = change.engine, change.record
    reservation, record["stock_reservation"] = record["stock_reservation"], None

    def arrive() -> None:
        item = _origin(engine, record)
        brought = take(engine, item["id"], record["quantity"]) if item else 0
        use_up(engine, reservation)
        destination = item_at(engine, record["destination_stock_location"], record["sku"])
        if record["line_item"] or record["shipment"]:
            _add_to_order(engine, record, destination, brought)
        else:
            put(engine, destination["id"], brought)

    change.after(arrive)


def _add_to_order(engine: Engine, transfer: Record, item: Record, brought: int) -> None:
    """Add what was brought for an order to what it takes from the destination.

    It is taken at once, unless somebody is to say when: then it waits there, reserved.
    """
    values = {name: transfer[name] for name in ("sku", "line_item", "shipment", "quantity")}
    line = engine.add(STOCK_LINES, {**values, "stock_item": item["id"]})
    order = engine.get("orders", transfer["order"]) or {}
    if not model_of(engine, order.get("market")).get("manual_stock_decrement"):
        engine.rewrite(STOCK_LINES, line["id"], {"taken": brought})
        return
    engine.rewrite(ITEMS, item["id"], {"quantity": item["quantity"] + brought})
    purpose = {"stock_line_item": line["id"], "line_item": line["line_item"]}
    hold(engine, item["id"], brought, **purpose)


UPCOMING = Transition("upcoming", ("draft",), event="upcoming", guard=_is_not_built, then=_begin)
PICKING = Transition("picking", ("upcoming", "on_hold"), "picking_at", "picking")
ON_HOLD = Transition("on_hold", ("upcoming", "picking"), "on_hold_at", "on_hold")
IN_TRANSIT = Transition("in_transit", ("picking",), "in_transit_at", "in_transit")
COMPLETE = Transition("completed", ("in_transit",), "completed_at", "complete", then=_arrive)
CANCEL = Transition(
    "cancelled",
    ("draft", "upcoming", "on_hold", "picking", "in_transit"),
    "cancelled_at",
    "cancel",
    guard=_is_not_built,
    then=_give_up,
)


# --- with their orders ---------------------------------------------------------------------------


def set_out(engine: Engine, transfer: Record) -> None:
    """Have the transfers of a placed order reserved."""
    if transfer["status"] == "draft":
        engine.change(TYPE, transfer["id"], {"_upcoming": True})


def go_back(engine: Engine, transfer: Record) -> None:
    """Let a transfer of an order that is edited be built anew; it keeps what it has reserved."""
    if transfer["status"] == "upcoming":
        engine.rewrite(TYPE, transfer["id"], {"status": "draft"})


def call_off(engine: Engine, transfer: Record) -> None:
    """Bring nothing more for an order that is cancelled."""
    if transfer["status"] not in FINAL:
        engine.change(TYPE, transfer["id"], {"_cancel": True})
