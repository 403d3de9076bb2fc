"""Conditions by where subscriptions stand, as lists take them (commerce.md §19.3)."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.subscriptions.states import ACTIVE
from mockserver.schema.protocols import QueryScope
from mockserver.schema.scopes import over_at, when_true
from mockserver.storage.conditions import Compare, Condition, both

IS_ACTIVE = Compare("status", "eq", ACTIVE)


def due_at(now: str) -> Condition:
    """Choose what is to run at a time."""
    return both(IS_ACTIVE, Compare("next_run_at", "lteq", now))


SCOPES: Mapping[str, QueryScope] = {
    "active": when_true(lambda _: IS_ACTIVE),
    "expired": when_true(over_at),
    "runnable": when_true(due_at),
}
