"""Functions that SQLite calls where its own do not answer as memory does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mockserver.storage.ilike import like
from mockserver.storage.matching import contains
from mockserver.storage.values import key


def is_like(pattern: str, value: Any) -> bool:
    """Say whether a value is a text that fits a pattern."""
    return isinstance(value, str) and like(pattern)(value)


def contains_part(value: str | None, part: str) -> bool:
    """Say whether a value contains another one, both as JSON."""
    return value is not None and contains(orjson.loads(value), orjson.loads(part))


def key_of(value: str | None) -> str | None:
    """Return the key of a value in JSON; of none, null."""
    return None if value is None else key_text(orjson.loads(value))


def keys_of(value: str | None) -> str:
    """Return the keys of a value in JSON, or of each of a list, as a list; null is left out."""
    given = None if value is None else orjson.loads(value)
    each = given if isinstance(given, list) else [given]
    return orjson.dumps([key_text(one) for one in each if one is not None]).decode()


def key_text(value: Any) -> str:
    """Return a text that is equal for equal values."""
    own = key(value)
    if isinstance(own, float) and own.is_integer():
        own = int(own)
    return repr(own)


#: The functions by name, with how many arguments they take.
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "mock_like": (2, is_like),
    "mock_contains": (2, contains_part),
    "mock_key": (1, key_of),
    "mock_keys": (1, keys_of),
}
