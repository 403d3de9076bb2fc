"""Paths that rules name of a payload: no more than these has to be read (commerce.md §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.commerce.rules.dynamic_values import named_path
from mockserver.commerce.rules.paths import Path, path


def named_paths(rules: Mapping[str, Any]) -> set[Path]:
    """Return every path that rules look at or act upon."""
    return {each for rule in rules.get("rules") or () for each in _of_rule(rule)}


def _of_rule(rule: Mapping[str, Any]) -> Iterator[Path]:
    yield from _of_conditions(rule.get("conditions") or ())
    for action in rule.get("actions") or ():
        if "selector" in action:
            yield path(action["selector"])
        yield from map(path, action.get("identifiers") or ())
        if "aggregation" in action:
            yield from _of_conditions([action["aggregation"]])


def _of_conditions(conditions: Any) -> Iterator[Path]:
    for condition in conditions:
        yield path(condition["field"])
        value = condition.get("value")
        for each in value if isinstance(value, list) else [value]:
            named = named_path(each)
            if named:
                yield named
        yield from _of_conditions(condition.get("aggregations") or ())
        yield from _of_conditions((condition.get("nested") or {}).get("conditions") or ())
