"""How long deliveries take (catalogue.md §22)."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.schema.protocols import Change, Engine, Target, View
from mockserver.schema.spans import days
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

TYPE = "delivery_lead_times"


def days_of_hours(change: Change) -> None:
    """Reckon the days; the most is not less than the least."""
    record = change.record
    least, most = record.get("min_hours"), record.get("max_hours")
    record.update(min_days=days(least), max_days=days(most))
    if least is not None and most is not None and most < least:
        change.invalid("max_hours", "greater_than_or_equal_to", value=most, count=least)


def lead_times_from(engine: Engine, location: str | None, methods: Iterable[str]) -> dict[str, str]:
    """Return the ids of the lead times from a stock location, by their shipping method."""
    wanted = frozenset(methods)
    if location is None or not wanted:
        return {}
    of_methods = Compare("shipping_method", "in", wanted)
    found = engine.find(TYPE, both(Compare("stock_location", "eq", location), of_methods))
    return {lead_time["shipping_method"]: lead_time["id"] for lead_time in found}


def lead_time_of_shipment(record: Record, view: View) -> list[Target]:
    """Return the lead time of a shipment's method from where it leaves, if there is one."""
    if record["shipping_method"] is None:
        return []
    found = view.pointing_at(record, TYPE, "shipping_method", own="shipping_method")
    return [(TYPE, each["id"]) for each in found if _is_from(each, record["stock_location"])]


def _is_from(lead_time: Record, location: str | None) -> bool:
    return location is not None and lead_time["stock_location"] == location
