"""SKUs that can be sold: with a price, and a stock item somewhere (catalogue.md §2, §11)."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.access import Access
from mockserver.commerce.catalogue.price_lists import effective_lists
from mockserver.commerce.stock.availability import available, levels
from mockserver.commerce.stock.locations import (
    all_places,
    locations_in_scope,
    markets_in_scope,
    places_of_order,
    stores_in_scope,
)
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import (
    EVERYTHING,
    Any_,
    Compare,
    Condition,
    Related,
    both,
)

UNTRACKED = Compare("do_not_track", "eq", value=True)


def sellable(access: Access, engine: Engine) -> Condition:
    """Restrict SKUs to those that can be sold in a market in scope."""
    markets = markets_in_scope(engine, access)
    lists = effective_lists(engine, markets)
    locations = _locations(engine, access)
    return Any_(
        tuple(both(_priced(market, lists), _stocked(locations[market["id"]])) for market in markets)
    )


def stocked_in_scope(access: Access, engine: Engine) -> Condition:
    """Restrict stock items to the locations that markets in scope sell from."""
    every = frozenset().union(*_locations(engine, access).values())
    return Compare("stock_location", "in", every)


def is_stocked(engine: Engine, order: Record, sku: Record) -> bool:
    """Say whether the market of an order, or its store, has a stock item of a SKU.

    However many pieces there are; of one that is not tracked none is needed.
    """
    if sku["do_not_track"]:
        return True
    market = engine.get("markets", order["market"]) or {}
    places = {place.location for place in all_places(engine, market.get("inventory_model"))}
    own = (engine.get("stores", order.get("store")) or {}).get("stock_location")
    there = Compare("stock_location", "in", frozenset(places | {own} if own else places))
    return engine.count("stock_items", both(Compare("sku", "eq", sku["id"]), there)) > 0


def for_sale(engine: Engine, market: Record, pieces: int) -> list[Record]:
    """Return the SKUs that a market has a price of and so many pieces, oldest first."""
    places = places_of_order(engine, {"market": market["id"]})
    priced = engine.find("skus", _priced(market, effective_lists(engine, [market])))
    ids = [sku["id"] for sku in priced]
    there = available(levels(engine, places, ids), ids)
    return [sku for sku in priced if sku["do_not_track"] or there[sku["id"]] >= pieces]


def _priced(market: Record, lists: Mapping[str, str]) -> Condition:
    """Restrict to what the list of a market has; an external service may price anything."""
    if market["external_prices_url"]:
        return EVERYTHING
    on_list = Compare("price_list", "eq", lists.get(market["id"]))
    return Related("prices", "id", "sku", on_list)


def _stocked(locations: frozenset[str]) -> Condition:
    there = Related("stock_items", "id", "sku", Compare("stock_location", "in", locations))
    return Any_((UNTRACKED, there))


def _locations(engine: Engine, access: Access) -> Mapping[str, frozenset[str]]:
    """Return the locations of the markets in scope, those of their stores included."""
    named = frozenset(locations_in_scope(engine, access))
    own = {store["market"]: store["stock_location"] for store in stores_in_scope(engine, access)}
    found = {}
    for market in markets_in_scope(engine, access):
        places = {each.location for each in all_places(engine, market.get("inventory_model"))}
        places |= {own[market["id"]]} if own.get(market["id"]) else set()
        found[market["id"]] = frozenset(places & named if named else places)
    return found
