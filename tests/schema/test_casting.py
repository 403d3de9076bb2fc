"""JSON values become attribute values as the real service's framework casts them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.schema.casting import CASTS, CastError, cast
from mockserver.storage.base import Kind

CASES: dict[str, tuple[Kind, Any, Any]] = {
    "string: text": ("string", " é ", " é "),
    "string: empty text stays": ("string", "", ""),
    "string: an integer": ("string", 12, "12"),
    "string: a float": ("string", 1.5, "1.5"),
    "string: true": ("string", True, "t"),
    "string: false": ("string", False, "f"),
    "integer: a number": ("integer", 12, 12),
    "integer: a float is cut": ("integer", -1.9, -1),
    "integer: text": ("integer", " 12 ", 12),
    "integer: leading digits": ("integer", "12abc", 12),
    "integer: unreadable text": ("integer", "abc", 0),
    "integer: a control character is no space": ("integer", "\x1f5", 0),
    "integer: digits of other scripts are none": ("integer", "٣", 0),
    "integer: empty text": ("integer", " ", None),
    "integer: true": ("integer", True, 1),
    "integer: the least": ("integer", -(2**31), -(2**31)),
    "integer: the greatest": ("integer", 2**31 - 1, 2**31 - 1),
    "float: a number": ("float", 2, 2.0),
    "float: text": ("float", "1.5e1x", 15.0),
    "float: unreadable text": ("float", "x", 0.0),
    "float: a control character is no space": ("float", "\x1f5", 0.0),
    "float: empty text": ("float", "", None),
    "boolean: itself": ("boolean", True, True),
    "boolean: text for true": ("boolean", "true", True),
    "boolean: 1": ("boolean", "1", True),
    "boolean: t": ("boolean", "t", True),
    "boolean: any other text": ("boolean", "yes", True),
    "boolean: text for false": ("boolean", "false", False),
    "boolean: 0": ("boolean", "0", False),
    "boolean: f": ("boolean", "f", False),
    "boolean: zero": ("boolean", 0, False),
    "boolean: empty text": ("boolean", "", None),
    "datetime: with an offset": (
        "datetime",
        "2026-01-15T11:17:57.865+01:00",
        "2026-01-15T10:17:57.865Z",
    ),
    "datetime: a date is midnight UTC": ("datetime", "2026-01-15", "2026-01-15T00:00:00.000Z"),
    "datetime: unreadable text": ("datetime", "yesterday", None),
    "object: itself": ("object", {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    "array: itself": ("array", ["a", 1], ["a", 1]),
    "array: blank elements fall away": ("array", ["", "a", None, " \t\u00a0", " b "], ["a", " b "]),
    "array: nothing but blank elements": ("array", [""], []),
    "array: what is no text stays": ("array", [0, False, [], {}], [0, False, [], {}]),
    "array: only of the list itself": ("array", [["", None]], [["", None]]),
    "object: blank elements stay": ("object", {"a": ["", None]}, {"a": ["", None]}),
}


@pytest.mark.parametrize(("kind", "value", "expected"), CASES.values(), ids=CASES)
def test_cast(kind: Kind, value: Any, expected: Any) -> None:
    """A value is cast before it is validated."""
    assert (expected, type(expected)) == (cast(kind, value), type(cast(kind, value)))


REFUSED: dict[str, tuple[Kind, Any]] = {
    "string: an object": ("string", {}),
    "string: a list": ("string", ["a"]),
    "string: a NUL byte": ("string", "a\0b"),
    "integer: a list": ("integer", [1]),
    "integer: beyond 32 bits": ("integer", 2**31),
    "integer: text beyond 32 bits": ("integer", "9" * 30),
    "integer: infinity": ("integer", float("inf")),
    "integer: not a number": ("integer", float("nan")),
    "float: an object": ("float", {}),
    "float: beyond a double": ("float", "1e999"),
    "float: not a number": ("float", float("nan")),
    "boolean: a list": ("boolean", []),
    "datetime: a number": ("datetime", 1),
    "object: a list": ("object", []),
    "object: text": ("object", "{}"),
    "object: a NUL byte in a name": ("object", {"a": {"b\0": 1}}),
    "object: a NUL byte in a list": ("object", {"a": ["\0"]}),
    "array: an object": ("array", {}),
    "array: a NUL byte": ("array", [["\0"]]),
}


@pytest.mark.parametrize(("kind", "value"), REFUSED.values(), ids=REFUSED)
def test_no_cast(kind: Kind, value: Any) -> None:
    """What has no reading, or what no database column could hold, is refused."""
    with pytest.raises(CastError):
        cast(kind, value)


kinds = st.sampled_from(sorted(CASTS))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(kind=kinds, value=json_values)
def test_cast_once_is_cast_twice(kind: Kind, value: Any) -> None:
    """Any JSON value is refused or cast, and what is cast stays as it is."""
    try:
        once = cast(kind, value)
    except CastError:
        return

    assert once == cast(kind, once)


@pytest.mark.parametrize("kind", sorted(CASTS))
def test_null(kind: Kind) -> None:
    """Null is null of every kind."""
    assert cast(kind, None) is None
