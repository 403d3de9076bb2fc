"""Records that keep a SKU from being deleted, and its lead times (catalogue.md §3, §31)."""

from __future__ import annotations

from mockserver.schema.protocols import Engine, Target, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, Not, Null, Related, both

#: Where a shipment does not go on from.
FINAL = frozenset({"shipped", "delivered", "cancelled"})
LEAD_TIMES = "delivery_lead_times"


def is_held(engine: Engine, record: Record) -> bool:
    """Say whether a bundle contains a SKU, or pieces of it are reserved or on their way."""
    return any(engine.count(type_, held) for type_, held in _holding(record["id"]))


def _holding(sku: str) -> list[tuple[str, Condition]]:
    own = Compare("sku", "eq", sku)
    in_bundle = Related("bundles", "sku_list", "sku_list", Not(Null("id")))
    under_way = Related("shipments", "shipment", "id", Not(Compare("status", "in", FINAL)))
    return [
        ("sku_list_items", both(own, in_bundle)),
        ("stock_reservations", Related("stock_items", "stock_item", "id", own)),
        ("stock_line_items", both(own, under_way)),
    ]


def lead_times_of(sku: Record, view: View) -> list[Target]:
    """Return the lead times of every location that has a stock item of a SKU."""
    places = {item["stock_location"] for item in view.pointing_at(sku, "stock_items", "sku")}
    times = view.every(LEAD_TIMES) if places else ()
    return [(LEAD_TIMES, each["id"]) for each in times if each["stock_location"] in places]
