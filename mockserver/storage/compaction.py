"""Compaction: a journal is written anew without what is superseded, while it is being used.

The fresh file begins with the records as they are found, one a line, though some change meanwhile:
all that was appended since it was begun follows, and says of each record what became of it. So
whoever writes waits only for the last few of these lines, and for the change of names.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Protocol

from mockserver.storage.base import StorageError
from mockserver.storage.claim import unusable
from mockserver.storage.fresh import FreshFile, sync_directory
from mockserver.storage.journal import HEADER, encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import RLock

    from mockserver.storage.batches import Tables
    from mockserver.storage.journal import TransactionLog

#: Bytes that are written in one go, and seconds of rest after them: requests come first.
GO, REST = 1 << 17, 0.002
#: Bytes that may be left to be copied while requests wait, and how often less is tried for.
SHORT, TRIES = 1 << 16, 10

log = logging.getLogger(__name__)


class JournalHolder(Protocol):
    """The holder of what a journal says.

    Attributes:
        lock: held by whoever appends, and takes over what is appended.
        garbage: how many records of the journal are superseded.
    """

    lock: RLock
    garbage: int

    @property
    def tables(self) -> Tables:
        """The records by table and id."""


class Compaction:
    """Writes a journal anew, in the background or at once; never two times at a time."""

    def __init__(self, holder: JournalHolder, journal: TransactionLog) -> None:
        """Be ready to write down what is held, in the place of the journal."""
        self._holder = holder
        self._journal = journal
        self._turn = Lock()
        self._ending = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Do it in the background, unless that is going on; called with the lock held."""
        if self._ending.is_set() or self.is_under_way:
            return
        self._thread = Thread(target=self._in_background, name="compaction", daemon=True)
        self._thread.start()

    @property
    def is_under_way(self) -> bool:
        """Whether it is going on in the background."""
        return self._thread is not None and self._thread.is_alive()

    def end(self) -> None:
        """Give up what goes on in the background; called without the lock."""
        self._ending.set()
        if self._thread:
            self._thread.join()

    def now(self) -> None:
        """Do it; called without the lock, or by who writes nothing meanwhile.

        Raises:
            StorageError: it cannot be done; the file is as it was.
        """
        with self._turn:
            self._write(rest=0.0)

    def _in_background(self) -> None:
        # Without room for a second file the first one still serves.
        with suppress(StorageError), self._turn:
            self._write(rest=REST)

    def _write(self, rest: float) -> None:
        path = self._journal.path
        try:
            with self._holder.lock:
                since, garbage = self._journal.size, self._holder.garbage
                fresh = FreshFile(path)
            with fresh:
                fresh.write([HEADER])
                for lines in self._records():
                    fresh.write(lines)
                    if rest and self._ending.wait(rest):
                        return
                since = self._follow(fresh, since)
                with self._holder.lock:
                    let_go = self._journal.renew(fresh, since)
                    self._holder.garbage -= garbage
            let_go()
            sync_directory(path.parent)
        except OSError as error:
            raise unusable(path, "rewritten", error) from error

    def _records(self) -> Iterator[list[bytes]]:
        """Yield the lines of every record, some at a time."""
        with self._holder.lock:
            tables = list(self._holder.tables.items())
        lines, size = [], 0
        for name, table in tables:
            for id_ in list(table):
                # It may be gone by now; a later line says so.
                record = table.get(id_)
                if record is not None:
                    lines.append(encode({name: {id_: record}}))
                    size += len(lines[-1])
                if size > GO:
                    yield lines
                    lines, size = [], 0
        yield lines

    def _follow(self, fresh: FreshFile, since: int) -> int:
        """Copy what has been appended meanwhile, until little is left, and return up to where."""
        for _ in range(TRIES):
            with self._holder.lock:
                size = self._journal.size
            fresh.copy(since, size)
            fresh.sync()
            left, since = size - since, size
            if left < SHORT:
                break
        return since
