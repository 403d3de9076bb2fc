"""Reservations: pieces of a stock item that are kept for somebody (catalogue.md §14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import parse_timestamp, timestamp
from mockserver.commerce.stock.availability import ITEMS, RESERVATIONS
from mockserver.commerce.stock.in_stock import tell_of_rise
from mockserver.commerce.stock.stock_items import count_reserved, reserved, reserved_stock_of
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

DRAFT, PENDING = "draft", "pending"
EXPIRE = "expire"
#: How long a reservation lasts that is for nothing in particular.
GENERIC_LIFETIME = timedelta(seconds=3600)
#: What a reservation can be for, from what tells most: each of them knows its order.
PURPOSES = {
    "stock_line_item": "stock_line_items",
    "stock_transfer": "stock_transfers",
    "line_item": "line_items",
}
KEPT = {"status": PENDING, "expires_at": None}


# --- made and ended by the service ---------------------------------------------------------------


def hold(engine: Engine, item_id: str, quantity: int, **purpose: Any) -> Record:
    """Reserve pieces of a stock item until they are taken, or until their time is up.

    Args:
        engine: where the stock item is.
        item_id: the stock item.
        quantity: how many pieces.
        **purpose: what they are for; what else the reservation is like.

    Raises:
        Refusal: 422, there are not so many.
    """
    values = {**KEPT, **purpose, "stock_item": item_id, "quantity": quantity}
    return engine.add(RESERVATIONS, values)


def keep(engine: Engine, reservation: Record, **values: Any) -> None:
    """Let a reservation stay until its pieces are taken."""
    engine.change(RESERVATIONS, reservation["id"], {**KEPT, **values})


def use_up(engine: Engine, reservation_id: str | None) -> None:
    """End a reservation whose pieces have been taken: nobody else can have them."""
    reservation = engine.get(RESERVATIONS, reservation_id)
    if reservation:
        engine.store(RESERVATIONS, reservation, None)
        count_reserved(engine, reservation["stock_item"], -reservation["quantity"])


def release(engine: Engine, reservation_id: str | None) -> None:
    """End a reservation whose pieces anybody can have now."""
    if engine.get(RESERVATIONS, reservation_id):
        engine.remove(RESERVATIONS, str(reservation_id))


def expires_in(engine: Engine, lifetime: timedelta) -> str:
    """Return when something ends that lasts so long."""
    return timestamp(engine.clock.now() + lifetime)


# --- what is declared ----------------------------------------------------------------------------


def details_of_reservation(change: Change) -> None:
    """Note of which SKU a reservation is, for which order, what counts it, and when it ends."""
    engine, record = change.engine, change.record
    item = engine.get(ITEMS, record["stock_item"])
    if change.before or item is None or change.is_refused:
        return
    found = (engine.get(type_, record[name]) for name, type_ in PURPOSES.items())
    purpose: Record = next(filter(None, found), {})
    record["sku"], record["order"] = item["sku"], purpose.get("order")
    record["reserved_stock"] = reserved_stock_of(engine, item)
    if record["status"] == DRAFT and record["expires_at"] is None:
        record["expires_at"] = expires_in(engine, GENERIC_LIFETIME)


def within_what_is_free(change: Change) -> None:
    """Reserve no more than there is: what is reserved for the same order meanwhile gives way."""
    record, before, engine = change.record, change.before or {}, change.engine
    quantity, item = record["quantity"], engine.get(ITEMS, record["stock_item"])
    if quantity is None or item is None or quantity == before.get("quantity"):
        return
    held = reserved(engine, item["id"]) - _giving_way(engine, record, before)
    most = max(0, item["quantity"] - held)
    if quantity > most:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=most)


def _giving_way(engine: Engine, record: Record, before: Record) -> int:
    """Return how much is reserved by what is no obstacle: itself, and drafts of its order."""
    own = Compare("order", "eq", record["order"])
    drafts = (
        each["quantity"]
        for each in (engine.find(RESERVATIONS, own) if record["order"] else ())
        if each["status"] == DRAFT
        and each["stock_item"] == record["stock_item"]
        and each["id"] != record["id"]
    )
    return int(sum(drafts, before.get("quantity") or 0))


def settle_reservation(change: Change) -> None:
    """Count what is reserved, and name the reservation to what it is for."""
    engine, record = change.engine, change.record
    more = (record["quantity"] or 0) - (change.before or {"quantity": 0})["quantity"]
    change.after(lambda: count_reserved(engine, record["stock_item"], more))
    change.after(lambda: _name(engine, record))


def _name(engine: Engine, reservation: Record) -> None:
    """Tell the stock line item, or the transfer, of the reservation that is for it."""
    for name in ("stock_line_item", "stock_transfer"):
        holder = engine.get(PURPOSES[name], reservation[name])
        if holder and holder["stock_reservation"] != reservation["id"]:
            engine.rewrite(PURPOSES[name], holder["id"], {"stock_reservation": reservation["id"]})


KEEP = Transition(PENDING, (DRAFT,), sets={"expires_at": None})


def expires_at(reservation: Record, _: datetime) -> datetime | None:
    """Return when the time of a reservation is up; what is kept has none."""
    return parse_timestamp(reservation["expires_at"] or "")


def expire(engine: Engine, reservation: Record) -> None:
    """End a reservation whose time is up."""
    if reservation["status"] == DRAFT:
        engine.remove(RESERVATIONS, reservation["id"])


def pieces_are_free(engine: Engine, record: Record) -> None:
    """Count what is still reserved, and tell of what is free again."""
    item = engine.get(ITEMS, record["stock_item"])
    if item:
        count_reserved(engine, item["id"], -record["quantity"])
        tell_of_rise(engine, item, record["quantity"])


def end_draft(engine: Engine, reservation: Record) -> None:
    """End what was reserved for a cart, since its order has reserved what it takes."""
    if reservation["status"] == DRAFT:
        engine.remove(RESERVATIONS, reservation["id"])


def end(engine: Engine, reservation: Record) -> None:
    """End what was reserved for an order that is cancelled."""
    release(engine, reservation["id"])


def spare_draft(engine: Engine, line_id: str | None, item_id: str) -> Record | None:
    """Return a draft reservation of a line at a stock item, if there is one."""
    if line_id is None:
        return None
    own = Compare("line_item", "eq", line_id)
    found = engine.find(RESERVATIONS, own)
    drafts = (each for each in found if each["status"] == DRAFT and each["stock_item"] == item_id)
    return next(drafts, None)
