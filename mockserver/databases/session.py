"""DatabaseSessions: what a thread asks a database, in a transaction where it has begun one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mockserver.databases.dialect import Dialect
from mockserver.databases.numbers import Key, Numbers
from mockserver.late_dataclass import dataclass
from mockserver.storage.base import StorageError, UnavailableError

LAST = text("SELECT last FROM numbers WHERE partition = :partition AND type = :type")
RISE = text(
    "INSERT INTO numbers (partition, type, last) VALUES (:partition, :type, :last) "
    "ON CONFLICT (partition, type) DO UPDATE SET last = excluded.last "
    "WHERE numbers.last < excluded.last"
)
FORGET = text("DELETE FROM numbers WHERE partition = :partition")
HOLD = "SELECT id FROM partitions WHERE id = :partition"


@dataclass(slots=True)
class Savepoint:
    """A place in a transaction to go back to, which is made once there is something to undo."""

    made: bool = False


class OpenTransaction:
    """One transaction of a thread, perhaps over several partitions.

    Attributes:
        numbers: what it knows of numbers, and has given.
        failed: whether a statement has failed, after which a database does no other.
    """

    def __init__(self, connection: Connection, for_update: str) -> None:
        """Write on this connection."""
        self.numbers = Numbers()
        self.failed = False
        self._connection = connection
        self._hold = text(HOLD + for_update)
        #: The partitions that nobody else writes to.
        self._held: set[int] = set()
        self._savepoints: list[Savepoint] = []

    @property
    def reading(self) -> Connection:
        """The connection, to ask something."""
        return self._connection

    def writing(self) -> Connection:
        """Return the connection, to change something that can be undone."""
        for each in self._savepoints:
            if not each.made:
                self._connection.exec_driver_sql("SAVEPOINT inner_one")
                each.made = True
        return self._connection

    def holds(self, partition: int) -> bool:
        """Say whether nobody else can write to a partition."""
        return partition in self._held

    def hold(self, partition: int) -> None:
        """Have everybody else wait who wants to write to a partition.

        Raises:
            StorageError: it was dropped.
        """
        if partition in self._held:
            return
        if self._connection.execute(self._hold, {"partition": partition}).scalar() is None:
            message = "the partition was dropped: nothing can be stored in it."
            raise StorageError(message)
        self._held.add(partition)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what fails inside the transaction, which may go on."""
        own, held = Savepoint(), set(self._held)
        self._savepoints.append(own)
        try:
            with self.numbers.savepoint():
                yield
        except BaseException:
            self._held = held
            if own.made:
                self.failed = False
                self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT inner_one")
            raise
        finally:
            self._savepoints.pop()
            if own.made:
                self._connection.exec_driver_sql("RELEASE SAVEPOINT inner_one")

    def last_number(self, key: Key) -> int:
        """Return the last number given to a type, -1 where there is none."""
        known = self.numbers.last.get(key)
        if known is None:
            known = -1
            if key[0] not in self.numbers.cleared:
                given = dict(zip(("partition", "type"), key, strict=True))
                found = self._connection.execute(LAST, given).scalar()
                known = -1 if found is None else found
            self.numbers.last[key] = known
        return known

    def end(self) -> None:
        """Write down what numbers were given, and store all of it.

        Raises:
            StorageError: something in it has failed, though nobody has minded.
        """
        if self.failed:
            message = "the transaction has failed, and nothing of it is stored."
            raise StorageError(message)
        for partition in self.numbers.cleared:
            self._connection.execute(FORGET, {"partition": partition})
        write_numbers(self._connection, self.numbers.given(set()))
        self._connection.exec_driver_sql("COMMIT")


def write_numbers(connection: Connection, given: Mapping[Key, int]) -> None:
    """Write down the last numbers of types, where they have risen."""
    if given:
        rows = [{"partition": p, "type": t, "last": n} for (p, t), n in sorted(given.items())]
        connection.execute(RISE, rows)


