"""Inventory of a SKU, as its own document shows it: how much, where, how soon (catalogue.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.commerce.catalogue.price_lists import LISTS, effective_lists
from mockserver.commerce.stock.availability import levels
from mockserver.commerce.stock.locations import markets_in_scope, places_in_scope
from mockserver.schema.amounts import formatted
from mockserver.schema.protocols import Engine, View
from mockserver.schema.spans import days
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Any_, Compare, Condition, Null, both

METHODS, LEAD_TIMES = "shipping_methods", "delivery_lead_times"
AMOUNTS = ("price_amount", "free_over_amount")

#: A lead time, and the shipping method that it is of.
Way = tuple[Record, Record]


def inventory(sku: Record, view: View) -> dict[str, Any]:
    """Return how many pieces of a SKU there are for the token, and how soon they could arrive."""
    engine = view.engine
    places = places_in_scope(engine, view.access)
    there = levels(engine, places, [sku["id"]]) if places else {}
    net = {location: level.net for (location, _), level in there.items() if level.net > 0}
    ways = _ways(view, sku, net)
    quantity = sum(net.values())
    return {
        "available": quantity > 0 or sku["do_not_track"],
        "quantity": quantity,
        "levels": [
            _level(net[place.location], ways[place.location])
            for place in places
            if place.location in net
        ],
    }


def _level(quantity: int, ways: Iterable[Way]) -> dict[str, Any]:
    """Return the level of one location, as it is shown."""
    times = [_lead_time(lead_time, method) for lead_time, method in ways]
    return {"quantity": quantity, "delivery_lead_times": times}


def _lead_time(lead_time: Record, method: Record) -> dict[str, Any]:
    return {
        "shipping_method": {
            "name": method["name"],
            "reference": method["reference"],
            **{f"{name}_cents": method[f"{name}_cents"] for name in AMOUNTS},
            **{f"formatted_{name}": formatted(method, f"{name}_cents") for name in AMOUNTS},
        },
        **{
            end: {"hours": lead_time[f"{end}_hours"], "days": days(lead_time[f"{end}_hours"])}
            for end in ("min", "max")
        },
    }


def _ways(view: View, sku: Record, locations: Iterable[str]) -> Mapping[str, Sequence[Way]]:
    """Return how a SKU can be shipped from each location, the cheapest way first."""
    engine, found = view.engine, {location: list[Way]() for location in locations}
    methods = _methods(view, sku) if found else {}
    from_there = Compare("stock_location", "in", frozenset(found))
    by_these = Compare("shipping_method", "in", frozenset(methods))
    for lead_time in engine.find(LEAD_TIMES, both(from_there, by_these)) if methods else ():
        found[lead_time["stock_location"]].append(
            (lead_time, methods[lead_time["shipping_method"]])
        )
    for ways in found.values():
        ways.sort(key=lambda way: (way[1]["price_amount_cents"], way[0][SERIAL]))
    return found


def _methods(view: View, sku: Record) -> Mapping[str, Record]:
    """Return the shipping methods that the token could choose for a SKU."""
    engine = view.engine
    markets = markets_in_scope(engine, view.access)
    of_market = _none_or("market", [market["id"] for market in markets])
    of_category = _none_or("shipping_category", [sku["shipping_category"]])
    in_currency = Compare("currency_code", "in", _currencies(engine, markets))
    wanted = both(Null("disabled_at"), of_market, of_category, in_currency)
    return {method["id"]: method for method in engine.find(METHODS, wanted)}


def _none_or(field: str, ids: Iterable[str | None]) -> Condition:
    return Any_((Null(field), Compare(field, "in", frozenset(id_ for id_ in ids if id_))))


def _currencies(engine: Engine, markets: Sequence[Record]) -> frozenset[str]:
    lists = engine.get_many(LISTS, effective_lists(engine, markets).values())
    return frozenset(each["currency_code"] for each in lists.values())
