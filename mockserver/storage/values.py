"""JSON values as the backends hold them: how they are copied, told apart and put in order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.storage.base import Record

#: Tuples, not unions: a union is made anew each time it is looked at.
NESTED = (dict, list)
NUMBER = (int, float)
NULL_RANK = (9,)


def copy_record(record: Record) -> Record:
    """Return a copy that shares nothing that can be changed."""
    copied = record.copy()
    for name, value in record.items():
        if isinstance(value, NESTED):
            copied[name] = _copy(value)
    return copied


def copy_records(records: Iterable[Record]) -> list[Record]:
    """Return copies of many records."""
    return [copy_record(record) for record in records]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copy(v) if isinstance(v, NESTED) else v for k, v in value.items()}
    return [_copy(v) if isinstance(v, NESTED) else v for v in value]


def key(value: Any) -> Any:
    """Return a hashable key, equal for equal values: 1 is 1.0, but neither is true."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, NESTED):
        return (type(value), _text(value))
    return value


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
