"""Conditions by where promotions stand, as lists take them (commerce.md §5.2)."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.promotions.permits import UNSPENT, running_at
from mockserver.schema.protocols import Engine, QueryScope
from mockserver.schema.scopes import over_at, when_true
from mockserver.storage.conditions import NOTHING, All, Any_, Compare, Condition, Not, Null

ENABLED = Null("disabled_at")


def active_at(now: str) -> Condition:
    """Choose what an order may get at a time."""
    return All((running_at(now), UNSPENT))


def standing_at(now: str) -> Mapping[str, Condition]:
    """Return the condition of each status at a time."""
    to_come = Compare("starts_at", "gt", now)
    return {
        "disabled": Not(ENABLED),
        "pending": All((ENABLED, to_come)),
        "expired": All((ENABLED, Not(to_come), over_at(now))),
        "inactive": All((running_at(now), Not(UNSPENT))),
        "active": active_at(now),
    }


def _with_status(engine: Engine, value: str) -> Condition:
    standing = standing_at(engine.clock.timestamp())
    return Any_(tuple(standing.get(status, NOTHING) for status in value.split(",")))


SCOPES: Mapping[str, QueryScope] = {
    "active": when_true(active_at),
    "expired": when_true(over_at),
    "with_status": _with_status,
}
