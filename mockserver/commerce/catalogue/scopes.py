"""The part of the catalogue that tokens with markets in scope see (catalogue.md §2)."""

from __future__ import annotations

from mockserver.access import Access
from mockserver.commerce.catalogue.price_lists import LISTS, effective_lists
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Condition, Null, Related, both

ENABLED = Null("disabled_at")


def lists_in_scope(access: Access, engine: Engine) -> frozenset[str]:
    """Return the ids of the price lists that the markets in scope sell by now."""
    return frozenset(effective_lists(engine, _markets(access, engine)).values())


def prices_in_scope(access: Access, engine: Engine) -> Condition:
    """Restrict prices to those that the markets in scope sell at now."""
    return Compare("price_list", "in", lists_in_scope(access, engine))


def sold_in_scope(access: Access, engine: Engine) -> Condition:
    """Restrict bundles and options: those of the markets in scope, or of none in their currency."""
    lists = engine.get_many(LISTS, lists_in_scope(access, engine)).values()
    currencies = frozenset(each["currency_code"] for each in lists)
    anywhere = both(Null("market"), Compare("currency_code", "in", currencies))
    return Any_((_of_markets(access), anywhere))


def offered_in_scope(access: Access, _: Engine) -> Condition:
    """Restrict ways to pay and to ship: enabled, of the markets in scope or of every market."""
    return both(ENABLED, Any_((_of_markets(access), Null("market"))))


def lead_times_in_scope(access: Access, engine: Engine) -> Condition:
    """Restrict lead times to those of the shipping methods in scope."""
    offered = offered_in_scope(access, engine)
    return Related("shipping_methods", "shipping_method", "id", offered)


def _markets(access: Access, engine: Engine) -> list[Record]:
    return [*engine.get_many("markets", access.market_ids or ()).values()]


def _of_markets(access: Access) -> Condition:
    return Compare("market", "in", frozenset(access.market_ids or ()))
