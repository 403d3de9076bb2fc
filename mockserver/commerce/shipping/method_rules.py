"""Rules of shipping methods and their tiers (catalogue.md §21)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.shipping.methods import EXTERNAL
from mockserver.commerce.shipping.states import GONE
from mockserver.schema.protocols import Change, Engine, Target, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import All, Compare, Not

TIERS, SHIPMENTS = "shipping_weight_tiers", "shipments"
#: How many tiers a method has at most.
MOST_TIERS = 5
#: The statuses of shipments whose method does not matter any more.
FINAL = frozenset({*GONE, "cancelled"})


def needs_url(record: Record, _: Any) -> bool:
    """Say whether somebody else has to be asked for the prices."""
    return record.get("scheme") == EXTERNAL


def needs_unit(record: Record, _: Any) -> bool:
    """Say whether a weight is said that has to be of some unit."""
    return record.get("min_weight") is not None or record.get("max_weight") is not None


def currency_of_method(change: Change) -> None:
    """Take the currency from the market, which none may contradict; without one it is missing."""
    record = change.record
    if record["market"] is None:
        if not record["currency_code"]:
            change.invalid("currency_code", "blank")
        return
    own = price_list_of(change.engine, record["market"]).get("currency_code")
    said = record["currency_code"]
    if own and said and said != own and _is_new(change, "currency_code", "market"):
        change.invalid("currency_code", "inclusion", value=said)
    record["currency_code"] = said or own


def bounds_of_weight(change: Change) -> None:
    """Check that the most weight is not less than the least."""
    least, most = change.record["min_weight"], change.record["max_weight"]
    if least is not None and most is not None and most < least:
        change.invalid("max_weight", "greater_than_or_equal_to", value=most, count=least)


def few_tiers(change: Change) -> None:
    """Refuse more tiers of a method than it may have, and a second one for the same weight."""
    record = change.record
    others = [
        tier
        for tier in change.engine.find(
            TIERS, Compare("shipping_method", "eq", record["shipping_method"])
        )
        if tier["id"] != record["id"]
    ]
    if len(others) >= MOST_TIERS and _is_new(change, "shipping_method"):
        change.invalid("shipping_method", "too_many_tiers", count=MOST_TIERS)
    elif _is_new(change, "shipping_method", "up_to") and any(
        tier["up_to"] == record["up_to"] for tier in others
    ):
        change.invalid("up_to", "taken", value=record["up_to"])


def currency_of_tier(change: Change) -> None:
    """Take the currency from the method."""
    method = change.engine.get("shipping_methods", change.record["shipping_method"]) or {}
    change.record["currency_code"] = method.get("currency_code")


def _is_new(change: Change, *names: str) -> bool:
    before = change.before
    return before is None or any(before[name] != change.record[name] for name in names)


def is_in_use(engine: Engine, record: Record) -> bool:
    """Say whether a shipment has the method that is still on its way out (catalogue.md §31)."""
    final = Not(Compare("status", "in", FINAL))
    own = Compare("shipping_method", "eq", record["id"])
    return engine.count(SHIPMENTS, All((own, final))) > 0


def price_for_shipment(record: Record) -> Any:
    """Return the price of a method for the shipment it is offered to; else its own price."""
    return record.get("offered_at", record["price_amount_cents"])


def lead_time_for_shipment(record: Record, _: View) -> list[Target]:
    """Return how long a method takes for a shipment, where it is offered to one."""
    id_ = record.get("offered_within")
    return [("delivery_lead_times", id_)] if id_ else []


def weight_tiers(record: Record, view: View) -> list[Target]:
    """Return the tiers of a method: all of them are by weight."""
    found = view.pointing_at(record, TIERS, "shipping_method")
    return [(TIERS, tier["id"]) for tier in found]
