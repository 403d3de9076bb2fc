"""How a JSON value becomes an attribute's value: the casts of the real service's framework.

Values are cast before they are validated (conventions.md §3): ``"12"`` becomes 12 for an integer,
``"true"`` true for a boolean, an unparsable integer 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from mockserver.schema.moments import standard
from mockserver.storage.base import Kind

FALSE = frozenset({"false", "FALSE", "False", "f", "F", "0", "off", "OFF"})
#: What a 32-bit integer and a double hold.
INTEGER_RANGE = range(-(2**31), 2**31)
FLOAT_LIMIT = 1e300
LEADING_INTEGER = re.compile(r"\s*[-+]?\d{1,18}", re.ASCII)
LEADING_FLOAT = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)


class CastError(ValueError):
    """The value has no reading as this kind of attribute."""


Caster = Callable[[Any], Any]


def cast(kind: Kind, value: Any, caster: Caster | None = None) -> Any:
    """Return the value as the kind of attribute stores it.

    Args:
        kind: of the attribute.
        value: as it was sent.
        caster: the attribute's own way, where it takes more than its kind does.

    Raises:
        CastError: the framework has no cast for it (an object for a string, for example), or the
            database could not hold it (a NUL byte, an integer beyond 32 bits).
    """
    return None if value is None else (caster or CASTS[kind])(value)


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str | int | float):
        return storable(str(value))
    raise CastError


def _integer(value: Any) -> int | None:
    if isinstance(value, str):
        match = LEADING_INTEGER.match(value)
        if not value.strip():
            return None
        value = int(match.group()) if match else 0
    if not isinstance(value, int | float) or not isfinite(value):
        raise CastError
    if int(value) not in INTEGER_RANGE:
        raise CastError
    return int(value)


def _float(value: Any) -> float | None:
    if isinstance(value, str):
        match = LEADING_FLOAT.match(value)
        if not value.strip():
            return None
        value = float(match.group()) if match else 0.0
    if not isinstance(value, int | float) or not abs(value) <= FLOAT_LIMIT:
        raise CastError
    return float(value)


def _boolean(value: Any) -> bool | None:
    if isinstance(value, str):
        return None if value == "" else value not in FALSE
    if not isinstance(value, int | float):
        raise CastError
    return value != 0


def _datetime(value: Any) -> str | None:
    if not isinstance(value, str):
        raise CastError
    return standard(value)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CastError
    storable_json(value)
    return value


def rows_or_text(value: Any) -> list[Any] | str:
    """Return a list of rows, or the text that stands for one; of a text's lines, none is lost."""
    return storable(value) if isinstance(value, str) else _list(value)


def _array(value: Any) -> list[Any]:
    """Return a list without blank elements: a form sends one for an empty list."""
    return [element for element in _list(value) if not is_blank(element)]


def is_blank(value: Any) -> bool:
    """Say whether a value counts as absent: null, or text of nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CastError
    storable_json(value)
    return value


def storable(text: str) -> str:
    """Return the text; PostgreSQL, below the real service, holds no NUL byte."""
    if "\0" in text:
        raise CastError
    return text


def storable_json(value: Any) -> None:
    """Refuse a JSON value with a NUL byte in any text of it."""
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            storable(key)
            storable_json(inner)
    elif isinstance(value, list):
        for inner in value:
            storable_json(inner)


CASTS: Mapping[Kind, Caster] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "datetime": _datetime,
    "object": _object,
    "array": _array,
}
