"""View of derived members beyond their record: the records around it, and the bearer's token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property

from mockserver.access import Access
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine, Target
from mockserver.schema.relationships import Relationship
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare

Records = list[Record]


@dataclass
class RecordView:
    """Looks around one record: each look is a read.

    Attributes:
        engine: the records around.
        access: who looks.
        base_url: where that bearer has come to.
    """

    engine: Engine
    access: Access
    base_url: str = ""

    def related(self, record: Record, relationship: str, type_: str) -> Record | None:
        """Return the record a stored to-one of a record of this type leads to."""
        target = stored_target(record, self._member(relationship, type_))
        return self.engine.get(*target) if target else None

    def pointing_at(self, record: Record, type_: str, field: str, own: str = "id") -> Records:
        """Return the records of a type whose field has the value of the record's own field."""
        return self.engine.find(type_, Compare(field, "eq", record[own]))

    def every(self, type_: str) -> Records:
        """Return the records of a type."""
        return self.engine.find(type_, EVERYTHING)

    def of_page(self, records: Iterable[tuple[str, Record]]) -> PageView:
        """Return a view of these records, each with its type, that looks around all of them."""
        return PageView(self.engine, self.access, self.base_url, records)

    def _member(self, relationship: str, type_: str) -> Relationship:
        member: Relationship = self.engine.registry[type_].relationships[relationship]
        return member


@dataclass
class PageView(RecordView):
    """Looks around the records of a page: what is read for one is read for all of them, once.

    It is good for one document: what it has read does not change. Whoever looks changes nothing.

    Attributes:
        shown: the records of the page, each with its type.
    """

    shown: Iterable[tuple[str, Record]] = ()
    _pointing: dict[tuple[str, str], dict[str, Records]] = field(default_factory=dict)
    _whole: dict[str, Records] = field(default_factory=dict)

    def related(self, record: Record, relationship: str, type_: str) -> Record | None:
        """Return the record a stored to-one leads to, read with those of all others of the type."""
        member = self._member(relationship, type_)
        target = stored_target(record, member)
        if target is None:
            return None
        if target not in self._known:
            others = (stored_target(other, member) for other in self._page.get(type_, ()))
            self._read({target, *filter(None, others)} - self._known.keys())
        return self._known[target]

    def pointing_at(self, record: Record, type_: str, field: str, own: str = "id") -> Records:
        """Return the records that point at this one, read with those that point at all others."""
        value = record[own]
        if value is None:
            return []
        known = self._pointing.setdefault((type_, field), {})
        if value not in known:
            wanted = {value, *self._values(own)} - known.keys()
            known.update({each: [] for each in wanted})
            for found in self.engine.find(type_, Compare(field, "in", frozenset(wanted))):
                known[found[field]].append(found)
        return known[value]

    def every(self, type_: str) -> Records:
        """Return the records of a type, read once."""
        if type_ not in self._whole:
            self._whole[type_] = super().every(type_)
        return self._whole[type_]

    @cached_property
    def _page(self) -> Mapping[str, Records]:
        page: dict[str, Records] = {}
        for type_, record in self.shown:
            page.setdefault(type_, []).append(record)
        return page

    @cached_property
    def _known(self) -> dict[Target, Record | None]:
        """The records there are by type and id, ``None`` where there is none."""
        return {(t, record["id"]): record for t, page in self._page.items() for record in page}

    def _read(self, targets: set[Target]) -> None:
        self._known.update(dict.fromkeys(targets))
        for type_, ids in by_type(targets).items():
            for id_, record in self.engine.get_many(type_, ids).items():
                self._known[type_, id_] = record

    def _values(self, own: str) -> Iterator[str]:
        for page in self._page.values():
            yield from (record[own] for record in page if record.get(own) is not None)


def by_type(targets: Iterable[Target]) -> dict[str, list[str]]:
    """Return the ids of each type, in order."""
    found: dict[str, list[str]] = {}
    for type_, id_ in targets:
        found.setdefault(type_, []).append(id_)
    return found


def stored_target(record: Record, relationship: Relationship) -> Target | None:
    """Return where a to-one leads that the record holds, ``None`` when nowhere."""
    id_ = record.get(relationship.field)
    if id_ is None:
        return None
    type_ = record.get(relationship.type_field) if relationship.polymorphic else None
    return type_ or relationship.types[0], id_
