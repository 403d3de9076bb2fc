"""Conditions as a database is asked them.

What a condition becomes is true exactly where it holds; where it does not, false or null, which a
database takes for the same until it is negated: that asks whether it is not true.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

from sqlalchemy import FromClause, and_, false, literal_column, or_, select, true
from sqlalchemy.sql.elements import Grouping

from mockserver.databases.dialect import SIGNS, Dialect, Truth, Value
from mockserver.databases.tables import Tables
from mockserver.storage.base import SERIAL, Index
from mockserver.storage.conditions import All, Any_, Compare, Condition, Not, Null, Related

#: How many terms stand in a row: databases take no expression that is very deep.
WIDE = 100
LARGEST = 2**63 - 1


class Filters:
    """Makes conditions on the records of one partition."""

    def __init__(self, dialect: Dialect, tables: Tables, partition: int) -> None:
        """Ask these tables."""
        self._dialect = dialect
        self._tables = tables
        self._partition = partition

    def where(self, condition: Condition, type_: str, row: FromClause) -> Truth:  # noqa: PLR0911 - one for each kind
        """Return the test that is true where the condition holds.

        Args:
            condition: the tree.
            type_: of the records.
            row: of a record.
        """
        match condition:
            case All(conditions):
                return _joined(and_, true(), self._each(conditions, type_, row))
            case Any_(conditions):
                return _joined(or_, false(), self._each(conditions, type_, row))
            case Not(inner):
                return _untrue(self.where(inner, type_, row))
            case Null(field, negated):
                return self._nullity(row, field, negated=negated)
            case Related():
                return self._related(condition, type_, row)
            case Compare(field, _, value, negated):
                if value is None:
                    return false()
                test = self._comparison(condition, row)
                if not negated:
                    return test
                return and_(self._nullity(row, field, negated=True), _untrue(test))

    def _each(self, conditions: Sequence[Condition], type_: str, row: FromClause) -> list[Truth]:
        return [self.where(condition, type_, row) for condition in conditions]

    def _nullity(self, row: FromClause, field: str, *, negated: bool) -> Truth:
        if field in {"id", SERIAL}:
            return true() if negated else false()
        is_null = self._dialect.is_null(row, field)
        return _untrue(is_null) if negated else is_null

    # --- comparisons -----------------------------------------------------------------------------

    def _comparison(self, compared: Compare, row: FromClause) -> Truth:
        field, operator, value = compared.field, compared.operator, compared.value
        ask = self._dialect
        if operator in {"eq", "in"}:
            values = [value] if operator == "eq" else value
            is_one = self._column_is if field in COLUMNS else self._is
            return is_one(row, field, values)
        if operator == "like":
            return ask.is_like(row, field, value)
        if operator == "contains":
            return ask.contains(row, field, value)
        if not isinstance(value, str | float | int):
            return false()
        if field in COLUMNS:
            return _column_compares(row, field, SIGNS[operator], value)
        return ask.compares(row, field, operator, value)

    def _is(self, row: FromClause, field: str, values: Any) -> Truth:
        """Say whether a value is one of several, each asked for by its kind."""
        ask, (texts, numbers, others) = self._dialect, _by_kind(values)
        tests = []
        if texts:
            tests.append(ask.is_text(row, field, texts))
        if numbers:
            tests.append(ask.is_number(row, field, numbers))
        for other in others:
            if isinstance(other, bool):
                tests.append(ask.is_boolean(row, field, value=other))
            else:
                tests.append(ask.is_nested(row, field, other))
        return _joined(or_, false(), tests)

    def _column_is(self, row: FromClause, field: str, values: Any) -> Truth:
        """Say whether an id or a number, which are never null, is one of several."""
        texts, numbers, _ = _by_kind(values)
        if field == "id":
            return self._dialect.among(row.c.id, texts, str) if texts else false()
        whole = [int(each) for each in numbers if each == int(each) and abs(each) <= LARGEST]
        return self._dialect.among(row.c.serial, whole, int) if whole else false()

    # --- related records -------------------------------------------------------------------------

    def _related(self, related: Related, type_: str, row: FromClause) -> Truth:
        """Say whether one of the related records matches, by ids where both fields hold such."""
        other, own = self._tables.rows(related.type, self._partition)
        matching = and_(own, self.where(related.condition, related.type, other))
        ours = self._tables.index(type_, related.local)
        theirs = self._tables.index(related.type, related.foreign)
        if not (_holds_ids(ours) and _holds_ids(theirs)):
            return self._by_keys(related, row, other, matching)
        beside, value = self._ids(other, related.foreign, many=theirs.many)
        found = select(value).select_from(other, *beside).where(matching)
        if ours.many:
            return self._dialect.lists(row, related.local, found)
        if related.local == "id":
            return row.c.id.in_(found)
        return self._dialect.id_among(row, related.local, found)

    def _ids(
        self, row: FromClause, field: str, *, many: bool
    ) -> tuple[tuple[FromClause, ...], Value]:
        if not many:
            ids = self._dialect
            return (), ids.id_of(row) if field == "id" else ids.id_in(row, field)
        beside, value = self._dialect.members(row, field)
        return (beside,), value

    def _by_keys(
        self, related: Related, row: FromClause, other: FromClause, matching: Truth
    ) -> Truth:
        """Say it of any values: one of ours is equal to one of theirs."""
        (theirs, key), (ours, own) = (
            self._dialect.keys(other, related.foreign),
            self._dialect.keys(row, related.local),
        )
        found = select(key).select_from(other, theirs).where(matching, key.is_not(None))
        one: Value = literal_column("1")
        return select(one).select_from(ours).where(own.in_(found)).exists()


COLUMNS = frozenset({"id", SERIAL})


def _holds_ids(index: Index | None) -> TypeGuard[Index]:
    return index is not None and index.references is not None


def _by_kind(values: Any) -> tuple[list[str], list[float], list[Any]]:
    texts, numbers, others = [], [], []
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, bool):
            others.append(value)
        elif isinstance(value, int | float):
            numbers.append(value)
        elif value is not None:
            others.append(value)
    return texts, numbers, others


def _column_compares(row: FromClause, field: str, sign: str, value: Any) -> Truth:
    is_text = isinstance(value, str)
    if isinstance(value, bool) or is_text is not (field == "id"):
        return false()
    compared: Truth = row.c[field].op(sign, is_comparison=True)(value)
    return compared


def _untrue(test: Truth) -> Truth:
    untrue: Truth = Grouping(test).is_not(true())
    return untrue


def _joined(join: Any, nothing: Truth, tests: Sequence[Truth]) -> Truth:
    """Join tests, a few at a time."""
    if len(tests) == 1:
        return tests[0]
    while len(tests) > WIDE:
        parts = range(0, len(tests), WIDE)
        tests = [Grouping(join(nothing, *tests[at : at + WIDE])) for at in parts]
    joined: Truth = join(nothing, *tests)
    return joined
