"""Validation rules name what is broken in the words of the error catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.errors import RULES, violation
from mockserver.schema.validations import (
    AtLeast,
    Format,
    Inclusion,
    InvalidError,
    Length,
    Validation,
)

LENGTH = Length(3, 5)
FORMAT = Format(r"[a-z]+")
INCLUSION = Inclusion(frozenset({"a", "b"}))

KEPT: dict[str, tuple[Validation, Any]] = {
    "as short as allowed": (LENGTH, "abc"),
    "as long as allowed": (LENGTH, "abcde"),
    "characters are counted, not bytes": (LENGTH, "ééééé"),
    "no upper limit": (Length(1), "a" * 1000),
    "matching": (FORMAT, "abc"),
    "included": (INCLUSION, "a"),
    "the least": (AtLeast(1), 1),
}


@pytest.mark.parametrize(("rule", "value"), KEPT.values(), ids=KEPT)
def test_kept(rule: Validation, value: Any) -> None:
    """A value within the rule breaks nothing."""
    assert rule.broken(value) is None
    assert value == rule(value)


BROKEN: dict[str, tuple[Validation, Any, str, dict[str, Any]]] = {
    "too short": (LENGTH, "ab", "too_short", {"count": 3}),
    "too long": (LENGTH, "abcdef", "too_long", {"count": 5}),
    "not matching": (FORMAT, "abC", "invalid", {"value": "abC"}),
    "matching in part": (FORMAT, "abc\n", "invalid", {"value": "abc\n"}),
    "not included": (INCLUSION, "c", "inclusion", {"value": "c"}),
    "below": (AtLeast(1), 0, "greater_than_or_equal_to", {"value": 0, "count": 1}),
}


@pytest.mark.parametrize(("rule", "value", "name", "meta"), BROKEN.values(), ids=BROKEN)
def test_broken(rule: Validation, value: Any, name: str, meta: dict[str, Any]) -> None:
    """A broken rule gives its name and ``meta``, and the catalogue has a title for it."""
    assert (name, meta) == rule.broken(value)
    with pytest.raises(InvalidError) as refused:
        rule(value)
    assert [{"error": name, **meta}] == refused.value.messages
    assert violation("x", name, **meta)["title"] == str(refused.value)
    assert name in RULES
    assert violation("x", name, **meta)["meta"] == {"error": name, **meta}
