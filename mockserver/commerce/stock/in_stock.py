"""In-stock subscriptions: who wants to hear when a SKU is back (catalogue.md §27)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.stock.availability import available_at, unreserved
from mockserver.commerce.stock.locations import StockPlace, model_of, places
from mockserver.schema.protocols import Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

TYPE = "in_stock_subscriptions"
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
