"""SQLite: its layout, statements and errors; json_questions.py has the questions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    create_engine,
    event,
)

from mockserver.databases.dialect import LENIENT, Stored, Value
from mockserver.databases.json_functions import FUNCTIONS
from mockserver.databases.json_questions import JsonQuestions, value_in
from mockserver.errors import Refusal
from mockserver.storage.base import Index, StorageError, UnavailableError
from mockserver.storage.claim import claim

#: Milliseconds that one process waits for another one that writes.
PATIENCE = 30_000
#: Of a connection: others read while one writes, and what is acknowledged survives a kill.
SETTINGS = (
    "PRAGMA journal_mode = WAL",
    f"PRAGMA busy_timeout = {PATIENCE}",
    "PRAGMA cache_size = -65536",
)
EXISTING = "SELECT name FROM sqlite_master"
PUT = """
INSERT INTO {table} ({key}, id, serial, document) VALUES ({given}, ?, ?, ?)
ON CONFLICT ({key}, id) DO UPDATE SET serial = excluded.serial, document = excluded.document
"""
#: Results of SQLite: https://www.sqlite.org/rescode.html
BUSY, LOCKED = 5, 6


class SQLite(JsonQuestions):
    """A file of SQLite, 3.38 or later."""

    definition = """
        partition INTEGER NOT NULL,
        id TEXT NOT NULL,
        serial INTEGER NOT NULL,
        document TEXT NOT NULL"""
    identity = "INTEGER PRIMARY KEY AUTOINCREMENT"
    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        """Be ready to open a file, which is made when it is missing."""
        self._path = path
        self._settings = (*SETTINGS, f"PRAGMA synchronous = {'FULL' if fsync else 'NORMAL'}")
        self._refusals = _Refusals()
        self.engine = create_engine(
            f"sqlite:///{path}",
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=32,
            **LENIENT,
        )
        event.listen(self.engine, "connect", self._told)

    # --- the layout ------------------------------------------------------------------------------

    @contextmanager
    def changing(self, connection: Connection) -> Iterator[None]:
        """Change the layout, all of it or nothing, while nobody else does."""
        connection.exec_driver_sql(self.begin)
        try:
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise

    def change(self, connection: Connection, statements: Iterable[str]) -> None:
        """Do several things, one after the other."""
        for statement in statements:
            connection.exec_driver_sql(statement)

    def claim(self) -> Callable[[], None]:
        """Keep others from opening the file, until what is returned is called."""
        return claim(self._path).release

    def existing(self, connection: Connection) -> set[str]:
        """Return the names of the tables and indexes there are."""
        return set(connection.exec_driver_sql(EXISTING).scalars())

    def indexed(self, row: FromClause, field: str, index: Index) -> Iterator[str]:
        """Yield the definitions of a field's indexes, behind the name of the table."""
        if not index.many:
            parts = (self.nullity(row, field), value_in(row, field))
            yield f"(partition, {', '.join(map(self._in_words, parts))}, serial)"

    def unique(self, row: FromClause, fields: Sequence[str], *, blank: bool) -> None:
        """Return none: who writes has looked, and nobody else writes meanwhile."""

    def _in_words(self, value: Value) -> str:
        return str(value.compile(self.engine, compile_kwargs={"include_table": False}))

    # --- statements ------------------------------------------------------------------------------

    def put(self, connection: Connection, table: str, stored: Sequence[Stored], **key: Any) -> None:
        """Store records, each of another id, in the place of those that have it."""
        names, given = ", ".join(key), ", ".join("?" for _ in key)
        statement = PUT.format(table=table, key=names, given=given)
        connection.exec_driver_sql(statement, [(*key.values(), *each) for each in stored])

    def translated(self, error: Exception) -> Exception:
        """Return the error of the contract in the place of one of the database."""
        if refusal := self._refusals.taken():
            return refusal
        origin = getattr(error, "orig", error)
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        if code in {BUSY, LOCKED}:
            return UnavailableError("The database is busy: another process writes to it.")
        return StorageError(f"{self.engine.url.database} cannot be used: {origin}.")

    def _told(self, connection: Any, _: object) -> None:
        for setting in self._settings:
            connection.execute(setting).close()
        for name, (number, function) in FUNCTIONS.items():
            kept = self._refusals.kept(function)
            connection.create_function(name, number, kept, deterministic=True)


class _Refusals(threading.local):
    """A refusal in a function of ours, which the database would hand on as an error of its own."""

    _last: Refusal | None = None

    def kept(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function; a refusal in it is kept for who has asked."""

        @wraps(function)
        def guarded(*given: Any) -> Any:
            try:
                return function(*given)
            except Refusal as refusal:
                self._last = refusal
                raise

        return guarded

    def taken(self) -> Refusal | None:
        """Return and forget the last one."""
        last, self._last = self._last, None
        return last
