"""Price lists: the one that a market sells by."""

from __future__ import annotations

from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def price_list_of(engine: Engine, market_id: str | None) -> Record:
    """Return the price list of a market, an empty one where there is none."""
    market = engine.get("markets", market_id) or {}
    return engine.get("price_lists", market.get("price_list")) or {}
