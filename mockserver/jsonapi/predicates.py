"""The table of filter predicates, and the condition each makes of a value.

conventions.md §13.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import orjson

from mockserver.errors import refusal
from mockserver.jsonapi.bounds import require_object, require_pattern, require_values
from mockserver.late_dataclass import dataclass
from mockserver.schema.casting import LEADING_FLOAT, LEADING_INTEGER
from mockserver.schema.moments import standard
from mockserver.storage.base import SERIAL, Kind
from mockserver.storage.conditions import (
    NOTHING,
    All,
    Any_,
    Compare,
    Condition,
    Not,
    Null,
    Operator,
    Related,
)

Takes = Literal["scalar", "list", "boolean", "json"]
Combine = Literal["any", "all"]

ColumnKind = Kind | Literal["id"]

BOOLEANS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "TRUE", "t", "T", "1"), True),
    **dict.fromkeys(("false", "FALSE", "f", "F", "0"), False),
}
LITERAL = re.compile(r"([%_\\])")


class Unusable(Exception):  # noqa: N818 - not an error: the condition counts as absent
    """The value cannot be read: the condition is dropped, as if it had not been sent."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One predicate.

    Attributes:
        operator: the comparison; ``None`` for the ones about nullity.
        takes: what the value is.
        pattern: for ``like``: where the literal value stands in the pattern, ``{}``.
        negated: the comparison must not hold (nulls stay excluded).
        or_null: a null satisfies it as well.
        combine: for a list: each value makes a condition, joined so.
        kinds: the attribute kinds it applies to.
    """

    operator: Operator | Literal["present", "null", "true", "false"]
    takes: Takes = "scalar"
    pattern: str = ""
    negated: bool = False
    or_null: bool = False
    combine: Combine | None = None
    kinds: frozenset[str] = frozenset()


TEXT = frozenset({"string"})
ORDERED = frozenset({"string", "integer", "float", "datetime", "boolean", "id"})
ORDERINGS: tuple[Operator, ...] = ("lt", "lteq", "gt", "gteq")
LIKES: Mapping[str, str] = {"start": "{}%", "end": "%{}", "cont": "%{}%", "i_cont": "%{}%"}


def _table() -> Iterator[tuple[str, Predicate]]:
    yield from _with_lists("eq", Predicate("eq", kinds=ORDERED))
    yield from _with_lists("not_eq", Predicate("eq", negated=True, kinds=ORDERED))
    yield "eq_or_null", Predicate("eq", or_null=True, kinds=ORDERED)
    yield "not_eq_or_null", Predicate("eq", negated=True, or_null=True, kinds=ORDERED)
    for name, negated in (("in", False), ("not_in", True)):
        yield name, Predicate("in", "list", negated=negated, kinds=ORDERED)
        yield (
            f"{name}_or_null",
            Predicate("in", "list", negated=negated, or_null=True, kinds=ORDERED),
        )
    for operator in ORDERINGS:
        yield from _with_lists(operator, Predicate(operator, kinds=ORDERED))
    yield from _with_lists("matches", Predicate("like", pattern="raw", kinds=TEXT))
    yield from _with_lists(
        "does_not_match", Predicate("like", pattern="raw", negated=True, kinds=TEXT)
    )
    for name, pattern in LIKES.items():
        yield from _with_lists(name, Predicate("like", pattern=pattern, kinds=TEXT))
        yield from _with_lists(
            f"not_{name}", Predicate("like", pattern=pattern, negated=True, kinds=TEXT)
        )
    yield "present", Predicate("present", "boolean")
    yield "blank", Predicate("present", "boolean", negated=True)
    yield "null", Predicate("null", "boolean")
    yield "not_null", Predicate("null", "boolean", negated=True)
    yield "true", Predicate("true", "boolean", kinds=frozenset({"boolean"}))
    yield "false", Predicate("false", "boolean", kinds=frozenset({"boolean"}))
    yield "jcont", Predicate("contains", "json", kinds=frozenset({"object"}))


def _with_lists(name: str, base: Predicate) -> Iterator[tuple[str, Predicate]]:
    """Yield a predicate and its ``_any`` and ``_all`` forms."""
    yield name, base
    combines: tuple[Combine, ...] = ("any", "all")
    for combine in combines:
        yield (
            f"{name}_{combine}",
            Predicate(
                base.operator,
                "list",
                base.pattern,
                negated=base.negated,
                combine=combine,
                kinds=base.kinds,
            ),
        )


PREDICATES: Mapping[str, Predicate] = dict(_table())
#: Longest first: ``reference_not_eq_or_null`` is ``not_eq_or_null``, not ``null``.
BY_LENGTH = sorted(PREDICATES, key=len, reverse=True)


def split(key: str) -> tuple[str, str] | None:
    """Return (attribute part, predicate name) of a filter key; ``None`` without a predicate."""
    for name in BY_LENGTH:
        if key.endswith(f"_{name}"):
            return key[: -len(name) - 1], name
    return None


@dataclass(frozen=True, slots=True)
class Subject:
    """The column a predicate is applied to.

    Attributes:
        field: the record's field; ``id`` is ordered by the record's number.
        kind: an attribute kind, or ``id`` for a public id.
        number: the number behind a public id, ``None`` for what is not one.
        type: of the record that a to-one's field holds the id of.
    """

    field: str
    kind: ColumnKind
    number: Callable[[str], int | None]
    type: str = ""


def condition(name: str, subject: Subject, text: str) -> tuple[Condition, bool]:
    """Return the condition of a predicate on the subject, and whether a null satisfies it.

    Args:
        name: a key of ``PREDICATES``.
        subject: the column.
        text: the value as sent; lists are comma-separated.

    Raises:
        Unusable: empty or unreadable value: the condition counts as absent.
        Refusal: 400 ``INVALID_FILTER_VALUE`` for JSON that cannot be parsed.
    """
    predicate = PREDICATES[name]
    if text == "":
        raise Unusable
    if predicate.takes == "boolean":
        return _on_boolean(predicate, subject, _boolean(text))
    if predicate.takes == "json":
        return Compare(subject.field, "contains", _json(name, subject, text)), False
    values = text.split(",") if predicate.takes == "list" else [text]
    require_values(len(values))
    made = _comparison(predicate, subject, [value for value in values if value != ""])
    if predicate.or_null:
        return Any_((made, Null(subject.field))), True
    return made, False


def _comparison(predicate: Predicate, subject: Subject, values: list[str]) -> Condition:
    usable = [cast for cast in (_cast_or_none(subject, v) for v in values) if cast is not None]
    if not usable:
        raise Unusable
    if predicate.operator == "in":
        return Compare(subject.field, "in", frozenset(usable), predicate.negated)
    made = tuple(_single(predicate, subject, value) for value in usable)
    if predicate.combine is None:
        return made[0]
    return Any_(made) if predicate.combine == "any" else All(made)


def _single(predicate: Predicate, subject: Subject, value: Any) -> Condition:
    operator: Any = predicate.operator
    if operator == "like":
        require_pattern(value)
        raw = predicate.pattern == "raw"
        value = value if raw else predicate.pattern.format(LITERAL.sub(r"\\\1", value))
    if subject.kind == "id" and operator in ORDERINGS:
        number = subject.number(value)
        if number is None:
            return NOTHING
        ordered = Compare(SERIAL, operator, number)
        return Related(subject.type, subject.field, "id", ordered) if subject.type else ordered
    return Compare(subject.field, operator, value, predicate.negated)


def _on_boolean(predicate: Predicate, subject: Subject, wanted: bool) -> tuple[Condition, bool]:  # noqa: FBT001 - the predicate's own value
    if predicate.operator in ("true", "false"):
        value = predicate.operator == "true"
        return Compare(subject.field, "eq", value, negated=not wanted), False
    blank: Condition = Null(subject.field)
    if predicate.operator == "present":
        if subject.kind == "string":
            blank = Any_((blank, Compare(subject.field, "eq", "")))
        wanted_blank = wanted is predicate.negated
    else:
        wanted_blank = wanted is not predicate.negated
    return (blank, True) if wanted_blank else (Not(blank), False)


def _boolean(text: str) -> bool:
    if text not in BOOLEANS:
        raise Unusable
    return BOOLEANS[text]


def _json(name: str, subject: Subject, text: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise refusal("INVALID_FILTER_VALUE", value=text, name=f"{subject.field}_{name}")
    require_object(value)
    return value


def _cast_or_none(subject: Subject, text: str) -> Any:
    """Return the text as a value of the column, ``None`` when it has no reading."""
    match subject.kind:
        case "integer":
            found = LEADING_INTEGER.match(text)
            return int(found.group()) if found else 0
        case "float":
            found = LEADING_FLOAT.match(text)
            return float(found.group()) if found else 0.0
        case "boolean":
            return BOOLEANS.get(text)
        case "datetime":
            return standard(text)
    return text
