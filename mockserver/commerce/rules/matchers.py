"""Matchers: how the value of a field is held against that of a condition (commerce.md §7.1).

A field that has no value, or that no path leads to, is matched by ``null``, ``blank`` and by what
is the negation of something alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mockserver.commerce.rules.moments import alike, moment

Matcher = Callable[[Any, Any], bool]


def is_number(value: object) -> bool:
    """Say whether a value can be reckoned with."""
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def is_blank(value: object) -> bool:
    """Say whether a value says nothing: null, false, empty, or spaces alone."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or value in ([], {})


def equal(value: Any, other: Any) -> bool:
    """Say whether two values are the same, however the same moment is written."""
    pair = _comparable(value, other)
    return value == other and type(value) is type(other) if pair is None else pair[0] == pair[1]


def _comparable(value: Any, other: Any) -> tuple[Any, Any] | None:
    """Return two numbers or two moments in a form that can be compared, ``None`` for others."""
    if is_number(value) and is_number(other):
        return value, other
    one, another = moment(value), moment(other)
    return alike(one, another) if one is not None and another is not None else None


def _ordered(compare: Callable[[Any, Any], bool]) -> Matcher:
    def match(value: Any, other: Any) -> bool:
        pair = _comparable(value, other)
        return pair is not None and compare(*pair)

    return match


def _between(least: Matcher, most: Matcher) -> Matcher:
    return lambda value, pair: least(value, pair[0]) and most(value, pair[1])


def _text(test: Callable[[str, str], bool]) -> Matcher:
    return lambda value, other: (
        isinstance(value, str) and isinstance(other, str) and test(value, other)
    )


def _not(matcher: Matcher) -> Matcher:
    return lambda value, other: not matcher(value, other)


def _is_in(value: Any, others: Any) -> bool:
    return any(equal(value, other) for other in others)


def _is_multiple(value: Any, divisor: Any) -> bool:
    return is_number(value) and bool(divisor) and value % divisor == 0


def _matches(value: str, expression: str) -> bool:
    from mockserver.commerce.rules.whole_values import is_whole  # noqa: PLC0415 - slow, seldom needed

    return is_whole(expression, value)


#: Of each kind, whether it holds for the members of an array and the values it is asked for.
ARRAYS: Mapping[str, Callable[[list[Any], list[Any]], bool]] = {
    "in_and": lambda members, asked: all(_is_in(each, members) for each in asked),
    "in_or": lambda members, asked: any(_is_in(each, members) for each in asked),
    "not_in_and": lambda members, asked: not any(_is_in(each, members) for each in asked),
    "not_in_or": lambda members, asked: not all(_is_in(each, members) for each in asked),
}
ARRAY_MATCH = "array_match"


def matches_array(members: list[Any], asked: Mapping[str, list[Any]]) -> bool:
    """Say whether an array satisfies everything that is asked of it."""
    return all(ARRAYS[kind](members, values) for kind, values in asked.items())


LT, LTEQ = _ordered(operator.lt), _ordered(operator.le)
GT, GTEQ = _ordered(operator.gt), _ordered(operator.ge)
START, END, MATCHES = _text(str.startswith), _text(str.endswith), _text(_matches)

MATCHERS: Mapping[str, Matcher] = {
    "eq": equal,
    "not_eq": _not(equal),
    "lt": LT,
    "lteq": LTEQ,
    "gt": GT,
    "gteq": GTEQ,
    "gt_lt": _between(GT, LT),
    "gteq_lt": _between(GTEQ, LT),
    "gt_lteq": _between(GT, LTEQ),
    "gteq_lteq": _between(GTEQ, LTEQ),
    "is_in": _is_in,
    "is_not_in": _not(_is_in),
    "start_with": START,
    "not_start_with": _not(START),
    "end_with": END,
    "not_end_with": _not(END),
    "matches": MATCHES,
    "does_not_match": _not(MATCHES),
    "multiple": _is_multiple,
    "blank": lambda value, _: is_blank(value),
    "present": lambda value, _: not is_blank(value),
    "null": lambda value, _: value is None,
    "not_null": lambda value, _: value is not None,
}
