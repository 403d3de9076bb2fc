"""Dialects: whatever the databases say each in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    Text,
    literal_column,
)

from mockserver.storage.base import Index, Kind

Truth: TypeAlias = ColumnElement[bool]
Value: TypeAlias = ColumnElement[Any]
#: A column of rows that stand beside a record.
Beside: TypeAlias = tuple[FromClause, Value]
#: Id, number and document of a record.
Stored = tuple[str, int, str]

SIGNS: Mapping[str, str] = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
#: Of connections: members of lists stand beside their records on purpose.
LENIENT: Mapping[str, Any] = {"enable_from_linting": False}


class Dialect(ABC):
    """One kind of database.

    A *row* is anything with the columns of a record. A question about a field is true, or is not:
    false and null are one. It is no error, whatever kinds of values there are.
    """

    #: The connections. Each statement is a transaction of its own, unless one is begun.
    engine: Engine
    #: The columns of a record.
    columns: Sequence[str] = ("partition", "id", "serial", "document")
    #: The same as the definition of a table has them, but for the key.
    definition: str
    #: A number that a database gives by itself.
    identity: str
    #: What else a layout depends on.
    peculiar = ""
    #: How a transaction begins that writes.
    begin = "BEGIN"
    #: What has others wait who want to write, behind the question for a partition.
    for_update = ""

    # --- the layout ------------------------------------------------------------------------------

    @abstractmethod
    def changing(self, connection: Connection) -> AbstractContextManager[None]:
        """Change the layout, all of it or nothing, while nobody else does."""

    @abstractmethod
    def change(self, connection: Connection, statements: Iterable[str]) -> None:
        """Do several things that nobody waits for the answers of."""

    @abstractmethod
    def claim(self) -> Callable[[], None]:
        """Keep others from opening it, until what is returned is called.

        Raises:
            FileInUseError: another one has it open.
        """

    @abstractmethod
    def existing(self, connection: Connection) -> set[str]:
        """Return the names of the tables, indexes and constraints there are."""

    @abstractmethod
    def indexed(self, row: FromClause, field: str, index: Index) -> Iterator[str]:
        """Yield the definitions of a field's indexes, behind the name of the table."""

    @abstractmethod
    def unique(self, row: FromClause, fields: Sequence[str], *, blank: bool) -> str | None:
        """Return the constraint that no two records have the same values in these fields.

        Args:
            row: the table.
            fields: none of which is null.
            blank: whether blank text is a value.

        Returns:
            ``None`` where writers wait for each other, so that the engine has looked.
        """

    # --- values ----------------------------------------------------------------------------------

    @abstractmethod
    def id_in(self, row: FromClause, field: str) -> Value:
        """Return a value that is the id of another record, as an index has it."""

    def id_of(self, row: FromClause) -> Value:
        """Return the id of a record, for others to be compared with."""
        id_: Value = row.c.id
        return id_

    def id_among(self, row: FromClause, field: str, ids: Select[Any]) -> Truth:
        """Say whether a value is one of the ids that a question returns."""
        return self.id_in(row, field).in_(ids)

    @abstractmethod
    def is_null(self, row: FromClause, field: str) -> Truth:
        """Say whether there is no value."""

    @abstractmethod
    def is_text(self, row: FromClause, field: str, values: Collection[str]) -> Truth:
        """Say whether a value is one of these texts."""

    @abstractmethod
    def is_number(self, row: FromClause, field: str, values: Collection[float]) -> Truth:
        """Say whether a value is one of these numbers."""

    @abstractmethod
    def is_boolean(self, row: FromClause, field: str, *, value: bool) -> Truth:
        """Say whether a value is this boolean."""

    @abstractmethod
    def is_nested(self, row: FromClause, field: str, value: Any) -> Truth:
        """Say whether a value is this list or object."""

    @abstractmethod
    def compares(self, row: FromClause, field: str, sign: str, value: Any) -> Truth:
        """Say whether a value is less or greater than this text, number or boolean."""

    @abstractmethod
    def is_like(self, row: FromClause, field: str, pattern: str) -> Truth:
        """Say whether a value is a text that fits a pattern, in whatever case."""

    @abstractmethod
    def contains(self, row: FromClause, field: str, part: Any) -> Truth:
        """Say whether a value contains another one."""

    @abstractmethod
    def order(
        self, row: FromClause, field: str, kind: Kind | None, *, descending: bool
    ) -> Iterator[Value]:
        """Yield the criteria that sort by a field, whose values are of a known kind or of any."""

    @abstractmethod
    def among(self, column: Value, values: Collection[Any], type_: type[Any]) -> Truth:
        """Say whether a column has one of these values, all texts or all whole numbers."""

    def number(self, row: FromClause, *, narrowed: bool) -> Value:  # noqa: ARG002 - for heirs
        """Return the number of a record, to sort by.

        Args:
            row: the record.
            narrowed: whether there is a condition, which perhaps an index knows more of.
        """
        number: Value = row.c.serial
        return number

    # --- lists -----------------------------------------------------------------------------------

    @abstractmethod
    def members(self, row: FromClause, field: str) -> Beside:
        """Return the texts of a list of texts."""

    @abstractmethod
    def keys(self, row: FromClause, field: str) -> Beside:
        """Return the key by which a value, or each of a list, is equal to others; none of null."""

    @abstractmethod
    def lists(self, row: FromClause, field: str, texts: Select[Any]) -> Truth:
        """Say whether a list of texts has one of those."""

    # --- statements ------------------------------------------------------------------------------

    @abstractmethod
    def put(self, connection: Connection, table: str, stored: Sequence[Stored], **key: Any) -> None:
        """Store records, each of another id, in the place of those that have it.

        Args:
            connection: where.
            table: its name.
            stored: the records.
            key: what all of them have besides their id: the partition, perhaps the type.
        """

    @abstractmethod
    def translated(self, error: Exception) -> Exception:
        """Return the error of the contract in the place of one of the database."""


def literal(text: str) -> Value:
    """Return a text that stands in the statement itself: an index is found by how it is written."""
    written: Value = literal_column("'" + text.replace("'", "''") + "'", Text())
    return written
