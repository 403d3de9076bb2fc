"""Find and order records in tables: by an index where there is one, else by a scan."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from mockserver.effort import spend
from mockserver.storage.conditions import (
    EVERYTHING,
    All,
    Any_,
    Compare,
    Condition,
    Related,
    SortKey,
    weight,
)
from mockserver.storage.ilike import literal
from mockserver.storage.matching import finder
from mockserver.storage.table import NUMBER, Table
from mockserver.storage.values import NULL_RANK, key, rank

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from mockserver.storage.base import Record

#: How many records may be looked at without counting what is asked of them.
FEW = 1000
#: One record in so many is too many to be put in order.
MANY = 8
#: Steps of work that it takes to sort a record by a criterion.
A_CRITERION = 10


class Selection:
    """One question to the tables; it resolves each related condition only once."""

    def __init__(self, tables: Mapping[str, Table], views: Mapping[str, Sequence[str]]) -> None:
        """Ask these tables, by type, which must not change meanwhile, and views of several."""
        self._tables = tables
        self._views = views
        #: By identity: a condition may hold what cannot be hashed.
        self._resolved: dict[int, frozenset[Hashable]] = {}

    def matching(self, type_: str, condition: Condition) -> list[Record]:
        """Return the records themselves that match, by number."""
        if shown := self._views.get(type_):
            found = (self.matching(each, condition) for each in shown)
            return sorted(chain.from_iterable(found), key=NUMBER)
        table = self._tables.get(type_)
        if table is None:
            return []
        if condition == EVERYTHING:
            return list(table.in_order())
        records = self._candidates(table, condition)
        if not records:
            return []
        if len(records) > FEW:
            spend(len(records) * weight(condition))
        return finder(condition, self._values)(records)

    def _candidates(self, table: Table, condition: Condition) -> Collection[Record]:
        """Return the records that may match, by number: those an index finds, else all.

        Where there is no index texts are looked through. To put many in order takes longer than to
        look at all.
        """
        ids = self._narrowed(table, condition)
        if ids is None:
            ids = self._narrowed(table, condition, texts=True)
        if ids is None or len(ids) * MANY > len(table.records) > FEW:
            return table.in_order()
        known = (table.records.get(id_) for id_ in ids)
        return sorted((record for record in known if record is not None), key=NUMBER)

    def record(self, type_: str, id_: Any) -> Record | None:
        """Return the record itself, ``None`` when there is none."""
        for each in self._views.get(type_, (type_,)):
            table = self._tables.get(each)
            if table and isinstance(id_, str) and id_ in table.records:
                return table.records[id_]
        return None

    def ordered(self, records: list[Record], order: Sequence[SortKey]) -> list[Record]:
        """Sort records that are in the order of their number, in place, and return them."""
        for criterion in reversed(order):
            spend(A_CRITERION * len(records))
            records.sort(key=self._sort_key(criterion), reverse=criterion.descending)
        return records

    def _narrowed(  # noqa: PLR0911 - one for each condition that narrows
        self, table: Table, condition: Condition, *, texts: bool = False
    ) -> AbstractSet[Any] | None:
        """Return a superset of the matching ids found by an index, ``None`` without one.

        Args:
            table: where.
            condition: what is asked for.
            texts: whether to look through texts as well.
        """
        match condition:
            case Compare(field, "eq", value, negated=False) if not isinstance(value, list):
                return _by_index(table, field, {key(value)})
            case Compare(field, "in", value, negated=False):
                return _by_index(table, field, map(key, value))
            case Compare(field, "like", str(pattern), negated=False) if texts:
                return _by_text(table, field, pattern)
            case Related(_, local):
                return _by_index(table, local, self._values(condition))
            case All(conditions):
                known = (self._narrowed(table, inner, texts=texts) for inner in conditions)
                return min((ids for ids in known if ids is not None), key=len, default=None)
            case Any_(conditions):
                return self._united(table, conditions, texts=texts)
        return None

    def _united(
        self, table: Table, conditions: Iterable[Condition], *, texts: bool
    ) -> AbstractSet[Any] | None:
        found: set[Any] = set()
        for condition in conditions:
            ids = self._narrowed(table, condition, texts=texts)
            if ids is None:
                return None
            found |= ids
        return found

    def _values(self, related: Related) -> frozenset[Hashable]:
        """Return the values of the foreign field in the related records that match."""
        known = self._resolved.get(id(related))
        if known is None:
            found: set[Hashable] = set()
            for record in self.matching(related.type, related.condition):
                value = record.get(related.foreign)
                found.update(map(key, value) if isinstance(value, list) else (key(value),))
            known = self._resolved[id(related)] = frozenset(found - {None})
        return known

    def _sort_key(self, order: SortKey) -> Callable[[Record], tuple[Any, ...]]:
        field = order.field
        if not order.via:
            return lambda record: rank(record.get(field))

        def through(record: Record) -> tuple[Any, ...]:
            at: Record | None = record
            for type_, local in order.via:
                at = self.record(type_, at.get(local)) if at else None
            return rank(at.get(field)) if at else NULL_RANK

        return through


def _by_text(table: Table, field: str, pattern: str) -> AbstractSet[Any] | None:
    part = literal(pattern)
    if not part:
        return None
    if len(table.records) > FEW:
        spend(len(table.records))
    return table.having(field, part)


def _by_index(table: Table, field: str, keys: Iterable[Hashable]) -> AbstractSet[Any] | None:
    return set(keys) if field == "id" else table.ids(field, keys)
