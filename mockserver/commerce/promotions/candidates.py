"""Promotions that an order may get at all (commerce.md §5.3)."""

from __future__ import annotations

from mockserver.commerce.promotions.permits import UNSPENT, running_at
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Condition, Null, both


def candidates(engine: Engine, order: Record, held: frozenset[str] = frozenset()) -> list[Record]:
    """Return the active promotions of the market and the currency of an order, oldest first.

    Args:
        engine: the records around.
        order: which may be edited after it was placed.
        held: the promotions that it was placed with: it has counted for them already.
    """
    unspent = Any_((UNSPENT, Compare("id", "in", held))) if held else UNSPENT
    of_order = (_any_or(name, order.get(name)) for name in ("market", "currency_code"))
    running = running_at(engine.clock.timestamp())
    return engine.find("promotions", both(running, unspent, *of_order))


def _any_or(field: str, value: str | None) -> Condition:
    return Any_((Null(field), Compare(field, "eq", value)))
