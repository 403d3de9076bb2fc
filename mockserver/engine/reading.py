"""The reading requests of one bearer: answers with what it may see, and nothing beyond."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from mockserver.engine import relationships
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.inclusion import IncludeWalk
from mockserver.engine.permissions import Action, Permissions
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.visibility import Visibility
from mockserver.engine.whereabouts import missing
from mockserver.errors import refusal
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import Query
from mockserver.resources.registry import kind_of
from mockserver.schema.members import Relationship
from mockserver.schema.protocols import Target
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, Condition, both


class AuthorizedReader:
    """Reads for one bearer.

    Attributes:
        visibility: which records that bearer may see.
    """

    def __init__(self, engine: RecordEngine, permissions: Permissions) -> None:
        """Read what the permissions allow."""
        self._engine = engine
        self._permissions = permissions
        self.visibility = Visibility(engine, permissions)

    def list(self, resource: type[Resource], query: Query) -> Found:
        """Return one page of the records the bearer may see."""
        self._permissions.require(resource, "read", lists=True)
        return self._page(resource.type_, query, EVERYTHING)

    def retrieve(self, resource: type[Resource], id_: str, query: Query) -> Found:
        """Return one record."""
        record = self.record(resource, id_, "read")
        return self.with_includes(Found([record], [kind_of(resource.type_, record)]), query)

    def related(self, resource: type[Resource], id_: str, name: str, query: Query) -> Found:
        """Return the records a relationship leads to: a page for a to-many, else one or none."""
        relationship = resource.relationships[name]
        self._permissions.require(resource, "read")
        self._require_related(relationship)
        record = self.record(resource, id_, "read")
        resource = self._kind(resource, record)
        if not relationship.many:
            return self.with_includes(self._linked(resource, record, name), query)
        if relationship.types[0] not in self._engine.registry:
            return Found([], [])
        access = self._permissions.access
        if relationship.targets and not query.order:
            found = relationships.targets(self._engine, resource, record, name, access)
            return self._in_order(relationship.types[0], query, [id_ for _, id_ in found])
        condition = relationships.condition(self._engine, resource, record, name, access)
        return self._page(relationship.types[0], query, condition)

    def changes(self, resource: type[Resource], id_: str, name: str, query: Query) -> Found:
        """Return the history of a record from a cursor on; the total counts what is left."""
        history = self._engine.registry[resource.relationships[name].types[0]]
        self._permissions.require(history, "read")
        record = self.record(resource, id_, "read")
        found = self._engine.history.of(resource.type_, record, query.condition)
        if query.order and query.order[0].descending:
            found.reverse()
        ids = [entry["id"] for entry in found]
        rest = found[ids.index(query.after) + 1 :] if query.after in ids else found
        page = rest[: query.size]
        return Found(page, [history.type_] * len(page), len(rest))

    def linkage(self, resource: type[Resource], id_: str, name: str) -> Sequence[Target]:
        """Return the resource linkage of a relationship."""
        record = self.record(resource, id_, "read")
        found = self._linked(self._kind(resource, record), record, name)
        return [(t, r["id"]) for t, r in zip(found.types, found.records, strict=True)]

    def record(
        self, resource: type[Resource], id_: str, action: Action, sent: Collection[str] = ()
    ) -> Record:
        """Return the record an action is about; of an update it is said what it sends.

        Raises:
            Refusal: 401 for the type, 404, 401 for the record: in this order (conventions.md §17).
        """
        self._permissions.require(resource, action)
        record = self._engine.get(resource.type_, id_)
        if record is None:
            raise refusal("RECORD_NOT_FOUND", because=missing(self._engine, resource.type_, id_))
        self.visibility.require(resource.type_, record, action, sent)
        return record

    def written(self, change: ChangeSet, query: Query) -> Found:
        """Return a record that was written, as far as the bearer may see it.

        Who may write a record without reading it sees what the request has made of it, and none
        of its secrets; of one that was there before nothing is included either.
        """
        resource, record = change.resource, change.record
        found = Found([record], [resource.type_])
        access = self._permissions.access
        if access.is_service or self._may_see(resource, record):
            return self.with_includes(found, query)
        found.shown = change.made()
        if change.before is None:
            return replace(self.with_includes(found, query), shown=found.shown)
        linked = query.include.keys() & resource.relationships.keys()
        found.linkages = {(resource.type_, record["id"]): dict.fromkeys(linked, ())}
        return found

    def _may_see(self, resource: type[Resource], record: Record) -> bool:
        may_read = self._permissions.allows(resource, "read")
        return may_read and self.visibility.allows(resource.type_, record, "read")

    def with_includes(self, found: Found, query: Query) -> Found:
        """Return the same records together with what the query includes."""
        if not query.include:
            return found
        access = self._permissions.access
        return IncludeWalk(self._engine, self.visibility, access).of(found, query.include)

    def _kind(self, resource: type[Resource], record: Record) -> type[Resource]:
        """Return the declaration of a record's kind, where its type is a family."""
        return self._engine.registry[kind_of(resource.type_, record)]

    def _require_related(self, relationship: Relationship) -> None:
        """Require the related type to be readable; of several types, each record is judged."""
        declared = self._engine.registry.get(relationship.types[0])
        if declared and not relationship.polymorphic:
            self._permissions.require(declared, "read", lists=relationship.many)

    def _linked(self, resource: type[Resource], record: Record, name: str) -> Found:
        access = self._permissions.access
        (targets,), read = relationships.level(self._engine, resource, (record,), name, access)
        readable = self.visibility.readable(targets, read)
        found = [target for target in targets if target in readable]
        return Found([readable[target] for target in found], [type_ for type_, _ in found])

    def _page(self, type_: str, query: Query, condition: Condition) -> Found:
        restriction = self._permissions.restriction(type_, "read")
        wanted = both(restriction, condition, query.condition)
        records, total = self._engine.partition.select(
            type_, wanted, query.order, query.offset, query.size
        )
        return self.with_includes(Found(records, _kinds(type_, records), total), query)

    def _in_order(self, type_: str, query: Query, wanted: Sequence[str]) -> Found:
        """Return a page of the records with these ids, in this order: that of their list."""
        restriction = self._permissions.restriction(type_, "read")
        own = Compare("id", "in", frozenset(wanted))
        records, total = self._engine.partition.select(
            type_, both(restriction, own, query.condition)
        )
        places = {id_: place for place, id_ in enumerate(wanted)}
        records.sort(key=lambda record: places[record["id"]])
        records = records[query.offset : query.offset + query.size]
        return self.with_includes(Found(records, _kinds(type_, records), total), query)


def _kinds(type_: str, records: Sequence[Record]) -> list[str]:
    return [kind_of(type_, record) for record in records]
