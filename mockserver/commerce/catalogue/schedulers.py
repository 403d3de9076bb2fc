"""Schedulers of price lists: what they may bring about, and when that begins and ends.

catalogue.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from mockserver.clock import parse_timestamp
from mockserver.commerce.catalogue.scheduler_status import status_at
from mockserver.schema.protocols import Change, Due, Engine
from mockserver.storage.base import Record

TYPE = "price_list_schedulers"
#: What a list must have in common with the market's own.
TERMS = ("currency_code", "tax_included")
#: What happens when the clock passes each end, by the job that does it.
ACTIVATION, EXPIRY = "activate", "expire"


def list_suits_market(change: Change) -> None:
    """Require a list of the currency of the market's own, with the taxes included alike."""
    engine, record = change.engine, change.record
    market = engine.get("markets", record["market"]) or {}
    own = engine.get("price_lists", market.get("price_list"))
    other = engine.get("price_lists", record["price_list"])
    if own and other and any(own[term] != other[term] for term in TERMS):
        change.invalid("price_list", "invalid")


def tell_of_begun(change: Change) -> None:
    """Tell at once of what has begun already; what is still to come, the clock tells."""
    engine, record, before = change.engine, change.record, change.before or {}
    start = record["starts_at"]
    if start and start != before.get("starts_at") and start <= engine.clock.timestamp():
        change.after(partial(activate, engine, record))


def _to_come(name: str, record: Record, now: datetime) -> datetime | None:
    """Return a moment of a scheduler that is still to come."""
    moment = parse_timestamp(record[name] or "")
    return moment if moment and moment > now else None


def activate(engine: Engine, record: Record) -> None:
    """Tell that it has become active, if it has."""
    if status_at(record, engine.clock.timestamp()) == "active":
        engine.fire(TYPE, record["id"], "activated")


def expire(engine: Engine, record: Record) -> None:
    """Tell that it has expired, if it was enabled."""
    if record["disabled_at"] is None:
        engine.fire(TYPE, record["id"], "expired")


JOBS = {ACTIVATION: activate, EXPIRY: expire}
DUE: Mapping[str, Due] = {
    ACTIVATION: partial(_to_come, "starts_at"),
    EXPIRY: partial(_to_come, "expires_at"),
}
