"""Tables: where the records of a type are, and what is known of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    FromClause,
    Select,
    String,
    TableClause,
    TextClause,
    and_,
    column,
    literal_column,
    select,
    table,
    text,
    union_all,
)

from mockserver.databases.dialect import Dialect, Truth
from mockserver.storage.base import SERIAL, Index, Indexes, Schema

#: Types that have a table of their own are called so; any other one is in the last of them.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
OTHERS = "records"
#: What records are put in order by, of whatever type.
MOMENTS: Mapping[str, Index] = {"created_at": Index("datetime"), "updated_at": Index("datetime")}
NOTHING_KNOWN = Indexes()


class Tables:
    """The tables of a schema, in one kind of database."""

    def __init__(self, dialect: Dialect, schema: Schema) -> None:
        """Name them; nothing is made."""
        self._dialect = dialect
        self._schema = schema
        self._tables = {type_: self._table(f"records_{type_}") for type_ in self.own()}
        self._others = self._table(OTHERS, "type")
        self._by_id: dict[str, TextClause] = {}

    def own(self) -> list[str]:
        """Return the types that have a table of their own: what is known holds records."""
        return [
            type_
            for type_, indexes in self._schema.items()
            if not indexes.shows and NAME.fullmatch(type_)
        ]

    def shown(self, type_: str) -> Sequence[str]:
        """Return the types whose records one shows: itself, unless it is a view."""
        return self._schema.get(type_, NOTHING_KNOWN).shows or (type_,)

    def is_view(self, type_: str) -> bool:
        """Say whether a type shows those of others."""
        return bool(self._schema.get(type_, NOTHING_KNOWN).shows)

    def stored(self, type_: str) -> tuple[TableClause, str | None]:
        """Return where the records of a type are; what it is called, where others are too."""
        own = self._tables.get(type_)
        return (self._others, type_) if own is None else (own, None)

    def index(self, type_: str, field: str) -> Index | None:
        """Return the index of a field, of a view one that all that it shows have."""
        known = {self._index(each, field) for each in self.shown(type_)}
        return known.pop() if len(known) == 1 else None

    def rows(self, type_: str, partition: int, *, others: bool = True) -> tuple[FromClause, Truth]:
        """Return the rows of a type, and which of them are of a partition.

        Args:
            type_: of the records.
            partition: whose they are.
            others: whether there are other rows in the same question.
        """
        shown = self.shown(type_)
        if len(shown) == 1:
            own, called = self.stored(shown[0])
            row = own.alias() if others else own
            return row, self.own_rows(row, partition, called)
        each = union_all(*(self._all(one, partition) for one in shown)).subquery()
        return each, literal_column("1") == literal_column("1")

    def by_id(self, type_: str) -> TextClause:
        """Return the question for the document that has an ``id`` in a ``partition``."""
        found = self._by_id.get(type_)
        if found is None:
            parts = map(self._by_own_id, self.shown(type_))
            found = self._by_id[type_] = text(" UNION ALL ".join(parts))
        return found

    def _by_own_id(self, type_: str) -> str:
        own, called = self.stored(type_)
        only = f" AND type = '{_quoted(called)}'" if called is not None else ""
        return f"SELECT document FROM {own.name} WHERE partition = :partition AND id = :id{only}"  # noqa: S608 - names of ours

    def _all(self, type_: str, partition: int) -> Select[tuple[object, ...]]:
        own, called = self.stored(type_)
        columns = (own.c[name] for name in self._dialect.columns)
        return select(*columns).where(self.own_rows(own, partition, called))

    @staticmethod
    def own_rows(row: FromClause, partition: int, called: str | None) -> Truth:
        """Say which rows of a table are of a partition, and of a type where others are too."""
        own = row.c.partition == partition
        return own if called is None else and_(own, row.c.type == called)

    def _index(self, type_: str, field: str) -> Index | None:
        if field in {"id", SERIAL}:
            return Index(references=()) if field == "id" else Index("integer")
        known = self._schema.get(type_)
        return known.fields.get(field) or MOMENTS.get(field) if known else None

    def _table(self, name: str, *more: str) -> TableClause:
        columns = (*self._dialect.columns, *more)
        return table(name, *(column(each, String() if each == "id" else None) for each in columns))


def _quoted(text_: str) -> str:
    return text_.replace("'", "''").replace(":", "\\:")
