"""Questions about records in JSONB, beside the document, and through indexes of what is in it.

What sorts does so by bytes, which in UTF-8 is by code point, whatever the database is set to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any
from zlib import crc32

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    FromClause,
    Numeric,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    collate,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from mockserver.databases.dialect import SIGNS, Beside, Dialect, Truth, Value, literal
from mockserver.databases.folding import FOLDED, UNFOLDED, fold
from mockserver.storage.base import Kind

#: How much of a text stands in an index, whose rows are limited.
CUT = 256
#: Of the letters that are known by now: another Python may know others, and has its own.
FOLD = f"mockserver_fold_{crc32((UNFOLDED + FOLDED).encode()):08x}"
SCALARS = tuple(map(literal, ("string", "number", "boolean")))
ARRAYS: Mapping[type[Any], ARRAY[Any]] = {
    str: ARRAY(Text()),
    int: ARRAY(BigInteger()),
    Decimal: ARRAY(Numeric()),
}


class JsonbQuestions(Dialect):
    """Questions about records that have a ``body`` in JSONB."""

    columns = (*Dialect.columns, "body")

    # --- values ----------------------------------------------------------------------------------

    def id_in(self, row: FromClause, field: str) -> Value:
        """Return a value that is the id of another record, as an index has it."""
        return beginning_of(row, field)

    def is_null(self, row: FromClause, field: str) -> Truth:
        """Say whether there is no value."""
        return text_in(row, field).is_(None)

    def is_text(self, row: FromClause, field: str, values: Collection[str]) -> Truth:
        """Say whether a value is one of these texts: by their beginnings, then as a whole."""
        values = [_storable(value) for value in values]
        short = self.among(beginning_of(row, field), [value[:CUT] for value in values], str)
        tests = [short, kind_of(row, field) == literal("string")]
        if any(len(value) >= CUT for value in values):
            tests.append(self.among(text_in(row, field), values, str))
        return and_(*tests)

    def is_number(self, row: FromClause, field: str, values: Collection[float]) -> Truth:
        """Say whether a value is one of these numbers."""
        given = [_decimal(value) for value in values]
        return self.among(number_in(row, field), given, Decimal)

    def is_boolean(self, row: FromClause, field: str, *, value: bool) -> Truth:
        """Say whether a value is this boolean."""
        return boolean_in(row, field).is_not_distinct_from(value)

    def is_nested(self, row: FromClause, field: str, value: Any) -> Truth:
        """Say whether a value is this list or object."""
        return in_jsonb(row, field) == _jsonb(value)

    def compares(self, row: FromClause, field: str, sign: str, value: Any) -> Truth:
        """Say whether a value is less or greater than this text, number or boolean."""
        own, other = SIGNS[sign], value
        if isinstance(value, str):
            other = _storable(value)
            near = beginning_of(row, field).op(own.rstrip("=") + "=", is_comparison=True)(
                other[:CUT]
            )
            whole = text_in(row, field).op(own, is_comparison=True)(other)
            return and_(near, whole, kind_of(row, field) == literal("string"))
        if isinstance(value, bool):
            return boolean_in(row, field).op(own, is_comparison=True)(other)
        return number_in(row, field).op(own, is_comparison=True)(_decimal(value))

    def is_like(self, row: FromClause, field: str, pattern: str) -> Truth:
        """Say whether a value is a text that fits a pattern, in whatever case."""
        ends = len(pattern) - len(pattern.rstrip("\\"))
        whole = fold(_storable(pattern)) + "\\" * (ends % 2)
        is_text = kind_of(row, field) == literal("string")
        return and_(folded_in(row, field).like(whole), is_text)

    def contains(self, row: FromClause, field: str, part: Any) -> Truth:
        """Say whether a value contains another one."""
        return in_jsonb(row, field).op("@>", is_comparison=True)(_jsonb(part))

    def order(
        self, row: FromClause, field: str, kind: Kind | None, *, descending: bool
    ) -> Iterator[Value]:
        """Yield the criteria that sort by a field, whose values are of a known kind or of any."""
        texts = [beginning_of(row, field), text_in(row, field)]
        number, boolean = number_in(row, field), boolean_in(row, field)
        by_kind: dict[Kind | None, list[Value]] = {
            "string": texts,
            "datetime": texts,
            "boolean": [boolean, text_in(row, field)],
        }
        other = case((kind_of(row, field).notin_(SCALARS), text_in(row, field)))
        only_text = case((kind_of(row, field) == literal("string"), text_in(row, field)))
        criteria = by_kind.get(kind, [number, only_text, boolean, other])
        for each in criteria:
            yield each.desc() if descending else each

    def among(self, column: Value, values: Collection[Any], type_: type[Any]) -> Truth:
        """Say whether a column has one of these values, all texts or all numbers."""
        given: Value = bindparam(None, list(values), type_=ARRAYS[type_])
        return column == any_(given)

    # --- lists -----------------------------------------------------------------------------------

    def members(self, row: FromClause, field: str) -> Beside:
        """Return the texts of a list of texts."""
        value = in_jsonb(row, field)
        listed = case((kind_of(row, field) == literal("array"), value))
        found = func.jsonb_array_elements_text(listed).table_valued(column("value", Text()))
        beside = found.render_derived().lateral()
        return beside, collate(beside.c.value, "C")

    def keys(self, row: FromClause, field: str) -> Beside:
        """Return the key by which a value, or each of a list, is equal to others; none of null."""
        value, kind = in_jsonb(row, field), kind_of(row, field)
        listed = case(
            (kind == literal("array"), value),
            (kind == literal("null"), cast(literal("[]"), JSONB)),
            else_=func.jsonb_build_array(value),
        )
        given = case((value.is_not(None), listed))
        found = func.jsonb_array_elements(given).table_valued(column("value", JSONB))
        beside = found.render_derived().lateral()
        own = beside.c.value
        return beside, func.nullif(own, cast(literal("null"), JSONB))

    def lists(self, row: FromClause, field: str, texts: Select[Any]) -> Truth:
        """Say whether a list of texts has one of those."""
        given = func.array(texts.scalar_subquery(), type_=ARRAY(Text()))
        is_list = kind_of(row, field) == literal("array")
        return and_(in_jsonb(row, field).op("?|", is_comparison=True)(given), is_list)


def in_jsonb(row: FromClause, field: str) -> Value:
    """Return a value as JSONB."""
    return row.c.body.op("->", return_type=JSONB())(literal(field))


def text_in(row: FromClause, field: str) -> Value:
    """Return a value as text that sorts by code point; of null, null."""
    return collate(row.c.body.op("->>", return_type=Text())(literal(field)), "C")


def beginning_of(row: FromClause, field: str) -> Value:
    """Return the beginning of a text, as indexes have it."""
    return func.left(text_in(row, field), text(str(CUT)), type_=Text())


def folded_in(row: FromClause, field: str) -> Value:
    """Return a value as text in which letters of both cases are alike."""
    folded: Value = getattr(func, FOLD)(text_in(row, field), type_=Text())
    return folded


def kind_of(row: FromClause, field: str) -> Value:
    """Return the kind of a value; null where there is none."""
    return func.jsonb_typeof(in_jsonb(row, field), type_=Text())


def number_in(row: FromClause, field: str) -> Value:
    """Return a number; of anything else, null."""
    is_number = kind_of(row, field) == literal("number")
    return case((is_number, cast(in_jsonb(row, field), Numeric)))


def boolean_in(row: FromClause, field: str) -> Value:
    """Return a boolean; of anything else, null."""
    is_boolean = kind_of(row, field) == literal("boolean")
    return case((is_boolean, cast(in_jsonb(row, field), Boolean)))


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _storable(value: str) -> str:
    """Return a text without what PostgreSQL does not take; records have it as they are given."""
    return value.replace("\0", "\ufffd")


def _jsonb(value: Any) -> Value:
    document = orjson.dumps(value).decode().replace("\\u0000", "\\ufffd")
    return cast(bindparam(None, document, type_=Text()), JSONB)
