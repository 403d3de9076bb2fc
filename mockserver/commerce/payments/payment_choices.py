"""How an order can be paid: the methods its market offers (neighbours.md §7, §26)."""

from __future__ import annotations

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.schema.amounts import DEFAULT_CURRENCY
from mockserver.schema.protocols import Engine, Target, View
from mockserver.storage.base import Record

METHODS = "payment_methods"


def offered(view: View, order: Record) -> list[Record]:
    """Return the enabled methods of the order's market and store, in its currency.

    A store that has methods of its own offers no others (catalogue.md §12).
    """
    found = [
        method
        for method in view.pointing_at(order, METHODS, "currency_code", own="currency_code")
        if method["disabled_at"] is None
        and all(method[name] in (None, order.get(name)) for name in ("market", "store"))
    ]
    return [method for method in found if method["store"] is not None] or found


def available_payment_methods(order: Record, view: View) -> list[Target]:
    """Return the methods an order can choose."""
    return [(METHODS, method["id"]) for method in offered(view, order)]


def default_payment_method(order: Record, view: View) -> list[Target]:
    """Return the default method of the order's market, if the order can be paid so."""
    market = view.related(order, "market", "orders") or {}
    default = (METHODS, market.get("default_payment_method"))
    return [target for target in available_payment_methods(order, view) if target == default]


def currency_of_market(engine: Engine, market_id: str | None) -> str | None:
    """Return the currency a market sells in: that of its price list."""
    if not engine.get("markets", market_id):
        return None
    return price_list_of(engine, market_id).get("currency_code") or DEFAULT_CURRENCY
