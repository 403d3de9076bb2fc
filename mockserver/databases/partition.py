"""A partition in a database: what is asked of it is asked there, and what is changed is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import func, literal, select, text, union_all

from mockserver.databases.dialect import Dialect, Stored
from mockserver.databases.filters import Filters
from mockserver.databases.ordering import Ordering
from mockserver.databases.session import DatabaseSessions, OpenTransaction
from mockserver.databases.tables import OTHERS, Tables
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import EVERYTHING, Condition, SortKey

#: How many records are stored by one statement.
AT_ONCE = 1000
NUMBERS = text("SELECT type, last FROM numbers WHERE partition = :partition ORDER BY type")


class SqlPartition:
    """The records of one mode of one organization, in the tables of a database."""

    def __init__(
        self, dialect: Dialect, tables: Tables, sessions: DatabaseSessions, number: int
    ) -> None:
        """Ask for the records of the partition with this number."""
        self._dialect = dialect
        self._tables = tables
        self._sessions = sessions
        self._number = number
        self._filters = Filters(dialect, tables, number)

    def get(self, type_: str, id_: str, fields: Sequence[str] = ()) -> Record | None:
        """Return the record, or some of its fields, ``None`` when there is none."""
        given = {"partition": self._number, "id": id_}
        found = self._sessions.ask(self._tables.by_id(type_), given)
        return _read(found[0].document, fields) if found else None

    def get_many(
        self, type_: str, ids: Iterable[str], fields: Sequence[str] = ()
    ) -> dict[str, Record]:
        """Return the records with these ids, by id; those there are not are left out."""
        asked = list(dict.fromkeys(ids))
        if not asked:
            return {}
        row, own = self._tables.rows(type_, self._number, others=False)
        among = self._dialect.among(row.c.id, asked, str)
        found = self._sessions.ask(select(row.c.id, row.c.document).where(own, among))
        return {id_: _read(document, fields) for id_, document in found}

    def put(self, type_: str, record: Record) -> None:
        """Store the record, replacing one with the same id."""
        self.load(type_, (record,))

    def load(self, type_: str, records: Iterable[Record]) -> None:
        """Store many records at once."""
        given = [_stored(record) for record in records]
        with self._writing() as own:
            for at in range(0, len(given), AT_ONCE):
                some = {each[0]: each for each in given[at : at + AT_ONCE]}
                self._put(own, type_, list(some.values()))

    def remove(self, type_: str, id_: str) -> bool:
        """Remove the record; return whether there was one."""
        with self._writing() as own:
            table, called = self._tables.stored(type_)
            given = {"partition": self._number, "id": id_, "type": called}
            removed = own.writing().execute(_removal(table.name), given)
            return bool(removed.rowcount)

    def select(
        self,
        type_: str,
        condition: Condition = EVERYTHING,
        order: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Record], int]:
        """Return the matching records from offset, and how many match in all."""
        row, own = self._tables.rows(type_, self._number, others=False)
        where = self._filters.where(condition, type_, row)
        if limit == 0:
            return [], self.count(type_, condition)
        asked = self._dialect, self._tables, self._number, type_, row, order
        ordering = Ordering(*asked, narrowed=condition != EVERYTHING)
        question = select(row.c.document).select_from(ordering.source).where(own, where)
        question = question.order_by(*ordering.criteria)
        # One more than is asked for: whether there are any more is then known.
        more = None if limit is None else limit + 1
        found = self._sessions.ask(question.limit(more).offset(offset or None))
        records = [orjson.loads(document) for (document,) in found[:limit]]
        if len(found) == more or (offset and not found):
            return records, self.count(type_, condition)
        return records, offset + len(found)

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""
        row, own = self._tables.rows(type_, self._number, others=False)
        where = self._filters.where(condition, type_, row)
        question = select(func.count()).select_from(row).where(own, where)
        return int(self._sessions.ask(question)[0][0])

    def next_number(self, type_: str) -> int:
        """Return a number greater than any given before for the type, rolled back ones too."""
        with self._writing() as own:
            key = self._number, type_
            number = max(own.last_number(key), 0) + 1
            own.numbers.rise(key, number)
            return number

    def numbers(self) -> dict[str, int]:
        """Return the last number given or stored of each type."""
        found = dict(map(tuple, self._sessions.ask(NUMBERS, {"partition": self._number})))
        if own := self._sessions.current:
            if self._number in own.numbers.cleared:
                found = {}
            given = own.numbers.given(set())
            found |= {type_: n for (part, type_), n in given.items() if part == self._number}
        return found

    def skip_numbers(self, type_: str, number: int) -> None:
        """Give no number up to this one from now on."""
        with self._writing() as own:
            self._rise(own, type_, number)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing; a failed one inside another undoes its own part alone."""
        with self._sessions.transaction(self._number):
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others read meanwhile, as they do anyway: they see what has been stored."""
        yield

    def clear(self) -> None:
        """Remove every record and forget every number."""
        with self._writing() as own:
            tables = {self._tables.stored(type_)[0].name for type_ in self.numbers()}
            emptied = (f"DELETE FROM {t} WHERE partition = {self._number}" for t in sorted(tables))  # noqa: S608 - names of ours
            self._dialect.change(own.writing(), emptied)
            own.numbers.clear(self._number)

    def types(self) -> list[str]:
        """Return the types that hold records, sorted."""
        types = sorted(self.numbers())
        if not types:
            return []
        found = self._sessions.ask(union_all(*map(self._holding, types)))
        return sorted(type_ for (type_,) in found)

    # --- steps -----------------------------------------------------------------------------------

    def _holding(self, type_: str) -> Any:
        """Return the question that has the type for an answer, if there are records of its own."""
        table, called = self._tables.stored(type_)
        own = self._tables.own_rows(table, self._number, called)
        return select(literal(type_)).where(select(table.c.id).where(own).exists())

    def _writing(self) -> AbstractContextManager[OpenTransaction]:
        return self._sessions.writing(self._number)

    def _put(self, own: OpenTransaction, type_: str, stored: Sequence[Stored]) -> None:
        table, called = self._tables.stored(type_)
        self._rise(own, type_, max(number for _, number, _ in stored))
        key = {"partition": self._number, **({} if called is None else {"type": called})}
        self._dialect.put(own.writing(), table.name, stored, **key)

    def _rise(self, own: OpenTransaction, type_: str, number: int) -> None:
        key = self._number, type_
        if number > own.last_number(key):
            own.numbers.rise(key, number)


def _read(document: str, fields: Sequence[str]) -> Record:
    record: Record = orjson.loads(document)
    return {name: record.get(name) for name in fields} if fields else record


def _stored(record: Record) -> Stored:
    return record["id"], record[SERIAL], orjson.dumps(record).decode()


@lru_cache(maxsize=1024)
def _removal(table: str) -> Any:
    own = " AND type = :type" if table == OTHERS else ""
    return text(f"DELETE FROM {table} WHERE partition = :partition AND id = :id{own}")  # noqa: S608 - a name of ours
