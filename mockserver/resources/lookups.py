"""Looking up what a record leads to, where there may be nothing."""

from __future__ import annotations

from mockserver.resources.behaviour import World
from mockserver.storage.base import Record


def found(world: World, type_: str, id_: str | None) -> Record:
    """Return the record with an id, an empty one where there is no id or no such record."""
    return (world.get(type_, id_) if id_ else None) or {}


def price_list_of(world: World, market_id: str | None) -> Record:
    """Return the price list of a market, an empty one where there is none."""
    return found(world, "price_lists", found(world, "markets", market_id).get("price_list"))
