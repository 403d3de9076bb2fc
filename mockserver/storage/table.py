"""The records of one type in memory, with hash indexes on keys and sorted lists on sort keys."""

from __future__ import annotations

from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sortedcontainers import SortedList

from mockserver.storage.base import SERIAL
from mockserver.storage.conditions import SortKey
from mockserver.storage.values import key, rank

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from mockserver.storage.base import Indexes, Record

#: One id, or a set once there are several: most keys are unique, and a set costs 200 bytes.
Bucket = str | set[str]
NOTHING: Bucket = set()
BY_NUMBER = SortKey(SERIAL)
NUMBER = itemgetter(SERIAL)

#: How many records are stepped over before a sorted list is worth having for the default order.
SHALLOW = 1000


class Texts(NamedTuple):
    """Texts of a field in lower case, by id.

    Attributes:
        plain: those that are ASCII.
        others: the ids of all other texts: which letters are the same there is more than one case.
    """

    plain: dict[str, str]
    others: set[str]

    def add(self, id_: str, value: Any) -> None:
        """Know the value of a record; only text is of interest."""
        if isinstance(value, str):
            if value.isascii():
                self.plain[id_] = value.lower()
            else:
                self.others.add(id_)

    def discard(self, id_: str) -> None:
        """Forget that of a record."""
        self.plain.pop(id_, None)
        self.others.discard(id_)


class Table:
    """The records of one type, never changed in place: a put replaces the whole record."""

    def __init__(self, indexes: Indexes) -> None:
        """Start empty."""
        self.records: dict[str, Record] = {}
        #: The last number that is known to be written down, for a durable backend.
        self.saved_number = 0
        self._given = 0
        self._newest = 0
        self._in_order = True
        self._hashes: dict[str, dict[Hashable, Bucket]] = {name: {} for name in indexes.fields}
        self._sorted: dict[tuple[str, bool], SortedList] = {}
        self._texts: dict[str, Texts] = {}

    @property
    def last_number(self) -> int:
        """The highest number ever given or stored."""
        return max(self._given, self._newest)

    def next_number(self) -> int:
        """Give a number."""
        self._given = self.last_number + 1
        return self._given

    def skip_numbers(self, last: int) -> None:
        """Give none up to this one."""
        self._given = max(self._given, last)

    def put(self, record: Record) -> Record | None:
        """Store the record itself; return the one it replaces."""
        id_: str = record["id"]
        number: int = record[SERIAL]
        before = self.records.get(id_)
        if before is not None:
            self._unindex(before)
        if number > self._newest:
            self._newest = number
            self._in_order = self._in_order and before is None
        elif before is None or before[SERIAL] != number:
            self._in_order = False
        self.records[id_] = record
        self._index(record)
        return before

    def remove(self, id_: str) -> Record | None:
        """Remove and return the record, ``None`` when there is none."""
        before = self.records.pop(id_, None)
        if before is not None:
            self._unindex(before)
        return before

    def restore(self, replaced: Sequence[tuple[str, Record | None]]) -> None:
        """Undo puts and removals: bring back what each id had before, perhaps nothing."""
        for id_, before in reversed(replaced):
            if before is None:
                self.remove(id_)
            else:
                self.put(before)

    def in_order(self) -> Collection[Record]:
        """Return the records by number.

        Records nearly always come in that order; only after an exception are they put in it.
        """
        if not self._in_order:
            ordered = sorted(self.records.values(), key=NUMBER)
            self.records = {record["id"]: record for record in ordered}
            self._in_order = True
        return self.records.values()

    def ids(self, field: str, keys: Iterable[Hashable]) -> AbstractSet[str] | None:
        """Return the ids whose indexed field has one of the keys; ``None`` without an index."""
        index = self._hashes.get(field)
        if index is None:
            return None
        buckets = [index.get(key_, NOTHING) for key_ in keys]
        sets = [{bucket} if isinstance(bucket, str) else bucket for bucket in buckets]
        # Nobody changes what is returned: one set is as good as a copy of it.
        return sets[0] if len(sets) == 1 else set[str]().union(*sets)

    def having(self, field: str, part: str) -> AbstractSet[str]:
        """Return the ids of records whose field may have a part of text in it, in any case.

        Args:
            field: in which texts are looked at; known in lower case from the first question on.
            part: lower-case ASCII.
        """
        texts = self._texts.get(field)
        if texts is None:
            texts = self._texts[field] = Texts({}, set())
            for record in self.records.values():
                texts.add(record["id"], record.get(field))
        return {id_ for id_, text in texts.plain.items() if part in text} | texts.others

    def page(self, order: SortKey, offset: int, limit: int | None) -> Iterator[Record]:
        """Return the records of one page of the whole table, by a sorted list made on demand."""
        size = len(self.records)
        stop = size if limit is None else min(size, offset + limit)
        if order == BY_NUMBER and (offset <= SHALLOW or limit is None):
            return islice(self.in_order(), offset, max(stop, offset))
        entries = self._entries(order.field, descending=order.descending)
        if order.descending:
            found = entries.islice(size - stop, max(size - offset, 0), reverse=True)
        else:
            found = entries.islice(offset, stop)
        return (self.records[entry[-1]] for entry in found)

    def _entries(self, field: str, *, descending: bool) -> SortedList:
        entries = self._sorted.get((field, descending))
        if entries is None:
            entries = SortedList(
                sort_entry(record, field, descending=descending) for record in self.records.values()
            )
            self._sorted[field, descending] = entries
        return entries

    def _index(self, record: Record) -> None:
        id_ = record["id"]
        for field, index in self._hashes.items():
            value = record.get(field)
            if isinstance(value, str):
                _add(index, value, id_)
            elif value is not None:
                for key_ in _keys(value):
                    _add(index, key_, id_)
        for field, texts in self._texts.items():
            texts.add(id_, record.get(field))
        for (field, descending), entries in self._sorted.items():
            entries.add(sort_entry(record, field, descending=descending))

    def _unindex(self, record: Record) -> None:
        id_ = record["id"]
        for field, index in self._hashes.items():
            for key_ in _keys(record.get(field)):
                _discard(index, key_, id_)
        for texts in self._texts.values():
            texts.discard(id_)
        for (field, descending), entries in self._sorted.items():
            entries.remove(sort_entry(record, field, descending=descending))


def sort_entry(record: Record, field: str, *, descending: bool) -> tuple[Any, ...]:
    """Return a record's sort entry: nulls last, ties by number ascending in either direction."""
    number = record[SERIAL]
    return (*rank(record.get(field)), -number if descending else number, record["id"])


def _keys(value: Any) -> Iterable[Hashable]:
    """Return the keys a field is looked up by; text, as nearly every value is, is its own."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return {each if isinstance(each, str) else key(each) for each in value if each is not None}
    return () if value is None else (key(value),)


def _add(index: dict[Hashable, Bucket], key_: Hashable, id_: str) -> None:
    bucket = index.setdefault(key_, id_)
    if isinstance(bucket, set):
        bucket.add(id_)
    elif bucket != id_:
        index[key_] = {bucket, id_}


def _discard(index: dict[Hashable, Bucket], key_: Hashable, id_: str) -> None:
    bucket = index[key_]
    if isinstance(bucket, set):
        bucket.discard(id_)
    if bucket == id_ or not bucket:
        del index[key_]
