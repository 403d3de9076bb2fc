"""Stock items: what lies in one place of one SKU, and what is reserved of it (catalogue.md §14)."""

from __future__ import annotations

from mockserver.commerce.stock.availability import ITEMS, RESERVED, reserved_of
from mockserver.commerce.stock.in_stock import tell_of_rise
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both


def reserved(engine: Engine, item_id: str) -> int:
    """Return how many pieces of a stock item are reserved."""
    item = engine.get(ITEMS, item_id)
    return reserved_of(engine, [item]).get(item_id, 0) if item else 0


# --- pieces that come and go ---------------------------------------------------------------------


def take(engine: Engine, item_id: str, pieces: int) -> int:
    """Take pieces off a stock item, and return how many there were to be taken."""
    item = engine.get(ITEMS, item_id)
    taken = min(pieces, item["quantity"]) if item else 0
    if item and taken:
        engine.rewrite(ITEMS, item_id, {"quantity": item["quantity"] - taken})
    return taken


def put(engine: Engine, item_id: str, pieces: int) -> None:
    """Put pieces to a stock item; whoever waits for them is told."""
    item = engine.get(ITEMS, item_id)
    if item and pieces:
        item = engine.rewrite(ITEMS, item_id, {"quantity": item["quantity"] + pieces})
        tell_of_rise(engine, item, pieces)


def item_at(engine: Engine, location_id: str, sku_id: str) -> Record:
    """Return the stock item of a SKU in a place, an empty new one where there is none."""
    same = both(Compare("stock_location", "eq", location_id), Compare("sku", "eq", sku_id))
    found = engine.find(ITEMS, same)
    values = {"stock_location": location_id, "sku": sku_id, "quantity": 0}
    return found[0] if found else engine.add(ITEMS, values)


# --- what requests write -------------------------------------------------------------------------


def not_below_reserved(change: Change) -> None:
    """Hold the quantity against what is reserved, where that is asked for."""
    quantity = change.record["quantity"]
    if not change.sent.get("_validate") or quantity is None:
        return
    least = reserved(change.engine, change.record["id"])
    if quantity < least:
        change.invalid("quantity", "greater_than_or_equal_to", value=quantity, count=least)


def tell_of_more(change: Change) -> None:
    """Tell whoever waits for a SKU that there is more of it."""
    engine, record, before = change.engine, change.record, change.before or {}
    same = all(before.get(name) == record[name] for name in ("sku", "stock_location"))
    more = (record["quantity"] or 0) - (before["quantity"] if same else 0)
    if more > 0:
        change.after(lambda: tell_of_rise(engine, record, more))


def holds_reservations(engine: Engine, record: Record) -> bool:
    """Say whether something is reserved of a stock item: then it stays (catalogue.md §31)."""
    return bool(reserved(engine, record["id"]))


def count_reserved(engine: Engine, item_id: str, more: int) -> None:
    """Count so many more pieces of a stock item as reserved, or less."""
    item = engine.get(ITEMS, item_id)
    counter = engine.get(RESERVED, item.get("reserved_stock")) if item else None
    if counter and more:
        engine.rewrite(RESERVED, counter["id"], {"quantity": counter["quantity"] + more})


def reserved_stock_of(engine: Engine, item: Record) -> str:
    """Return the id of what counts the reservations of a stock item, made with the first one."""
    if item.get("reserved_stock") is None:
        made = {**engine.begun(RESERVED), "stock_item": item["id"], "sku": item["sku"]}
        engine.store(RESERVED, None, made)
        engine.rewrite(ITEMS, item["id"], {"reserved_stock": made["id"]})
        return str(made["id"])
    return str(item["reserved_stock"])
