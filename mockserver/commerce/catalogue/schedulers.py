"""Schedulers of price lists: what they may bring about, and when that begins and ends.

catalogue.md §8.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from mockserver.commerce.catalogue.scheduler_status import status_at
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record

TYPE = "price_list_schedulers"
#: What a list must have in common with the market's own.
TERMS = ("currency_code", "tax_included")
#: What happens when the clock passes each end, by the job that does it.
ACTIVATION, EXPIRY = "activate", "expire"
MOMENTS = {ACTIVATION: "starts_at", EXPIRY: "expires_at"}


def list_suits_market(change: Change) -> None:
    """Require a list of the currency of the market's own, with the taxes included alike."""
    engine, record = change.engine, change.record
    market = engine.get("markets", record["market"]) or {}
    own = engine.get("price_lists", market.get("price_list"))
    other = engine.get("price_lists", record["price_list"])
    if own and other and any(own[term] != other[term] for term in TERMS):
        change.invalid("price_list", "invalid")


def keep_time(change: Change) -> None:
    """Have told when it begins and ends, by the clock; at once of what has begun already."""
    engine, record, before = change.engine, change.record, change.before or {}
    for job, moment in MOMENTS.items():
        if record[moment] and record[moment] != before.get(moment):
            change.after(partial(_keep, engine, record, job))


def _keep(engine: Engine, record: Record, job: str) -> None:
    engine.cancel(TYPE, record["id"], job)
    left = datetime.fromisoformat(record[MOMENTS[job]]) - engine.clock.now()
    if left > timedelta():
        engine.schedule(TYPE, record["id"], job, left)
    elif job == ACTIVATION:
        activate(engine, record)


def activate(engine: Engine, record: Record) -> None:
    """Tell that it has become active, if it has."""
    if status_at(record, engine.clock.timestamp()) == "active":
        engine.fire(TYPE, record["id"], "activated")


def expire(engine: Engine, record: Record) -> None:
    """Tell that it has expired, if it was enabled."""
    if record["disabled_at"] is None:
        engine.fire(TYPE, record["id"], "expired")


JOBS = {ACTIVATION: activate, EXPIRY: expire}
