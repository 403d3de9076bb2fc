"""Questions about records that are JSON alone, by SQLite's functions, and ours where it has none.

Null sorts first there, and no index knows better, so that each has another column before the
value: whether it is null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import orjson
from sqlalchemy import (
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)

from mockserver.databases.dialect import SIGNS, Beside, Dialect, Truth, Value, literal
from mockserver.databases.json_functions import key_text
from mockserver.storage.base import Kind

LARGEST = 2**63 - 1
NUMBERS = ("integer", "real")
NESTED = ("object", "array")


class JsonQuestions(Dialect):
    """Questions about records of which there is the document."""

    # --- values ----------------------------------------------------------------------------------

    def id_in(self, row: FromClause, field: str) -> Value:
        """Return a value that is the id of another record, as an index has it."""
        return value_in(row, field)

    def id_of(self, row: FromClause) -> Value:
        """Return the id of a record as mere text: what a column is compared with has no index."""
        return super().id_of(row).op("||")(literal(""))

    def id_among(self, row: FromClause, field: str, ids: Select[Any]) -> Truth:
        """Say whether a value is one of the ids that a question returns."""
        return and_(self._is_there(row, field), super().id_among(row, field, ids))

    def is_null(self, row: FromClause, field: str) -> Truth:
        """Say whether there is no value."""
        return self.nullity(row, field) == literal_column("1")

    def nullity(self, row: FromClause, field: str) -> Value:
        """Return whether there is no value, as it stands in an index."""
        return value_in(row, field).is_(None)

    def is_text(self, row: FromClause, field: str, values: Collection[str]) -> Truth:
        """Say whether a value is one of these texts."""
        return self._is(row, field, self.among(value_in(row, field), values, str), "text")

    def is_number(self, row: FromClause, field: str, values: Collection[float]) -> Truth:
        """Say whether a value is one of these numbers."""
        given = [_quantity(value) for value in values]
        return self._is(row, field, self.among(value_in(row, field), given, float), *NUMBERS)

    def is_boolean(self, row: FromClause, field: str, *, value: bool) -> Truth:
        """Say whether a value is this boolean."""
        is_it = value_in(row, field) == int(value)
        return self._is(row, field, is_it, "true" if value else "false")

    def is_nested(self, row: FromClause, field: str, value: Any) -> Truth:
        """Say whether a value is this list or object."""
        is_it = func.mock_key(_written(row, field)) == key_text(value)
        return self._is(row, field, is_it, *NESTED)

    def compares(self, row: FromClause, field: str, sign: str, value: Any) -> Truth:
        """Say whether a value is less or greater than this text, number or boolean."""
        kinds: tuple[str, ...] = NUMBERS
        if isinstance(value, str):
            kinds = ("text",)
        elif isinstance(value, bool):
            kinds = ("true", "false")
        if not isinstance(value, str):
            value = _quantity(value)
        compared = value_in(row, field).op(SIGNS[sign], is_comparison=True)(value)
        return self._is(row, field, compared, *kinds)

    def is_like(self, row: FromClause, field: str, pattern: str) -> Truth:
        """Say whether a value is a text that fits a pattern, in whatever case."""
        fits = func.mock_like(pattern, value_in(row, field), type_=Integer()) == 1
        return self._is(row, field, fits, "text")

    def contains(self, row: FromClause, field: str, part: Any) -> Truth:
        """Say whether a value contains another one."""
        given = orjson.dumps(part).decode()
        has = func.mock_contains(_written(row, field), given, type_=Integer()) == 1
        return self._is(row, field, has, *NESTED)

    def order(
        self,
        row: FromClause,
        field: str,
        kind: Kind | None,  # noqa: ARG002 - numbers sort before texts by themselves
        *,
        descending: bool,
    ) -> Iterator[Value]:
        """Yield the criteria that sort by a field, whose values are of a known kind or of any."""
        for each in (self.nullity(row, field), value_in(row, field)):
            yield each.desc() if descending else each

    def among(self, column: Value, values: Collection[Any], type_: type[Any]) -> Truth:  # noqa: ARG002 - it tells kinds apart itself
        """Say whether a column has one of these values, all texts or all numbers."""
        if len(values) == 1:
            return column == bindparam(None, next(iter(values)))
        given = bindparam(None, orjson.dumps(list(values)).decode(), type_=Text())
        each = func.json_each(given).table_valued("value", name="given")
        return column.in_(select(each.c.value))

    def _is(self, row: FromClause, field: str, test: Truth, *kinds: str) -> Truth:
        """Have an index find it, and let no value of another kind pass for one."""
        kind = func.json_type(row.c.document, _path(field))
        given = [literal(each) for each in kinds]
        of_kind = kind == given[0] if len(given) == 1 else kind.in_(given)
        return and_(self._is_there(row, field), test, of_kind)

    def _is_there(self, row: FromClause, field: str) -> Truth:
        return self.nullity(row, field) == literal_column("0")

    def number(self, row: FromClause, *, narrowed: bool) -> Value:
        """Return the number of a record, but not its index, which is taken for the best of all."""
        number = super().number(row, narrowed=narrowed)
        return number + literal_column("0") if narrowed else number

    # --- lists -----------------------------------------------------------------------------------

    def members(self, row: FromClause, field: str) -> Beside:
        """Return the texts of a list of texts."""
        beside = func.json_each(row.c.document, _path(field)).table_valued("value")
        return beside, beside.c.value

    def keys(self, row: FromClause, field: str) -> Beside:
        """Return the key by which a value, or each of a list, is equal to others; none of null."""
        given = func.mock_keys(_written(row, field))
        beside = func.json_each(given).table_valued("value")
        return beside, beside.c.value

    def lists(self, row: FromClause, field: str, texts: Select[Any]) -> Truth:
        """Say whether a list of texts has one of those."""
        beside, each = self.members(row, field)
        return select(literal_column("1")).select_from(beside).where(each.in_(texts)).exists()


def _quantity(value: float) -> float:
    """Return a number as SQLite takes it."""
    return float(value) if isinstance(value, float) or abs(value) > LARGEST else int(value)


def _path(field: str) -> Value:
    return literal(f'$."{field}"')


def value_in(row: FromClause, field: str) -> Value:
    """Return a value: text, number, or a boolean as one; of lists and objects, JSON."""
    return func.json_extract(row.c.document, _path(field))


def _written(row: FromClause, field: str) -> Value:
    """Return a value as JSON."""
    return row.c.document.op("->")(_path(field))
