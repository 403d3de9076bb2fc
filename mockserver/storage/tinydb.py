"""The TinyDB backend: the memory engine, with each of its transactions in a journal on disk.

TinyDB's own storage rewrites the whole file with each change and loses it when killed; ours
appends, and everything else of TinyDB works on it.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage as TinyDBStorageBase
from tinydb.table import Table

from mockserver.storage.base import Changes, Partition, Record, Schema, StorageError
from mockserver.storage.batches import (
    BOOKKEEPING,
    NUMBERS,
    PARTITIONS,
    Batch,
    Documents,
    Tables,
    batch_of,
    emptied,
    partition_key,
    partition_name,
    table_key,
)
from mockserver.storage.journal import Journal
from mockserver.storage.memory import MemoryPartition, MemoryStorage
from mockserver.storage.values import copy_record

if TYPE_CHECKING:
    from pathlib import Path

#: A rewrite pays when most of the file, and so many records in it, are superseded.
GARBAGE = 1_000
#: The same while requests wait for it: rarely, but a journal must not grow for ever.
GARBAGE_WHILE_OPEN = 100_000


class JournalStorage(TinyDBStorageBase):
    """A TinyDB storage that appends what changes."""

    def __init__(self, path: str | Path, *, fsync: bool = False) -> None:
        """Open or make the file; see :class:`Journal` for the arguments and errors."""
        self.lock = threading.RLock()
        self._tables: Tables = {}
        self._garbage = 0
        self._journal = Journal(path, self._apply, fsync=fsync)
        self._compact_above(GARBAGE)

    @property
    def tables(self) -> Tables:
        """The records themselves, by table and id, for reading."""
        return self._tables

    def read(self) -> Tables | None:
        """Return the tables, ``None`` when there are none."""
        return dict(self._tables) or None

    def append(self, batch: Batch) -> None:
        """Write one transaction down and take it over; ``StorageError`` when that fails."""
        with self.lock:
            self._journal.append(batch)
            self._apply(batch)
            self._compact_above(GARBAGE_WHILE_OPEN)

    def write(self, data: Mapping[str, Mapping[str, Record]]) -> None:
        """Replace everything, one record a line; ``StorageError`` when that fails."""
        with self.lock:
            self._journal.rewrite(
                {name: {id_: document}}
                for name, documents in data.items()
                for id_, document in documents.items()
            )
            self._tables = {name: dict(documents) for name, documents in data.items() if documents}
            self._garbage = 0

    def close(self) -> None:
        """Tidy the file up and release it."""
        with self.lock:
            self._compact_above(GARBAGE)
            self._journal.close()

    def _apply(self, batch: Batch) -> None:
        for name, documents in batch.items():
            table = self._tables.setdefault(name, {})
            before = len(table)
            if documents is None:
                table.clear()
            for id_, document in (documents or {}).items():
                if document is None:
                    table.pop(id_, None)
                else:
                    table[id_] = document
            if name not in BOOKKEEPING:
                self._garbage += before + len(documents or ()) - len(table)
            if not table:
                del self._tables[name]

    def _compact_above(self, least: int) -> None:
        if self._garbage < least or self._garbage < sum(map(len, self._tables.values())):
            return
        self._garbage = 0
        # Without room for a second file the first one still serves.
        with suppress(StorageError):
            self.write(self._tables)


class JournalTable(Table):
    """A TinyDB table whose document ids are text and whose changes are appended."""

    document_id_class = str  # type: ignore[assignment]  # the library expects integers

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        storage = cast("JournalStorage", self.storage)
        with storage.lock:
            view = _View(cast("Mapping[str, Record]", self._read_table()))
            updater(view)
            if changes := view.changes():
                storage.append({self.name: changes})
        self.clear_cache()


class _View(MutableMapping[str, Record]):
    """A table as TinyDB changes it: nothing but copies, so that what was changed can be told."""

    def __init__(self, stored: Mapping[str, Record]) -> None:
        self._stored = stored
        self._seen: Documents = {}

    def changes(self) -> Documents:
        """Return what is not as it was."""
        return {id_: new for id_, new in self._seen.items() if new != self._stored.get(id_)}

    def __getitem__(self, id_: str) -> Record:
        if id_ not in self._seen:
            self._seen[id_] = copy_record(self._stored[id_])
        if (document := self._seen[id_]) is None:
            raise KeyError(id_)
        return document

    def __setitem__(self, id_: str, document: Record) -> None:
        self._seen[id_] = document

    def __delitem__(self, id_: str) -> None:
        self._seen[id_] = None if id_ in self else self[id_]

    def __iter__(self) -> Iterator[str]:
        return (id_ for id_ in list({**self._stored, **self._seen}) if id_ in self)

    def __contains__(self, id_: object) -> bool:
        known: Mapping[Any, object] = self._seen if id_ in self._seen else self._stored
        return known.get(id_) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)


class JournalDatabase(TinyDB):
    """A TinyDB over a journal file: ``JournalDatabase(path).table("acme/test/customers")``."""

    table_class = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment]  # any storage does


class TinyDBStorage(MemoryStorage):
    """Partitions that outlive the process, whose memory holds them all the same."""

    def __init__(self, path: str | Path, schema: Schema, *, fsync: bool = False) -> None:
        """Open or make the file, and take over what is in it.

        Args:
            path: the file; its directory must exist.
            schema: the indexes of each type.
            fsync: wait for the disk with each transaction. Without it nothing acknowledged is
                lost when the process is killed, but the last seconds in a power cut.

        Raises:
            StorageError: the file is in use, not ours, damaged, not readable or not writable.
        """
        super().__init__(schema)
        self._writers: dict[str, _Writer] = {}
        self._closed = False
        with _collector_paused():
            self._database = JournalDatabase(path, fsync=fsync)
            self._journal = cast("JournalStorage", self._database.storage)
            self._take_over(path)

    def partition(self, organization: str, mode: str) -> Partition:
        """Return the partition of one mode of one organization, made when missing."""
        with self._lock:
            if (organization, mode) not in self._partitions:
                self._journal.append({PARTITIONS: {partition_name(organization, mode): {}}})
            return super().partition(organization, mode)

    def drop(self, organization: str) -> None:
        """Forget an organization's partitions; those handed out before refuse to write."""
        with self._lock, self._journal.lock:
            names = [partition_name(*key) for key in self._partitions if key[0] == organization]
            if names:
                gone: Documents = dict.fromkeys(names)
                self._journal.append({**emptied(self._journal.tables, names), PARTITIONS: gone})
            for name in names:
                self._writers.pop(name).dropped = True
            super().drop(organization)

    def close(self) -> None:
        """Write down what is left and release the file; a second call does nothing."""
        with self._lock:
            partitions = () if self._closed else tuple(self._partitions.values())
            self._closed = True
        try:
            for partition in partitions:
                partition.flush()
        finally:
            self._database.close()

    def _made(self, organization: str, mode: str) -> MemoryPartition:
        name = partition_name(organization, mode)
        self._writers[name] = writer = _Writer(self._journal, name)
        return MemoryPartition(self._schema, writer)

    def _take_over(self, path: str | Path) -> None:
        try:
            self._restore(self._journal.tables)
        except (KeyError, TypeError, ValueError) as error:
            self._database.close()
            message = f"{path} holds a table or a record that is not a mockserver's: {error}."
            raise StorageError(message) from error

    def _restore(self, tables: Tables) -> None:
        for name in tables.get(PARTITIONS, {}):
            self._restored(name)
        numbers = tables.get(NUMBERS, {})
        for name in dict.fromkeys((*tables, *numbers)):
            if name not in BOOKKEEPING:
                partition, type_ = table_key(name)
                last = numbers.get(name, {}).get("last", 0)
                self._restored(partition).restore(type_, tables.get(name, {}).values(), last)

    def _restored(self, name: str) -> MemoryPartition:
        """Return the partition, even if its own line is what a repair could not keep."""
        key = partition_key(name)
        if key not in self._partitions:
            self._partitions[key] = self._made(*key)
        return self._partitions[key]


class _Writer:
    """Writes the transactions of one partition down."""

    def __init__(self, journal: JournalStorage, name: str) -> None:
        self._journal = journal
        self._name = name
        self.dropped = False

    def __call__(self, changes: Changes) -> None:
        with self._journal.lock:
            if self.dropped:
                message = f"the partition {self._name} was dropped: nothing can be stored in it."
                raise StorageError(message)
            self._journal.append(batch_of(changes, self._journal.tables, self._name))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing heap, which triples the time to read it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
