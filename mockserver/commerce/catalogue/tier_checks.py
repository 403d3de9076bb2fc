"""Rules of price tiers beyond their single members (catalogue.md §10)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.catalogue.price_tiers import DAYS
from mockserver.schema.casting import cast
from mockserver.schema.protocols import Change
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Not, both

TIERS = "price_tiers"
#: How many tiers of both kinds a price may have.
MOST = 10


def days(value: Any) -> Any:
    """Return the days that a word for a frequency stands for; what is none, as an integer."""
    if isinstance(value, str) and value.strip() in DAYS:
        return DAYS[value.strip()]
    return cast("integer", value)


def currency_of_price(change: Change) -> None:
    """Take the currency from the price."""
    price = change.engine.get("prices", change.record["price"]) or {}
    change.record["currency_code"] = price.get("currency_code")


def one_of_few(change: Change) -> None:
    """Let a price have so many tiers, of each kind one up to each limit and one beyond."""
    record, before = change.record, change.before or {}
    if record["price"] is None:
        return
    others = _others(change)
    if record["price"] != before.get("price") and len(others) >= MOST:
        change.invalid("price", "too_many_tiers", count=MOST)
    same = [o for o in others if o["type"] == record["type"] and o["up_to"] == record["up_to"]]
    if same and not change.is_broken("up_to"):
        change.invalid("up_to", "taken", value=record["up_to"])


def _others(change: Change) -> list[Record]:
    own = Compare("id", "eq", change.record["id"])
    return change.engine.find(TIERS, both(Compare("price", "eq", change.record["price"]), Not(own)))
