"""The reading requests of one bearer: answers with what it may see, and nothing beyond."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from mockserver.engine import relationships
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.holding import holds
from mockserver.engine.inclusion import IncludeWalk
from mockserver.engine.permissions import Action, Permissions
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import RecordView
from mockserver.engine.visibility import Visibility
from mockserver.engine.whereabouts import missing
from mockserver.errors import refusal
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import Query
from mockserver.late_dataclass import dataclass
from mockserver.reasons import reason
from mockserver.resources.registry import families, kind_of, together
from mockserver.schema.protocols import Lent, Target
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, NOTHING, Compare, Condition, both

#: What records show more than they hold, on most ways.
NO_MORE: Lent = {}


@dataclass(slots=True)
class AuthorizedReader:
    """Reads for one bearer.

    Attributes:
        engine: the records.
        permissions: of the bearer.
    """

    engine: RecordEngine
    permissions: Permissions

    def list(self, resource: type[Resource], query: Query) -> Found:
        """Return one page of the records the bearer may see."""
        visible = self.permissions.require(resource, "read", lists=True)
        return self._page(resource.type_, query, visible)

    def retrieve(self, resource: type[Resource], id_: str, query: Query) -> Found:
        """Return one record."""
        record = self.record(resource, id_, "read")
        return self.with_includes(Found([record], _kinds(resource.type_, [record])), query)

    def related(self, resource: type[Resource], id_: str, name: str, query: Query) -> Found:
        """Return the records a relationship leads to: a page for a to-many, else one or none."""
        relationship = resource.relationships[name]
        self.permissions.require(resource, "read")
        self._require_related(relationship)
        record = self.record(resource, id_, "read")
        resource = self._kind(resource, record)
        if not relationship.many:
            return self.with_includes(self._linked(resource, record, name), query)
        type_ = together(relationship.types)[0]
        if type_ not in self.engine.registry:
            return Found([], [])
        access = self.permissions.access
        if relationship.lending:
            visible = self.permissions.restriction(type_, "read")
            lent = relationship.lending([record], RecordView(self.engine, access))
            return self._lent(type_, query, visible, lent)
        if relationship.targets and not query.order:
            found = relationships.targets(self.engine, resource, record, name, access)
            return self._in_order(type_, query, [id_ for _, id_ in found])
        visible = self.permissions.restriction(type_, "read")
        condition = relationships.condition(self.engine, resource, record, name, access)
        return self._page(type_, query, both(visible, condition))

    def changes(self, resource: type[Resource], id_: str, name: str, query: Query) -> Found:
        """Return the history of a record from a cursor on; the total counts what is left."""
        history = self.engine.registry[resource.relationships[name].types[0]]
        self.permissions.require(history, "read")
        record = self.record(resource, id_, "read")
        found = self.engine.history.of(resource.type_, record, query.condition)
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
        allowed, type_ = self.permissions.require(resource, action, sent), resource.type_
        record = self.engine.partition.get(type_, id_) or self.engine.history.told(type_, id_)
        if record is None:
            raise refusal("RECORD_NOT_FOUND", because=missing(self.engine, type_, id_))
        self.require(type_, record, action, allowed)
        return record

    def require(self, type_: str, record: Record, action: Action, allowed: Condition) -> None:
        """Refuse a record that is none of those the bearer may do this to, 401."""
        if not self._satisfies(record, allowed):
            access = self.permissions.access
            facts = {"bearer": access.bearer, "scope": access.scope, "type": type_}
            why = reason("permission_of_record", action=action, **facts)
            raise refusal("UNAUTHORIZED", because=why)

    def require_readable(self, type_: str, record: Record) -> None:
        """Refuse a record that the bearer may not read, 401."""
        self.require(type_, record, "read", self.permissions.restriction(type_, "read"))

    def require_nameable(self, type_: str, record: Record) -> None:
        """Refuse a record that the bearer may not name, 401."""
        self.require(type_, record, "read", self.permissions.nameable(type_))

    def written(self, change: ChangeSet, query: Query) -> Found:
        """Return a record that was written, as far as the bearer may see it.

        Who may write a record without reading it sees what the request has made of it, and none
        of its secrets; of one that was there before nothing is included either.
        """
        resource, record = change.resource, change.record
        found = Found([record], [resource.type_])
        access = self.permissions.access
        visible = EVERYTHING if access.is_service else self.permissions.visible(resource.type_)
        if self._satisfies(record, visible):
            return self.with_includes(found, query)
        found.shown = change.made()
        if change.before is None:
            return replace(self.with_includes(found, query), shown=found.shown)
        linked = query.include.keys() & resource.relationships.keys()
        found.linkages = {(resource.type_, record["id"]): dict.fromkeys(linked, ())}
        return found

    def _satisfies(self, record: Record, condition: Condition) -> bool:
        return condition == EVERYTHING or holds(self.engine.partition, record, condition)

    def with_includes(self, found: Found, query: Query) -> Found:
        """Return the same records together with what the query includes."""
        if not query.include:
            return found
        visibility = Visibility(self.engine, self.permissions)
        access = self.permissions.access
        return IncludeWalk(self.engine, visibility, access).of(found, query.include)

    def _kind(self, resource: type[Resource], record: Record) -> type[Resource]:
        """Return the declaration of a record's kind, where its type is a family."""
        return self.engine.registry[kind_of(resource.type_, record)]

    def _require_related(self, relationship: Relationship) -> None:
        """Require the related type to be readable; of several types, each record is judged."""
        declared = self.engine.registry.get(relationship.types[0])
        if declared and not relationship.polymorphic:
            self.permissions.require(declared, "read")

    def _linked(self, resource: type[Resource], record: Record, name: str) -> Found:
        access = self.permissions.access
        (targets,), read = relationships.level(self.engine, resource, (record,), name, access)
        readable = Visibility(self.engine, self.permissions).readable(targets, read)
        found = [target for target in targets if target in readable]
        return Found([readable[target] for target in found], [type_ for type_, _ in found])

    def _lent(self, type_: str, query: Query, condition: Condition, lent: Sequence[Lent]) -> Found:
        """Return a page of the records that each lender gives, with what they show there."""
        chosen = [Compare("id", "in", frozenset(each)) if each else NOTHING for each in lent]
        shown = {id_: values for each in lent for id_, values in each.items()}
        return self._page(type_, query, both(condition, *chosen), shown)

    def _page(self, type_: str, query: Query, condition: Condition, shown: Lent = NO_MORE) -> Found:
        if query.scopes:
            return self._scoped(type_, query, condition, shown)
        wanted = both(condition, query.condition)
        records, total = self.engine.partition.select(
            type_, wanted, query.order, query.offset, query.size
        )
        if shown:
            records = [{**record, **shown[record["id"]]} for record in records]
        return self.with_includes(Found(records, _kinds(type_, records), total), query)

    def _scoped(self, type_: str, query: Query, condition: Condition, shown: Lent) -> Found:
        """Return a page of the records that the scopes of a list choose as well."""
        resource = self.engine.registry[type_]
        plain = replace(query, condition=EVERYTHING, scopes={})
        wanted = both(condition, query.demanded(resource, self.engine))
        around = resource.list_scopes
        lent = [around[n](self.engine, value) for n, value in query.scopes.items() if n in around]
        return self._lent(type_, plain, wanted, [*lent, shown] if shown else lent)

    def _in_order(self, type_: str, query: Query, wanted: Sequence[str]) -> Found:
        """Return a page of the records with these ids, in this order: that of their list."""
        restriction = self.permissions.restriction(type_, "read")
        own = Compare("id", "in", frozenset(wanted))
        records, total = self.engine.partition.select(
            type_, both(restriction, own, query.demanded(self.engine.registry[type_], self.engine))
        )
        places = {id_: place for place, id_ in enumerate(wanted)}
        records.sort(key=lambda record: places[record["id"]])
        records = records[query.offset : query.offset + query.size]
        return self.with_includes(Found(records, _kinds(type_, records), total), query)


def _kinds(type_: str, records: Sequence[Record]) -> list[str]:
    """Return the types of records that were read as of one, which may be a family."""
    is_family = type_ in families()
    return [record["type"] for record in records] if is_family else [type_] * len(records)
