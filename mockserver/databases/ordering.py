"""Orders as a database sorts by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import FromClause, and_

from mockserver.databases.dialect import Dialect, Value
from mockserver.databases.tables import Tables
from mockserver.storage.base import SERIAL
from mockserver.storage.conditions import SortKey


class Ordering:
    """The order of one question, and the records on the way to what it sorts by.

    Attributes:
        source: the records with those that they are sorted by beside them.
        criteria: what sorts, the number last.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what makes an order
        self,
        dialect: Dialect,
        tables: Tables,
        partition: int,
        type_: str,
        row: FromClause,
        order: Sequence[SortKey],
        *,
        narrowed: bool,
    ) -> None:
        """Join what is sorted by.

        Args:
            dialect: of the database.
            tables: where records are.
            partition: whose they are.
            type_: of the records that are sorted.
            row: of such a record.
            order: by what.
            narrowed: whether not all of them are wanted.
        """
        self._dialect = dialect
        self._tables = tables
        self._partition = partition
        self.source = row
        self.criteria: list[Value] = []
        for each in order:
            self.criteria.extend(self._sorting(each, type_, row))
        self.criteria.append(dialect.number(row, narrowed=narrowed))

    def _sorting(self, order: SortKey, type_: str, row: FromClause) -> Iterator[Value]:
        for step, local in order.via:
            own = self._dialect.id_in(row, local)
            row, theirs = self._tables.rows(step, self._partition)
            self.source = self.source.outerjoin(row, and_(theirs, row.c.id == own))
            type_ = step
        if order.field in {"id", SERIAL}:
            yield from self._by_column(row.c[order.field], order)
            return
        index = self._tables.index(type_, order.field)
        kind = index.kind if index and not index.many else None
        yield from self._dialect.order(row, order.field, kind, descending=order.descending)

    def _by_column(self, column: Value, order: SortKey) -> Iterator[Value]:
        if order.via:
            yield column.is_(None).desc() if order.descending else column.is_(None)
        yield column.desc() if order.descending else column
