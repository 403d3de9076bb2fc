"""Scopes: conditions of ``filter[q]`` that a type knows by name, without attribute and predicate.

The metadata lists their names, and nothing public says what they mean; how their values are read
follows from the real service's search library.
"""

from __future__ import annotations

from collections.abc import Callable

from mockserver.schema.protocols import Engine, QueryScope
from mockserver.storage.conditions import EVERYTHING, Compare, Condition

TRUE = frozenset({"true", "TRUE", "t", "T", "1"})


def when_true(chosen: Callable[[str], Condition]) -> QueryScope:
    """Make a scope that takes nothing but true; any other value is no condition.

    Args:
        chosen: gives what records satisfy at a time.
    """

    def scope(engine: Engine, value: str) -> Condition:
        return chosen(engine.clock.timestamp()) if value in TRUE else EVERYTHING

    return scope


def with_status(_: Engine, value: str) -> Condition:
    """Choose by the status that records hold: one, or several with commas between."""
    return Compare("status", "in", frozenset(value.split(",")))


def over_at(now: str) -> Condition:
    """Choose what has expired at a time."""
    return Compare("expires_at", "lteq", now)
