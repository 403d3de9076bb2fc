"""JSON values as the backends hold them: how they are told apart and put in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.storage.base import Record

#: Tuples, not unions: a union is made anew each time it is looked at.
NESTED = (dict, list)
NUMBER = (int, float)
NULL_RANK = (9,)


def key(value: Any) -> Any:
    """Return a hashable key, equal for equal values: 1 is 1.0, but neither is true."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, NESTED):
        return (type(value), _text(value))
    return value


def differing(before: Record, after: Record) -> set[str]:
    """Return the fields that two records have otherwise; null is as good as absent."""
    return {
        name
        for name in before.keys() | after.keys()
        if (old := before.get(name)) is not (new := after.get(name)) and differ(old, new)
    }


def differ(one: Any, other: Any) -> bool:
    """Say whether two values are written otherwise: neither 1 and true nor 1 and 1.0 are one."""
    if type(one) is not type(other):
        return True
    if isinstance(one, dict):
        return one.keys() != other.keys() or any(differ(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) != len(other) or any(map(differ, one, other))
    return bool(one != other)


def rank(value: Any) -> tuple[Any, ...]:
    """Return the rank that orders any two JSON values: by kind, then by value; null comes last."""
    if isinstance(value, str):
        return (2, value)
    if value is None:
        return NULL_RANK
    if isinstance(value, bool):
        return (0, value)
    return (1, value) if isinstance(value, NUMBER) else (3, _text(value))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
