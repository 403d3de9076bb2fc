"""The TinyDB backend: the memory engine, with each of its transactions in a journal on disk.

TinyDB's own storage rewrites the whole file with each change and loses it when killed; ours
appends, and everything else of TinyDB works on it.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from tinydb import TinyDB
from tinydb.storages import Storage as TinyDBStorageBase

from mockserver.storage.base import Changes, FileInUseError, Partition, Record, Schema, StorageError
from mockserver.storage.batches import (
    BOOKKEEPING,
    NUMBERS,
    PARTITIONS,
    Batch,
    Documents,
    Tables,
    batch_of,
    difference,
    emptied,
    partition_key,
    partition_name,
    table_key,
)
from mockserver.storage.claim import unusable
from mockserver.storage.compaction import Compaction
from mockserver.storage.conversion import convert
from mockserver.storage.journal import TransactionLog, has_header, transactions
from mockserver.storage.memory import MemoryPartition, MemoryStorage
from mockserver.storage.plain import plain, tables_of

#: A compaction pays when most of the file, and so many records in it, are superseded.
GARBAGE = 1_000
#: The same while requests go on: seldom, but a journal must not grow for ever.
GARBAGE_WHILE_OPEN = 20_000


class JournalStorage(TinyDBStorageBase):
    """A TinyDB storage that appends what changes: ``TinyDB(path, storage=JournalStorage)``.

    While a server runs on the file it can be read, and everything read is what it holds by then.
    """

    def __init__(self, path: str | Path, *, fsync: bool = False, exclusive: bool = False) -> None:
        """Open or make the file.

        Args:
            path: as for :class:`TransactionLog`; a plain TinyDB file becomes a journal.
            fsync: wait for the disk with each transaction.
            exclusive: do not be content with reading what another process writes to.

        Raises:
            FileInUseError: another process writes to the file, and exclusive was asked for.
            StorageError: it is not ours, damaged, not readable or not writable.
        """
        self.lock = threading.RLock()
        self._path = Path(os.path.realpath(path))
        self._tables: Tables = {}
        #: How many records in the file are superseded, and how many were when that was looked at.
        self.garbage = self._looked_at = 0
        self._journal: TransactionLog | None = None
        self._compaction: Compaction | None = None
        self._in_use: FileInUseError | None = None
        try:
            convert(path)
            self._journal = TransactionLog(path, self._apply, fsync=fsync)
        except FileInUseError as error:
            if exclusive:
                raise
            self._in_use = error
            self._look()
        else:
            self._compaction = Compaction(self, self._journal)
            self._compact_above(GARBAGE)

    @property
    def tables(self) -> Tables:
        """The records themselves, by table and id, for reading."""
        return self._tables

    def read(self) -> Tables | None:
        """Return the tables as TinyDB has them, under integer ids; ``None`` without any.

        Raises:
            StorageError: the file is damaged, or holds what no mockserver has written.
        """
        with self.lock:
            if self._in_use:
                self._look()
            try:
                return plain(self._tables) or None
            except KeyError as error:
                raise foreign(self._path, error) from error

    def write(self, data: Mapping[str, Mapping[str, Record]]) -> None:
        """Append what differs in the tables that TinyDB wants to be there.

        Raises:
            StorageError: that fails, or it is not what a sandbox holds; nothing has changed.
        """
        try:
            wanted = tables_of(data)
        except ValueError as error:
            message = f"{self._path} holds a sandbox's records only: {error}."
            raise StorageError(message) from error
        with self.lock:
            if changes := difference(self._tables, wanted):
                self.append(changes)

    def append(self, batch: Batch) -> None:
        """Write one transaction down and take it over; ``StorageError`` when that fails."""
        with self.lock:
            self._writable().append(batch)
            self._apply(batch)
            self._compact_above(GARBAGE_WHILE_OPEN)

    def compact(self) -> None:
        """Write down what there is and nothing else, one record a line.

        Raises:
            StorageError: that fails; the file is as it was.
        """
        if self._compaction:
            self._compaction.now()

    def close(self) -> None:
        """Tidy the file up and release it."""
        if self._compaction is None or self._journal is None:
            return
        self._compaction.end()
        # Without room for a second file the first one still serves.
        with suppress(StorageError):
            if self._is_worth_it(GARBAGE):
                self._compaction.now()
        with self.lock:
            self._journal.close()

    def _writable(self) -> TransactionLog:
        if self._journal is None:
            message = f"{self._in_use} Until that ends, it can be read only."
            raise StorageError(message)
        return self._journal

    def _look(self) -> None:
        """Read what another process has written by now."""
        self._tables = {}
        try:
            with self._path.open("rb") as file:
                if has_header(self._path, file):
                    for batch, _ in transactions(self._path, file):
                        self._apply(batch)
        except OSError as error:
            raise unusable(self._path, "read", error) from error

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
                self.garbage += before + len(documents or ()) - len(table)
            if not table:
                del self._tables[name]

    def _is_worth_it(self, least: int) -> bool:
        held = self._tables.values()
        return self.garbage >= least and self.garbage >= sum(map(len, held))

    def _compact_above(self, least: int) -> None:
        self._looked_at = min(self._looked_at, self.garbage)
        if self._compaction and self.garbage >= self._looked_at + GARBAGE:
            self._looked_at = self.garbage
            if self._is_worth_it(least):
                self._compaction.begin()


def foreign(path: str | Path, error: Exception) -> StorageError:
    """Return the error about what no mockserver has written."""
    return StorageError(f"{path} holds a table or a record that is not a mockserver's: {error}.")


class TinyDBStorage(MemoryStorage):
    """Partitions that outlive the process, whose memory holds them all the same."""

    def __init__(
        self,
        path: str | Path,
        schema: Schema,
        *,
        fsync: bool = False,
        essential: Collection[str] = (),
    ) -> None:
        """Open or make the file, and take over what is in it.

        Args:
            path: the file; its directory must exist.
            schema: the indexes of each type.
            fsync: wait for the disk with each transaction. Without it nothing acknowledged is
                lost when the process is killed, but the last seconds in a power cut.
            essential: the types that every organization has records of: without them a plain
                TinyDB file is not taken over.

        Raises:
            StorageError: the file is in use, not ours, damaged, not readable or not writable.
        """
        super().__init__(schema)
        self._writers: dict[str, _Writer] = {}
        self._closed = False
        with _collector_paused():
            convert(path, essential)
            storage = JournalStorage
            self._database = TinyDB(path, storage=storage, fsync=fsync, exclusive=True)
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
            raise foreign(path, error) from error

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
