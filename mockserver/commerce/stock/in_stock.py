"""In-stock subscriptions: who wants to hear when a SKU is back (catalogue.md §27)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.stock.availability import available_at, unreserved
from mockserver.commerce.stock.locations import StockPlace, model_of, places
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

TYPE, MODELS = "in_stock_subscriptions", "inventory_models"
ACTIVE, NOTIFIED, INACTIVE = "active", "notified", "inactive"

ACTIVATE = Transition(ACTIVE, (INACTIVE, NOTIFIED), event="activate")
DEACTIVATE = Transition(INACTIVE, (ACTIVE,), event="deactivate")


def tell_of_rise(engine: Engine, item: Record, pieces: int) -> None:
    """Tell those who wait for a SKU that so many pieces have come to a stock item.

    They hear of it when it makes the difference: fewer than they want before, enough now. Imports
    leave them in peace, as they do webhooks.
    """
    if pieces <= 0 or engine.is_muted:
        return
    same = both(Compare("sku", "eq", item["sku"]), Compare("status", "eq", ACTIVE))
    for waiting in engine.find(TYPE, same):
        listed = places(engine, model_of(engine, waiting["market"]), None)
        if _is_reached(engine, listed, item, pieces, waiting["stock_threshold"]):
            _notify(engine, waiting)


def tell_of_rearrangement(change: Change) -> None:
    """Tell those who wait in markets that are served in another way once a record has changed.

    By another model, by more of its locations, or by these in another order.
    """
    engine, markets = change.engine, _served_by(change)
    if change.before == change.record or not markets or engine.is_muted:
        return
    own = Compare("market", "in", frozenset(markets))
    waiting = engine.find(TYPE, both(own, Compare("status", "eq", ACTIVE)))
    short = [each for each in waiting if _available(engine, each) < each["stock_threshold"]]

    def tell() -> None:
        for each in short:
            if _available(engine, each) >= each["stock_threshold"]:
                _notify(engine, each)

    if short:
        change.after(tell)


def _served_by(change: Change) -> list[str]:
    """Return the ids of the markets that a record serves: itself, or by its model."""
    record, before = change.record, change.before or {}
    if change.type_ == "markets":
        return [record["id"]] if before else []
    field = "id" if change.type_ == MODELS else "inventory_model"
    models = frozenset(each[field] for each in (record, before) if each.get(field))
    own = Compare("inventory_model", "in", models)
    return [market["id"] for market in change.engine.find("markets", own)]


def _available(engine: Engine, waiting: Record) -> int:
    """Return how many pieces the market of a subscription has for it."""
    listed = places(engine, model_of(engine, waiting["market"]), None)
    return available_at(engine, listed, waiting["sku"])


def _notify(engine: Engine, waiting: Record) -> None:
    engine.change(TYPE, waiting["id"], {"status": NOTIFIED})
    engine.fire(TYPE, waiting["id"], "notify")


def _is_reached(
    engine: Engine, listed: Sequence[StockPlace], item: Record, pieces: int, threshold: int
) -> bool:
    """Say whether there is enough since so many pieces have come."""
    if all(place.location != item["stock_location"] for place in listed):
        return False
    now = available_at(engine, listed, item["sku"])
    free = unreserved(engine, item["id"])
    before = now - max(0, free) + max(0, free - pieces)
    return before < threshold <= now