class _Own(threading.local):
    """The transaction that a thread has open."""

    transaction: OpenTransaction | None = None


class DatabaseSessions:
    """Connections to one database, by thread."""

    def __init__(self, dialect: Dialect) -> None:
        """Ask this database."""
        self._dialect = dialect
        self._own = _Own()
        #: Held by the one that writes, where all of the database waits for it.
        self._writing: AbstractContextManager[Any] = (
            nullcontext() if dialect.for_update else threading.Lock()
        )

    @property
    def current(self) -> OpenTransaction | None:
        """The transaction that this thread has open."""
        return self._own.transaction

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Ask on the connection of the open transaction, or on any.

        Raises:
            StorageError: the database does not answer, or refuses.
        """
        own = self._own.transaction
        with self.translating():
            if own:
                yield own.reading
            else:
                with self._dialect.engine.connect() as connection:
                    yield connection

    def ask(self, question: Executable, given: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the rows that answer a question; a connection that was lost is made anew once."""
        try:
            return self._asked(question, given)
        except UnavailableError:
            if self._own.transaction:
                raise
            return self._asked(question, given)

    def _asked(self, question: Executable, given: Mapping[str, Any] | None) -> list[Any]:
        with self.reading() as connection:
            found: CursorResult[Any] = connection.execute(question, given)
            return list(found.all())

    @contextmanager
    def transaction(self, partition: int | None) -> Iterator[OpenTransaction]:
        """Do all or nothing, and hold a partition meanwhile; one inside another is part of it.

        Raises:
            StorageError: the database does not answer, or refuses.
        """
        own = self._own.transaction
        if own is None:
            with self._writing, self.translating(), self._begun(partition) as begun:
                yield begun
            return
        with self.translating(), own.savepoint():
            if partition is not None:
                own.hold(partition)
            yield own

    @contextmanager
    def writing(self, partition: int) -> Iterator[OpenTransaction]:
        """Change something in a partition by one statement, which needs no savepoint of its own.

        Raises:
            StorageError: the database does not answer, or refuses.
        """
        own = self._own.transaction
        if own and own.holds(partition):
            with self.translating():
                yield own
        else:
            with self.transaction(partition) as own:
                yield own

    @contextmanager
    def _begun(self, partition: int | None) -> Iterator[OpenTransaction]:
        with self._beginning(partition) as begun:
            self._own.transaction = begun
            try:
                yield begun
                begun.end()
            except BaseException:
                self._undo(begun)
                raise
            finally:
                self._own.transaction = None

    @contextmanager
    def _beginning(self, partition: int | None) -> Iterator[OpenTransaction]:
        """Begin on a connection; one that was lost since it was used is made anew once."""
        connection = self._dialect.engine.connect()
        try:
            begun = self._first(connection, partition)
        except DBAPIError as error:
            connection.close()
            if not error.connection_invalidated:
                raise
            connection = self._dialect.engine.connect()
            begun = self._first(connection, partition)
        with connection:
            yield begun

    def _first(self, connection: Connection, partition: int | None) -> OpenTransaction:
        begun = OpenTransaction(connection, self._dialect.for_update)
        try:
            connection.exec_driver_sql(self._dialect.begin)
            if partition is not None:
                begun.hold(partition)
        except BaseException:
            connection.close()
            raise
        return begun

    @staticmethod
    def _undo(begun: OpenTransaction) -> None:
        """Undo everything but the numbers: none is given again."""
        given = begun.numbers.given(begun.numbers.cleared)
        with suppress(SQLAlchemyError):
            begun.reading.exec_driver_sql("ROLLBACK")
            write_numbers(begun.reading, given)

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Raise in the words of storages what the database says in its own."""
        try:
            yield
        except SQLAlchemyError as error:
            if own := self._own.transaction:
                own.failed = True
            raise self._dialect.translated(error) from error
