"""Storages in a database: ``sqlite:PATH`` and ``postgresql://…``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from mockserver.databases.dialect import Dialect
from mockserver.databases.layout import bring_up_to_date
from mockserver.databases.partition import SqlPartition
from mockserver.databases.session import DatabaseSessions
from mockserver.databases.tables import Tables
from mockserver.storage.base import Partition, Schema

MADE = text(
    "INSERT INTO partitions (organization, mode) VALUES (:organization, :mode) "
    "ON CONFLICT (organization, mode) DO NOTHING"
)
NUMBER = text("SELECT id FROM partitions WHERE organization = :organization AND mode = :mode")
OF_ORGANIZATION = text("SELECT id FROM partitions WHERE organization = :organization ORDER BY id")
ORGANIZATIONS = text("SELECT organization FROM partitions GROUP BY organization ORDER BY min(id)")
DROPPED = text("DELETE FROM partitions WHERE organization = :organization")


class SqlStorage:
    """Partitions in one database, which other processes may use as well."""

    def __init__(self, dialect: Dialect, schema: Schema, *, exclusive: bool = True) -> None:
        """Open the database, and make in it what is missing.

        Args:
            dialect: of the database.
            schema: the indexes of each type.
            exclusive: whether nobody else may have it open.

        Raises:
            StorageError: it cannot be reached, is not ours, or somebody else has it open.
        """
        self._dialect = dialect
        self._tables = Tables(dialect, schema)
        self._sessions = DatabaseSessions(dialect)
        self._lock = threading.RLock()
        self._partitions: dict[int, SqlPartition] = {}
        self._give_up: Callable[[], None] = _nothing
        try:
            with self._sessions.translating():
                self._give_up = dialect.claim() if exclusive else _nothing
                bring_up_to_date(dialect, schema, self._tables)
        except BaseException:
            self.close()
            raise

    def partition(self, organization: str, mode: str) -> Partition:
        """Return the partition of one mode of one organization, made when missing."""
        key = {"organization": organization, "mode": mode}
        with self._lock:
            found = self._sessions.ask(NUMBER, key)
            if not found:
                with self._sessions.transaction(None) as own:
                    own.writing().execute(MADE, key)
                found = self._sessions.ask(NUMBER, key)
            number: int = found[0][0]
            if number not in self._partitions:
                self._partitions[number] = SqlPartition(
                    self._dialect, self._tables, self._sessions, number
                )
            return self._partitions[number]

    def drop(self, organization: str) -> None:
        """Forget an organization's partitions; those handed out before refuse to write."""
        key = {"organization": organization}
        with self._lock, self._sessions.transaction(None) as own:
            for (number,) in self._sessions.ask(OF_ORGANIZATION, key):
                self._partitions.pop(number, None)
                SqlPartition(self._dialect, self._tables, self._sessions, number).clear()
            own.writing().execute(DROPPED, key)

    def organizations(self) -> list[str]:
        """Return the slugs of the organizations that have a partition, oldest first."""
        return [slug for (slug,) in self._sessions.ask(ORGANIZATIONS)]

    def close(self) -> None:
        """Release the connections; a second call does nothing."""
        self._give_up()
        self._give_up = _nothing
        self._dialect.engine.dispose()


def _nothing() -> None:
    """Have nothing to give up."""


def sqlite(path: str | Path, schema: Schema, *, fsync: bool = False) -> SqlStorage:
    """Open a file of SQLite, which is made when it is missing.

    Args:
        path: the file; its directory must exist.
        schema: the indexes of each type.
        fsync: wait for the disk with each transaction. Without it nothing acknowledged is
            lost when the process is killed, but the last seconds may be in a power cut.

    Raises:
        StorageError: it is no file of SQLite, or cannot be read or written.
    """
    from mockserver.databases.sqlite import SQLite  # noqa: PLC0415 - the one that is asked for

    return SqlStorage(SQLite(Path(path), fsync=fsync), schema)


def postgresql(url: str, schema: Schema) -> SqlStorage:
    """Open a database of PostgreSQL.

    Args:
        url: as libpq has it: ``postgresql://user:password@host/database?…``.
        schema: the indexes of each type.

    Raises:
        StorageError: it cannot be reached, or not be used.
    """
    from mockserver.databases.postgresql import PostgreSQL  # noqa: PLC0415 - as above

    return SqlStorage(PostgreSQL(url), schema)
