"""The memory backend: the records of a partition in tables, with transactions that roll back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from mockserver.storage.base import Changes, Indexes, Partition, Record, Schema
from mockserver.storage.conditions import EVERYTHING, Condition, SortKey
from mockserver.storage.selection import Selection
from mockserver.storage.table import BY_NUMBER, Table
from mockserver.storage.values import NESTED

Committed = Callable[[Changes], None]


class MemoryPartition(Partition):
    """The records of one mode of one organization, in dictionaries."""

    def __init__(self, schema: Schema, committed: Committed | None = None) -> None:
        """Start empty.

        Args:
            schema: the indexes of each type; a type without any can be stored all the same.
            committed: called with the changes of each transaction, before it is acknowledged;
                when it raises, the transaction is undone.
        """
        self._schema = schema
        self._views = {type_: of.shows for type_, of in schema.items() if of.shows}
        self._committed = committed
        self._tables: dict[str, Table] = {}
        self._lock = threading.RLock()
        #: Held by the one that writes, for as long as its transaction is open.
        self._writing = threading.Lock()
        #: The thread that has a transaction open; what it did, and what undoes that.
        self._writer: int | None = None
        self._changes = Changes()
        self._undo: list[Callable[[], None]] = []
        #: The types whose number may have risen since it was last written down.
        self._numbered: set[str] = set()

    def get(self, type_: str, id_: str, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of the record, or of some of its fields, ``None`` when there is none."""
        with self._lock:
            if type_ in self._views:
                return self.get_many(type_, (id_,), fields).get(id_)
            table = self._tables.get(type_)
            record = table.records.get(id_) if table else None
        if record is not None and fields:
            record = {name: record.get(name) for name in fields}
        return None if record is None else copy_record(record)

    def held(self, type_: str, id_: str) -> Record | None:
        """Return the record itself, which nobody may change; ``None`` when there is none."""
        with self._lock:
            table = self._tables.get(type_)
            return table.records.get(id_) if table else None

    def get_many(
        self, type_: str, ids: Iterable[str], fields: Sequence[str] = ()
    ) -> dict[str, Record]:
        """Return copies of the records with these ids, by id; those there are not are left out."""
        with self._lock:
            found = dict(self._found(type_, ids))
        if fields:
            found = {id_: {n: r.get(n) for n in fields} for id_, r in found.items()}
        return {id_: copy_record(record) for id_, record in found.items()}

    def put(self, type_: str, record: Record) -> None:
        """Store a copy of the record, replacing one with the same id."""
        self.load(type_, (copy_record(record),))

    def load(self, type_: str, records: Iterable[Record]) -> None:
        """Take ownership of many new records at once."""
        with self.transaction():
            table = self._table(type_)
            replaced = self._replaced(type_, table)
            entries = self._changes.entries
            for record in records:
                id_: str = record["id"]
                replaced.append((id_, table.put(record)))
                entries.append((type_, id_, record))

    def remove(self, type_: str, id_: str) -> bool:
        """Remove the record; return whether there was one."""
        with self.transaction():
            table = self._table(type_)
            before = table.remove(id_)
            if before is None:
                return False
            self._replaced(type_, table).append((id_, before))
            self._changes.entries.append((type_, id_, None))
            return True

    def select(
        self,
        type_: str,
        condition: Condition = EVERYTHING,
        order: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Record], int]:
        """Return copies of the matching records from offset, and how many match in all."""
        found, total = self.held_page(type_, condition, order, offset, limit)
        return [copy_record(record) for record in found], total

    def held_page(
        self,
        type_: str,
        condition: Condition = EVERYTHING,
        order: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Record], int]:
        """Return the same as ``select``, the records themselves, which nobody may change."""
        with self._lock:
            first = order[0] if order else BY_NUMBER
            is_whole = condition == EVERYTHING and type_ not in self._views
            if is_whole and len(order) <= 1 and not first.via:
                table = self._table(type_)
                return list(table.page(first, offset, limit)), len(table.records)
            selection = Selection(self._tables, self._views)
            found = selection.ordered(selection.matching(type_, condition), order)
            stop = None if limit is None else offset + limit
            return found[offset:stop], len(found)

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""
        with self._lock:
            if condition == EVERYTHING and type_ not in self._views:
                return len(self._table(type_).records)
            return len(Selection(self._tables, self._views).matching(type_, condition))

    def next_number(self, type_: str) -> int:
        """Return a number greater than any given before for the type, rolled back ones too."""
        with self._lock:
            self._numbered.add(type_)
            return self._table(type_).next_number()

    def numbers(self) -> dict[str, int]:
        """Return the last number given or stored of each type."""
        with self._lock:
            # A type that was only looked at has none.
            return {type_: last for type_, t in self._tables.items() if (last := t.last_number)}

    def skip_numbers(self, type_: str, number: int) -> None:
        """Give no number up to this one from now on."""
        with self._lock:
            self._numbered.add(type_)
            self._table(type_).skip_numbers(number)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing; a failed one inside another undoes its own part alone."""
        if self._writer == threading.get_ident():
            with self._savepoint():
                yield
            return
        with self._writing, self._lock:
            self._writer = threading.get_ident()
            try:
                yield
                if self._changes.entries or self._changes.cleared:
                    self._commit(self._changes)
            except BaseException:
                for undo in reversed(self._undo):
                    undo()
                raise
            finally:
                self._writer = None
                self._changes = Changes()
                self._undo.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others read meanwhile what there was before the open transaction; writers wait."""
        if self._writer != threading.get_ident() or self._changes.cleared:
            yield
            return
        done = list(self._changes.entries)
        for undo in reversed(self._undo):
            undo()
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._do_again(done)

    def _do_again(self, done: Iterable[tuple[str, str, Record | None]]) -> None:
        """Bring back what was undone for a while; what undoes it is as it was."""
        for type_, id_, record in done:
            table = self._table(type_)
            if record is None:
                table.remove(id_)
            else:
                table.put(record)

    def clear(self) -> None:
        """Remove every record and forget every number."""
        with self.transaction():
            before = (self._tables, self._numbered, self._changes)
            self._undo.append(partial(self._reinstate, *before))
            self._tables, self._numbered, self._changes = {}, set(), Changes(cleared=True)

    def types(self) -> list[str]:
        """Return the types that hold records, sorted."""
        with self._lock:
            return sorted(type_ for type_, table in self._tables.items() if table.records)

    def counts(self) -> dict[str, int]:
        """Return how many records there are of each type that has any."""
        with self._lock:
            return {t: len(table.records) for t, table in self._tables.items() if table.records}

    def restore(self, type_: str, records: Iterable[Record], last_number: int) -> None:
        """Take ownership of what was written down earlier: nothing is committed anew."""
        table = self._table(type_)
        for record in records:
            table.put(record)
        table.skip_numbers(last_number)
        table.saved_number = last_number

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """Undo what fails inside an open transaction, which may go on."""
        done, noted = len(self._undo), len(self._changes.entries)
        try:
            yield
        except BaseException:
            for undo in reversed(self._undo[done:]):
                undo()
            del self._undo[done:]
            del self._changes.entries[noted:]
            raise

    def flush(self) -> None:
        """Commit the numbers that were given since the last transaction, if any."""
        with self._lock:
            if self._unsaved_numbers():
                self._commit(Changes())

    def _found(self, type_: str, ids: Iterable[str]) -> Iterator[tuple[str, Record]]:
        """Yield the records with these ids, of a view those of the types that it shows."""
        shown = self._views.get(type_, (type_,))
        tables = [table.records for each in shown if (table := self._tables.get(each))]
        for id_ in ids:
            for records in tables:
                if id_ in records:
                    yield id_, records[id_]

    def _table(self, type_: str) -> Table:
        table = self._tables.get(type_)
        if table is None:
            table = self._tables[type_] = Table(self._schema.get(type_, Indexes()))
        return table

    def _replaced(self, type_: str, table: Table) -> list[tuple[str, Record | None]]:
        """Return the list to put what is replaced in, for the case of a rollback."""
        replaced: list[tuple[str, Record | None]] = []
        self._undo.append(partial(table.restore, replaced))
        self._numbered.add(type_)
        return replaced

    def _commit(self, changes: Changes) -> None:
        if not self._committed:
            return
        changes.numbers = self._unsaved_numbers()
        self._committed(changes)
        for type_, number in changes.numbers.items():
            self._tables[type_].saved_number = number
        self._numbered.clear()

    def _unsaved_numbers(self) -> dict[str, int]:
        tables = {type_: self._tables[type_] for type_ in self._numbered}
        last = {type_: table.last_number for type_, table in tables.items()}
        return {type_: n for type_, n in last.items() if n > tables[type_].saved_number}

    def _reinstate(self, tables: dict[str, Table], numbered: set[str], changes: Changes) -> None:
        self._tables, self._numbered, self._changes = tables, numbered, changes


