"""Terms of a market: its price lists, its default methods (catalogue.md §8, §12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.commerce.catalogue.price_lists import (
    LISTS,
    SCHEDULERS,
    active_schedulers,
    price_list_of,
)
from mockserver.schema.protocols import Change, Target, View
from mockserver.storage.base import Record

#: What a default method must not have: it is for all orders of the market.
UNBOUND: Mapping[str, tuple[str, Sequence[str]]] = {
    "default_shipping_method": (
        "shipping_methods",
        ("market", "stock_location", "shipping_category", "shipping_zone"),
    ),
    "default_payment_method": ("payment_methods", ("market",)),
}


def effective_list(market: Record, view: View) -> list[Target]:
    """Return the list that a market sells by now: a scheduler's, or its own."""
    schedulers = view.pointing_at(market, SCHEDULERS, "market")
    active = active_schedulers(view.engine, schedulers)
    id_ = active.get(market["id"], market["price_list"])
    return [(LISTS, id_)] if id_ else []


def base_list(market: Record, _: View) -> list[Target]:
    """Return the list of a market's own."""
    return [(LISTS, market["price_list"])] if market["price_list"] else []


def defaults_are_anywhere(change: Change) -> None:
    """Require new default methods to be bound to no market, place or category."""
    for name, (type_, bounds) in UNBOUND.items():
        id_ = change.record[name]
        if not id_ or id_ == (change.before or {}).get(name):
            continue
        method = change.engine.get(type_, id_) or {}
        if any(method.get(bound) for bound in bounds):
            change.invalid(name, "invalid")


def currency_of_market(change: Change) -> None:
    """Take the currency of the market, where there is one; another one is refused."""
    record, before = change.record, change.before or {}
    if record["market"]:
        own = price_list_of(change.engine, record["market"]).get("currency_code")
        is_said = record["currency_code"] and record["currency_code"] != before.get("currency_code")
        if is_said and record["currency_code"] != own:
            change.invalid("currency_code", "inclusion", value=record["currency_code"])
        elif record["market"] != before.get("market") or not record["currency_code"]:
            record["currency_code"] = own
    elif not record["currency_code"]:
        change.invalid("currency_code", "blank")
