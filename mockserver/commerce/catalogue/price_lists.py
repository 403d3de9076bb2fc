"""Price lists: the one that a market sells by at the moment (catalogue.md §8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.commerce.catalogue.scheduler_status import is_active
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

LISTS, SCHEDULERS = "price_lists", "price_list_schedulers"


def price_list_of(engine: Engine, market_id: str | None) -> Record:
    """Return the price list of a market, an empty one where there is none."""
    market = engine.get("markets", market_id) or {}
    if not market.get("price_list"):
        return {}
    return engine.get(LISTS, effective_lists(engine, [market])[market["id"]]) or {}


def effective_lists(engine: Engine, markets: Iterable[Record]) -> Mapping[str, str]:
    """Return the ids of the price lists that markets sell by now, by the market."""
    own = {market["id"]: market["price_list"] for market in markets if market["price_list"]}
    of_markets = Compare("market", "in", frozenset(own))
    active = active_schedulers(engine, engine.find(SCHEDULERS, of_markets) if own else ())
    return {id_: active.get(id_, price_list) for id_, price_list in own.items()}


def active_schedulers(engine: Engine, schedulers: Iterable[Record]) -> Mapping[str, str]:
    """Return the list of the scheduler in force, by the market: the one that began first."""
    now = engine.clock.timestamp()
    active = [each for each in schedulers if is_active(each, now)]
    active.sort(key=_precedence, reverse=True)
    return {each["market"]: each["price_list"] for each in active}


def _precedence(scheduler: Record) -> tuple[str, str, int]:
    return scheduler["starts_at"] or "", scheduler["expires_at"] or "", scheduler[SERIAL]