def copy_record(record: Record) -> Record:
    """Return a copy that shares nothing that can be changed."""
    copied = record.copy()
    for name, value in record.items():
        if isinstance(value, NESTED):
            copied[name] = _copy(value)
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copy(v) if isinstance(v, NESTED) else v for k, v in value.items()}
    return [_copy(v) if isinstance(v, NESTED) else v for v in value]


class MemoryStorage:
    """Partitions that live as long as the process.

    Attributes:
        is_alone: whether no other process writes to what it holds.
    """

    is_alone = True

    def __init__(self, schema: Schema) -> None:
        """Start empty, with the indexes of each type."""
        self._schema = schema
        self._lock = threading.RLock()
        self._partitions: dict[tuple[str, str], MemoryPartition] = {}

    def partition(self, organization: str, mode: str) -> Partition:
        """Return the partition of one mode of one organization, made when missing."""
        with self._lock:
            key = (organization, mode)
            if key not in self._partitions:
                self._partitions[key] = self._made(organization, mode)
            return self._partitions[key]

    def drop(self, organization: str) -> None:
        """Forget an organization's partitions."""
        with self._lock:
            for key in [key for key in self._partitions if key[0] == organization]:
                del self._partitions[key]

    def organizations(self) -> list[str]:
        """Return the slugs of the organizations that have a partition, oldest first."""
        with self._lock:
            return list(dict.fromkeys(slug for slug, _ in self._partitions))

    def close(self) -> None:
        """Release nothing: memory goes with the process."""

    def _made(self, organization: str, mode: str) -> MemoryPartition:  # noqa: ARG002 - for heirs
        return MemoryPartition(self._schema)
