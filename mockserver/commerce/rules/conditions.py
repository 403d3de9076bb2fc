"""Conditions of rules: whether they hold, and for which items (commerce.md §7.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from mockserver.commerce.rules import dynamic_values
from mockserver.commerce.rules.matchers import ARRAY_MATCH, MATCHERS, is_number, matches_array
from mockserver.commerce.rules.paths import Path, Viewpoint, path, values_at
from mockserver.effort import spend
from mockserver.late_dataclass import dataclass

Condition = Mapping[str, Any]
#: Steps of work that one value costs.
COST = 20

OPERATORS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "avg": lambda values: Fraction(sum(map(Fraction, values)), len(values)),
    "count": len,
}
#: What an operator makes of no values at all; the others make nothing of it.
EMPTY: Mapping[str, int] = {"sum": 0, "count": 0}


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of conditions.

    Attributes:
        holds: whether they are satisfied.
        each: whether each of them is.
        groups: the ids of the items that satisfied a condition, by the name it gives them.
    """

    holds: bool
    each: Sequence[bool]
    groups: Mapping[str, frozenset[str]]


def matched(conditions: Sequence[Condition], logic: str, view: Viewpoint, now: datetime) -> Match:
    """Hold conditions against a payload: all of them, or with ``or`` any.

    Each is looked at, also where the others decide already: it may name a group. No condition at
    all is satisfied by everything.
    """
    groups: dict[str, frozenset[str]] = {}
    held = []
    for condition in conditions:
        items = _satisfying(condition, view, now)
        held.append(items is not None)
        if name := condition.get("group"):
            groups[name] = groups.get(name, frozenset()) | _ids(items or [])
    is_any_enough = logic == "or" and bool(conditions)
    return Match(any(held) if is_any_enough else all(held), held, groups)


def _ids(items: Sequence[Any]) -> frozenset[str]:
    return frozenset(item["id"] for item in items if isinstance(item, dict) and "id" in item)


def _satisfying(condition: Condition, view: Viewpoint, now: datetime) -> list[Any] | None:
    """Return the items that satisfy a condition, ``None`` where it does not hold.

    The items of a list that leads nowhere are none, and the condition may hold all the same.
    """
    steps = path(condition["field"])
    is_array = condition["matcher"] == ARRAY_MATCH
    prefix, items = view.items(steps, as_arrays=is_array)
    verdicts = [
        _verdicts(condition, view.at(prefix, item), item, steps[len(prefix) :], now)
        for item in items
    ]
    if not items:
        return [] if _matches(condition, None, view, now) else None
    if condition.get("scope") == "all" and not all(map(all, verdicts)):
        return None
    found = [item for item, each in zip(items, verdicts, strict=True) if any(each)]
    found = _with_nested(condition, view, prefix, found, now)
    is_enough = bool(found) and _aggregates(condition, view, prefix, found, now)
    return found if is_enough else None


def _verdicts(
    condition: Condition, view: Viewpoint, item: Any, steps: Path, now: datetime
) -> list[bool]:
    """Say of each value of an item whether it satisfies the condition."""
    values = values_at(item, steps)
    spend(COST * (1 + len(values)))
    if condition["matcher"] == ARRAY_MATCH:
        return [matches_array(values, condition["value"])]
    return [_matches(condition, value, view, now) for value in values or [None]]


def _matches(condition: Condition, value: Any, view: Viewpoint, now: datetime) -> bool:
    """Hold one value against that of a condition, or against any that it stands for."""
    if condition["matcher"] == ARRAY_MATCH:
        return matches_array([], condition["value"])
    match, asked = MATCHERS[condition["matcher"]], condition.get("value")
    if not dynamic_values.is_dynamic(asked):
        return match(value, asked)
    return any(match(value, each) for each in dynamic_values.operands(str(asked), view, now))


def _with_nested(
    condition: Condition, view: Viewpoint, prefix: Path, items: list[Any], now: datetime
) -> list[Any]:
    """Return those of the items that satisfy the nested conditions, too."""
    nested = condition.get("nested") or {}
    conditions = nested.get("conditions") or ()
    if not conditions:
        return items
    logic = nested.get("conditions_logic", "and")
    return [item for item in items if matched(conditions, logic, view.at(prefix, item), now).holds]


def _aggregates(
    condition: Condition, view: Viewpoint, prefix: Path, items: list[Any], now: datetime
) -> bool:
    """Say whether what the items have together is as every aggregation asks."""
    aggregations = condition.get("aggregations") or ()
    return all(
        aggregate_holds(each, [view.at(prefix, item) for item in items], now)
        for each in aggregations
    )


def aggregate_holds(aggregation: Condition, views: Sequence[Viewpoint], now: datetime) -> bool:
    """Say whether what several items have together is as an aggregation asks."""
    steps = path(aggregation["field"])
    found = [value for view in views for value in view.values(steps)]
    spend(COST * (1 + len(found)))
    name = aggregation["operator"]
    if name != "count":
        found = [value for value in found if is_number(value)]
    total = OPERATORS[name](found) if found else EMPTY.get(name)
    return bool(views) and _matches(aggregation, total, views[0], now)
