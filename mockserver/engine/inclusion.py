"""Compound documents: the records an include path leads to, each once.

conventions.md §4.5, §12.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.access import Access
from mockserver.effort import spend
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import by_type
from mockserver.engine.relationships import level
from mockserver.engine.visibility import Visibility
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import IncludeTree
from mockserver.schema.protocols import Target
from mockserver.storage.base import Record

#: Steps of work that it takes to follow a relationship of one record, and to take in what it finds.
A_RELATIONSHIP, A_TARGET = 100, 20

Records = dict[Target, Record]


class IncludeWalk:
    """Walks an include tree from primary records, level by level.

    The number of reads grows with the tree, not with the records. What the bearer may not read is
    left out of ``included`` and of the linkage.
    """

    def __init__(self, engine: RecordEngine, visibility: Visibility, access: Access) -> None:
        """Include as the bearer."""
        self._engine = engine
        self._visibility = visibility
        self._access = access
        self._records: dict[Target, Record | None] = {}
        self.included: Records = {}
        self.linkages: dict[Target, dict[str, list[Target]]] = {}

    def of(self, found: Found, tree: IncludeTree) -> Found:
        """Return the same records together with everything the tree includes."""
        primary = {
            (type_, record["id"]): record
            for type_, record in zip(found.types, found.records, strict=True)
        }
        self._records.update(primary)
        self._walk(primary, tree)
        for target in primary:
            self.included.pop(target, None)
        return Found(found.records, found.types, found.total, self.included, self.linkages)

    def _walk(self, records: Records, tree: IncludeTree) -> None:
        for name, inner in tree.items():
            beyond = self._beyond(records, name)
            self.included.update(beyond)
            if inner:
                self._walk(beyond, inner)

    def _beyond(self, records: Records, name: str) -> Records:
        """Return the records that a relationship leads to, as far as the bearer may read them."""
        linked, read = self._linked(records, name)
        self._read([target for targets in linked.values() for target in targets], read)
        beyond: Records = {}
        for source in records:
            if source in linked:
                found = {t: r for t in linked[source] if (r := self._records[t]) is not None}
                self.linkages.setdefault(source, {})[name] = list(found)
                beyond.update(found)
        return beyond

    def _linked(self, records: Records, name: str) -> tuple[dict[Target, list[Target]], Records]:
        """Return where each record leads, and the records that were read to know it."""
        linked: dict[Target, list[Target]] = {}
        read: Records = {}
        for type_, ids in by_type(records).items():
            resource = self._engine.registry[type_]
            if name in resource.relationships:
                spend(A_RELATIONSHIP * len(ids))
                sources = [(type_, id_) for id_ in ids]
                own = [records[source] for source in sources]
                found = level(self._engine, resource, own, name, self._access)
                linked.update(zip(sources, found.targets, strict=True))
                read.update(found.records)
        spend(A_TARGET * sum(map(len, linked.values())))
        return linked, read

    def _read(self, targets: list[Target], read: Mapping[Target, Record]) -> None:
        """Look up the records the bearer may read, each once per request."""
        unknown = dict.fromkeys(target for target in targets if target not in self._records)
        for target in read.keys() & self._records.keys():
            known = self._records[target]
            if known and len(read[target]) > len(known):
                # It shows more on this way.
                self._records[target] = read[target]
        self._records.update(unknown)
        self._records.update(self._visibility.readable(unknown, read, included=True))
