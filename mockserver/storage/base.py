"""The contract every storage backend keeps; ``tests/storage/test_conformance.py`` holds it to it.

A *partition* holds the records of one mode of one organization. A record is a JSON object with at
least ``id`` (text, unique per type) and ``serial`` (the hidden integer that gives the order of
creation, unique per type). What goes in is copied and what comes out is a copy: changing either
never changes the store. Values nest at most 200 deep and integers fit 64 bits.

A backend is opened with a :data:`Schema`: by type, the fields that records are looked up by, with
what the declarations know of them. It speeds up questions and never changes an answer: records of
types that it does not name, with fields that it does not name, are stored and found all the same.

A type may be a view of others (``Indexes.shows``): whatever is read of it is read of all of them,
alone or on the way to something else, their ids being unique among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from mockserver.late_dataclass import dataclass
from mockserver.storage.conditions import EVERYTHING, Condition, SortKey

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Record = dict[str, Any]
#: What a value is. A ``datetime`` is text, ISO 8601 in UTC, which sorts as time does.
Kind = Literal["string", "integer", "float", "boolean", "datetime", "object", "array"]
#: The member of every record with its hidden integer (conventions.md §3); no declaration may use
#: it.
SERIAL = "serial"


class StorageError(Exception):
    """The storage cannot be opened or written; the message is one sentence for the user."""


class UnavailableError(StorageError):
    """The storage does not answer for now; it may a little later."""


class NotUniqueError(StorageError):
    """Another record got a value first that only one may have; see ``Index.unique``."""


class FileInUseError(StorageError):
    """Another process writes to the file."""


@dataclass(frozen=True, slots=True)
class Index:
    """One field that records are looked up by.

    Attributes:
        kind: what its values are; of a list, its members. Any of them may be null.
        unique: whether two records of a partition never have the same value when a transaction
            ends, null and blank text apart. The engine looks before it stores; a backend whose
            writers do not wait for each other has to refuse the later one itself.
        references: the types whose ids it holds, an empty tuple when they can be any; ``None``
            for what is no foreign key. What it names need not exist.
        type_field: the field that says which of these types it is, where there are several.
        many: whether it holds a list.
    """

    kind: Kind = "string"
    unique: bool = False
    references: tuple[str, ...] | None = None
    type_field: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Indexes:
    """Fields that records of one type are looked up by.

    Attributes:
        fields: the indexes by the name of their field.
        unique_together: the groups of fields that are unique as one, where none of them is null.
        shows: the types whose records it shows, as a view does; it has none of its own then, only
            the numbers that they share.
    """

    fields: Mapping[str, Index] = field(default_factory=dict)
    unique_together: tuple[tuple[str, ...], ...] = ()
    shows: tuple[str, ...] = ()


Schema = Mapping[str, Indexes]


@dataclass(slots=True)
class Changes:
    """Changes of one transaction, for a backend that writes them down."""

    #: (type, id, the record or ``None`` when removed), in order.
    entries: list[tuple[str, str, Record | None]] = field(default_factory=list)
    #: The last number given, of each type where it rose.
    numbers: dict[str, int] = field(default_factory=dict)
    #: The partition was emptied, numbers included, before the entries.
    cleared: bool = False


@runtime_checkable
class Pausable(Protocol):
    """A partition whose open transaction can be paused; one that cannot has everybody wait."""

    def paused(self) -> AbstractContextManager[None]:
        """Let other threads read meanwhile what there was before the transaction of this one.

        They do not write: nothing that it has read or written is another when it goes on. Without
        a transaction nothing happens.
        """


@runtime_checkable
class Holding(Protocol):
    """A partition that lends the records it holds; of one that cannot everybody gets copies.

    Nobody changes what is lent, the partition least of all: a record that is written is another
    object from then on. So the object itself says which version of a record it is.
    """

    def held(self, type_: str, id_: str) -> Record | None:
        """Return the record itself, ``None`` when there is none; not of a type that is a view."""

    def held_page(
        self,
        type_: str,
        condition: Condition = EVERYTHING,
        order: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Record], int]:
        """Return the matching records themselves; see ``Partition.select``."""


class Partition(Protocol):
    """The records of one mode of one organization."""

    def get(self, type_: str, id_: str, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of the record, ``None`` when there is none.

        Args:
            type_: of the record.
            id_: of the record.
            fields: copy only these: a look that costs little; none: all of it.
        """

    def get_many(
        self, type_: str, ids: Iterable[str], fields: Sequence[str] = ()
    ) -> dict[str, Record]:
        """Return copies of the records with these ids, by id; those there are not are left out.

        One question, however many ids: what a page of records leads to is read so.

        Args:
            type_: of the records.
            ids: of the records, in any order; one given twice counts once.
            fields: copy only these; none: all of them.
        """

    def put(self, type_: str, record: Record) -> None:
        """Store a copy of the record, replacing one with the same id."""

    def load(self, type_: str, records: Iterable[Record]) -> None:
        """Take ownership of many new records at once: the fast way in for seeding."""

    def remove(self, type_: str, id_: str) -> bool:
        """Remove the record; return whether there was one."""

    def select(
        self,
        type_: str,
        condition: Condition = EVERYTHING,
        order: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Record], int]:
        """Return copies of the matching records from offset, and how many match in all.

        Ties, and everything without an order, follow the record's number, ascending. A comparison
        of an indexed field by ``eq`` or ``in`` looks each of its values up and scans nothing: what
        points at a page of records is found by ``in`` and their ids.
        """

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""

    def next_number(self, type_: str) -> int:
        """Return a number greater than any given, or committed with a record, before for the type.

        Neither a removal nor a rollback makes one free again, only ``clear`` does.
        """

    def numbers(self) -> dict[str, int]:
        """Return the last number given or stored of each type."""

    def skip_numbers(self, type_: str, number: int) -> None:
        """Give no number up to this one from now on."""

    def transaction(self) -> AbstractContextManager[None]:
        """Do all or nothing: an exception that leaves the block undoes what it did.

        A transaction inside another one is part of it, and one that fails there undoes what it did
        itself: whoever catches the exception can go on. Other threads wait.
        """

    def clear(self) -> None:
        """Remove every record and forget every number."""

    def types(self) -> list[str]:
        """Return the types that hold records, sorted."""


def looking(partition: Partition) -> Callable[[str, str], Record | None]:
    """Return the way to look at a record by type and id, which is not to be changed."""
    return partition.held if isinstance(partition, Holding) else partition.get


class Storage(Protocol):
    """All partitions of one sandbox server."""

    def partition(self, organization: str, mode: str) -> Partition:
        """Return the partition of one mode of one organization (by slug), made when missing."""

    def drop(self, organization: str) -> None:
        """Forget an organization's partitions; those handed out before must not be used."""

    def organizations(self) -> list[str]:
        """Return the slugs of the organizations that have a partition, oldest first."""

    def close(self) -> None:
        """Flush and release everything; a second call does nothing."""
