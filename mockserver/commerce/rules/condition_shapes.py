"""The shapes of conditions and aggregations (commerce.md §7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.commerce.rules import dynamic_values
from mockserver.commerce.rules.conditions import OPERATORS
from mockserver.commerce.rules.matchers import ARRAY_MATCH, ARRAYS, MATCHERS, is_number
from mockserver.commerce.rules.moments import moment
from mockserver.commerce.rules.shapes import (
    TEXT,
    Shape,
    Violation,
    array_of,
    at_least,
    members,
    one_of,
    satisfying,
    unknown,
)

#: How long a regular expression may be (commerce.md §10.2).
LONGEST_EXPRESSION = 5000
WITHOUT_VALUE = frozenset({"blank", "present", "null", "not_null"})
RANGES = ("gt_lt", "gteq_lt", "gt_lteq", "gteq_lteq")
OF_AGGREGATIONS = ("multiple", "eq", "not_eq", "lt", "lteq", "gt", "gteq")


def _is_dynamic(value: Any) -> bool:
    return dynamic_values.is_dynamic(value) and dynamic_values.is_well_formed(value)


def _is_single(value: Any) -> bool:
    """Say whether it is one value: a range is two."""
    if dynamic_values.is_dynamic(value):
        return _is_dynamic(value) and not dynamic_values.is_range(value)
    return isinstance(value, str | bool) or is_number(value)


def _is_ordered(value: Any) -> bool:
    return (
        is_number(value) or moment(value) is not None or (_is_dynamic(value) and _is_single(value))
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_ordered, value))  # noqa: PLR2004 - a pair


def _is_span(value: Any) -> bool:
    return _is_dynamic(value) and dynamic_values.is_range(value)


def _is_expression(value: Any) -> bool:
    from mockserver.commerce.rules.whole_values import is_expression  # noqa: PLC0415 - seldom needed

    return isinstance(value, str) and len(value) <= LONGEST_EXPRESSION and is_expression(value)


SINGLE = satisfying(_is_single, "must be a text, a number, true or false")
ORDERED = satisfying(_is_ordered, "must be a number or a date")
PAIR = satisfying(_is_pair, "must be two numbers or dates")
SPAN = satisfying(
    lambda value: _is_pair(value) or _is_span(value), "must be two numbers or dates, or a range"
)
EXPRESSION = satisfying(_is_expression, "must be a regular expression")
LIST = array_of(SINGLE)
ARRAY = satisfying(
    lambda value: isinstance(value, dict) and bool(value), "must be an object with a list"
)


def _array_match(value: Any, at: str) -> Iterator[Violation]:
    yield from ARRAY(value, at)
    if isinstance(value, dict):
        yield from members({}, dict.fromkeys(ARRAYS, LIST))(value, at)


#: What the value of a condition looks like, by its matcher.
VALUES: Mapping[str, Shape] = {
    **dict.fromkeys(("eq", "not_eq"), SINGLE),
    **dict.fromkeys(("lt", "lteq", "gt", "gteq"), ORDERED),
    **dict.fromkeys(RANGES, PAIR),
    "gteq_lteq": SPAN,
    **dict.fromkeys(("is_in", "is_not_in"), LIST),
    **dict.fromkeys(("start_with", "not_start_with", "end_with", "not_end_with"), TEXT),
    **dict.fromkeys(("matches", "does_not_match"), EXPRESSION),
    "multiple": at_least(1),
    ARRAY_MATCH: _array_match,
}


def conditions_of(root: str) -> Shape:
    """Return the shape of a list of conditions on what is called so, ``order`` for instance."""
    field = _field(root)
    optional: dict[str, Shape] = {
        "scope": one_of("any", "all"),
        "group": TEXT,
        "aggregations": array_of(_aggregation(field)),
    }
    of_any = one_of(*MATCHERS, ARRAY_MATCH)

    def condition(value: Any, at: str) -> Iterator[Violation]:
        matcher = value.get("matcher") if isinstance(value, dict) else None
        of_value = VALUES.get(matcher) if isinstance(matcher, str) else None
        required = {"field": field, "matcher": of_any, **({"value": of_value} if of_value else {})}
        # Without a matcher nobody knows of what kind the value has to be.
        rest = {} if matcher in WITHOUT_VALUE or of_value else {"value": SINGLE}
        if matcher in WITHOUT_VALUE:
            rest = {"value": unknown}
        yield from members(required, {**optional, "nested": nested, **rest})(value, at)

    conditions = array_of(condition)
    nested = members({"conditions": conditions}, {"conditions_logic": LOGIC})
    return conditions


LOGIC = one_of("and", "or")


def _field(root: str) -> Shape:
    return satisfying(
        lambda value: (
            isinstance(value, str)
            and value.startswith(f"{root}.")
            and bool(dynamic_values.NAME.match(value))
        ),
        f"must be a path that begins with {root}.",
    )


def _aggregation(field: Shape) -> Shape:
    return members(
        {
            "field": field,
            "operator": one_of(*OPERATORS),
            "matcher": one_of(*OF_AGGREGATIONS),
            "value": ORDERED,
        },
        {},
    )


def aggregation_of(root: str) -> Shape:
    """Return the shape of one aggregation over what is called so."""
    return _aggregation(_field(root))
