"""Geocoders at work: an address that has one is given its place (catalogue.md §12).

Nobody is asked: cities are where a table says, and of what is not in it nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.commerce.customers.cities import place_of
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record

#: The addresses that an order has.
ADDRESSES = ("shipping_address", "billing_address")
#: What a place follows from.
WHERE = ("geocoder", "country_code", "city")
#: What each kind of geocoder calls its provider, and the map it leads to.
PROVIDERS: Mapping[str, tuple[str, Callable[[float, float], str]]] = {
    "google_geocoders": ("google", lambda lat, lng: f"https://www.google.com/maps?q={lat},{lng}"),
    "bing_geocoders": ("bing", lambda lat, lng: f"https://www.bing.com/maps?cp={lat}~{lng}"),
}


def locate(change: Change) -> None:
    """Let the geocoder of an address find it, unless where it is has been said."""
    record, before = change.record, change.before or {}
    is_said = any(change.sent.get(name) is not None for name in ("lat", "lng"))
    if is_said or all(record[name] == before.get(name) for name in WHERE):
        return
    geocoder = change.engine.get("geocoders", record["geocoder"])
    place = place_of(record["country_code"], record["city"]) if geocoder else None
    if geocoder and place:
        provider, map_of = PROVIDERS[geocoder["type"]]
        record.update(lat=place[0], lng=place[1], is_geocoded=True, provider_name=provider)
        record["map_url"] = map_of(*place)


def locate_addresses_of_order(change: Change) -> None:
    """Have the geocoder of an order's market find the addresses that the order is given."""
    order, before, engine = change.record, change.before or {}, change.engine
    given = [order[n] for n in ADDRESSES if order[n] and order[n] != before.get(n)]
    market = engine.get("markets", order["market"]) if given else None
    geocoder = (market or {}).get("geocoder")
    if geocoder:
        change.after(lambda: _find(engine, given, geocoder))


def _find(engine: Engine, ids: list[str], geocoder: str) -> None:
    for address in engine.get_many("addresses", ids).values():
        if _is_nowhere(address):
            engine.change("addresses", address["id"], {"geocoder": geocoder})


def _is_nowhere(address: Record) -> bool:
    return address["geocoder"] is None and address["lat"] is None
