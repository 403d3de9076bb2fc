"""The language in which a storage backend is asked for records.

A condition is a small tree of frozen values; each backend compiles it to what it is fast at.
A null never satisfies a comparison, a negated one included, whichever side it is on, as in SQL
(conventions.md §13.2). Values of different JSON kinds are unequal and in no order; no condition is
an error.
"""

from __future__ import annotations

from typing import Any, Literal

from mockserver.late_dataclass import dataclass

Operator = Literal["eq", "lt", "lteq", "gt", "gteq", "in", "like", "contains"]


@dataclass(frozen=True, slots=True)
class Compare:
    """The field compares with the value so.

    ``in`` takes a frozenset (of foreign keys, for instance), ``like`` (text only) an ILIKE pattern
    with backslash escapes, ``contains`` a JSON object that must be a subset (``@>``).
    """

    field: str
    operator: Operator
    value: Any
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Null:
    """The field is null (or, negated, is not)."""

    field: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds; true when there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - the word of SQL and of the predicates
    """At least one condition holds; false when there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold; so it does for a null that satisfies no comparison."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Related:
    """At least one record of ``type`` whose ``foreign`` field equals our ``local`` one matches.

    Either field may hold a list of ids; then one common member is enough. Null equals nothing.
    """

    type: str
    local: str
    foreign: str
    condition: Condition


Condition = Compare | Null | All | Any_ | Not | Related

EVERYTHING = All(())
NOTHING = Any_(())


@dataclass(frozen=True, slots=True)
class SortKey:
    """One sort criterion: a field, perhaps of a record reached through to-one steps.

    ``via`` lists (type, local field) pairs, walked from the record that is sorted; where there is
    nobody to walk to, the value is null. Nulls come last ascending and first descending, text
    goes by code point (conventions.md §10); kinds do not mix, but which goes first is open.
    """

    field: str
    descending: bool = False
    via: tuple[tuple[str, str], ...] = ()


def weight(condition: Condition) -> int:
    """Return how many comparisons a condition is for each record, members of objects included."""
    match condition:
        case All(conditions) | Any_(conditions):
            return sum(map(weight, conditions))
        case Not(inner):
            return weight(inner)
        case Compare(_, "contains", value):
            return members(value)
    return 1


def members(value: Any) -> int:
    """Return how many values a JSON value consists of, itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(members, value.values()))
    return 1 + sum(map(members, value)) if isinstance(value, list) else 1


def both(*conditions: Condition) -> Condition:
    """Return the conjunction, without needless nesting."""
    effective = tuple(c for c in conditions if c != EVERYTHING)
    return effective[0] if len(effective) == 1 else All(effective)
