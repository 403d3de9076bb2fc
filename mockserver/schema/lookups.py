"""Looking up what a record leads to, where there may be nothing."""

from __future__ import annotations

from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def found(engine: Engine, type_: str, id_: str | None) -> Record:
    """Return the record with an id, an empty one where there is no id or no such record."""
    return (engine.get(type_, id_) if id_ else None) or {}


def price_list_of(engine: Engine, market_id: str | None) -> Record:
    """Return the price list of a market, an empty one where there is none."""
    return found(engine, "price_lists", found(engine, "markets", market_id).get("price_list"))
