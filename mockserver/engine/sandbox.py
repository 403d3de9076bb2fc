"""One mode's state and rules: the five actions, for every type and every caller.

HTTP, seeding, the control plane and tests all come through here; nothing about the data is
decided anywhere else. Each action checks in the order of conventions.md §17, and a refused one
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mockserver.access import Access
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.deletion import remove
from mockserver.engine.event_reactions import followers
from mockserver.engine.leading import held_ids
from mockserver.engine.permissions import NO_ROLE, OrganizationTerms, Permissions
from mockserver.engine.reading import AuthorizedReader
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import RecordView
from mockserver.engine.relationships import level, relinked, targets
from mockserver.errors import Refusal, refusal
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.filters import FilterParser, as_text
from mockserver.jsonapi.parameters import Parameters
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.reasons import reason
from mockserver.resources.roles import Role
from mockserver.schema.protocols import Target
from mockserver.schema.relationships import Linkage
from mockserver.schema.request_documents import Values
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Condition

Targets = list[Target]


class Sandbox(RecordEngine):
    """One mode of one organization: the five actions, by whoever may do them."""

    # --- the actions -------------------------------------------------------------------------

    def list(self, resource: type[Resource], query: Query, access: Access) -> Found:
        """Return one page of the records the bearer may see.

        Raises:
            Refusal: 401 when the type may not be listed.
        """
        return self._reader(access).list(resource, query)

    def retrieve(self, resource: type[Resource], id_: str, query: Query, access: Access) -> Found:
        """Return one record.

        Raises:
            Refusal: 401 for the type or the record, 404 when there is none.
        """
        return self._reader(access).retrieve(resource, id_, query)

    def create(
        self, resource: type[Resource], values: Values, access: Access, query: Query = NO_QUERY
    ) -> Found:
        """Create a record and return it.

        Raises:
            Refusal: 401, 404 for a linkage that leads nowhere, 422 for broken rules.
        """
        reader = self._reader(access)
        allowed = reader.permissions.require(resource, "create")
        with self.transaction(access):
            merged = resource.merged(self, values.attributes, values.linkages)
            if merged:
                changes = Values.of(resource, merged[1])
                return self.update(resource, merged[0], changes, access, query)
            change = ChangeSet(self, resource, access, self.draft(resource.type_))
            change.apply(values)
            self._store(change)
            reader.require(resource.type_, change.record, "create", allowed)
        return reader.written(change, query)

    def update(  # noqa: PLR0913 - what an update is told
        self,
        resource: type[Resource],
        id_: str,
        values: Values,
        access: Access,
        query: Query = NO_QUERY,
        *,
        called: str | None = None,
    ) -> Found:
        """Change a record and return it; ``updated_at`` moves only when something changed.

        Raises:
            Refusal: 401, 404, 422.
        """
        reader = self._reader(access)
        with _leaving(self, access) as changes, self.transaction(access):
            sent = values.names() if access.is_sales_channel else ()
            before = reader.record(resource, id_, "update", sent)
            change = ChangeSet(self, resource, access, dict(before), before)
            changes.append(change)
            change.called = called
            change.apply(values)
            self._store(change)
            if access.is_sales_channel:
                reader.require_readable(resource.type_, change.record)
        return reader.written(change, query)

    def delete(self, resource: type[Resource], id_: str, access: Access) -> None:
        """Remove a record and what belongs to it.

        Raises:
            Refusal: 401, 404, 423 when something restricts the deletion.
        """
        reader = self._reader(access)
        with self.transaction(access):
            record = reader.record(resource, id_, "destroy")
            if not access.is_service and resource.kept(self, record):
                raise refusal("LOCKED", class_name=resource.__name__, number=record[SERIAL])
            remove(self, resource.type_, record)

    def singleton(self, resource: type[Resource], access: Access) -> Record:
        """Return the one record of a type the token stands in: its organization, its application.

        Raises:
            Refusal: 404 when the token's application is no more.
        """
        own = resource.of_bearer(access)
        records, _ = self.partition.select(resource.type_, own, limit=1)
        if not records:
            place = {"mode": self.mode, "organization": self.organization.slug}
            raise refusal("RECORD_NOT_FOUND", because=reason("application_gone", **place))
        return records[0]

    # --- relationships -----------------------------------------------------------------------

    def related(
        self, resource: type[Resource], id_: str, name: str, query: Query, access: Access
    ) -> Found:
        """Return the records a relationship leads to: a page for a to-many, else one or none.

        Raises:
            Refusal: 401 for the parent or for the related type, 404 for the parent.
        """
        return self._reader(access).related(resource, id_, name, query)

    def changes(
        self, resource: type[Resource], id_: str, name: str, query: Query, access: Access
    ) -> Found:
        """Return a page of the history a record has; the total counts what is left.

        Raises:
            Refusal: 401 unless the bearer may read histories; 404; 400 for the cursor.
        """
        return self._reader(access).changes(resource, id_, name, query)

    def linkage(
        self, resource: type[Resource], id_: str, name: str, access: Access
    ) -> Sequence[Target]:
        """Return the resource linkage of a relationship (conventions.md §5).

        Raises:
            Refusal: 401, 404.
        """
        return self._reader(access).linkage(resource, id_, name)

    def relink(
        self,
        resource: type[Resource],
        id_: str,
        values: Values,
        access: Access,
        *,
        adding: bool,
    ) -> None:
        """Add the members of to-many linkages to what is linked, or remove them.

        Raises:
            Refusal: 401, 404, 422.
        """
        with self.transaction(access):
            linkages: dict[str, Linkage] = {}
            record = self.get(resource.type_, id_)
            for name, members in values.linkages.items():
                relationship = resource.relationships[name]
                held = held_ids(self, resource.type_, record, relationship) if record else ()
                linkages[name] = relinked(relationship, held, members, adding=adding)
            self.update(resource, id_, Values(linkages=linkages), access)

    # --- what behaviours do to other records -----------------------------------------------------

    def matching(self, type_: str, filters: Mapping[str, Any]) -> Condition:
        """Parse conditions as those of ``filter[q]`` into one.

        Raises:
            Refusal: 400 for an unknown condition, or a value that is none for it.
        """
        resource, texts = self.registry[type_], {n: as_text(value) for n, value in filters.items()}
        scopes = {n: text for n, text in texts.items() if text and n in resource.query_scopes}
        queries: Parameters = {n: t for n, t in texts.items() if n not in resource.query_scopes}
        parser = FilterParser(resource, self.registry, self.number)
        query = Query(condition=parser.parse({"q": queries}), scopes=scopes)
        return query.demanded(resource, self)

    def linked(self, type_: str, record: Record, name: str) -> Targets:
        """Return the type and id of every record that a relationship leads to."""
        return targets(self, self.registry[type_], record, name, self.system)

    def linked_all(
        self, type_: str, records: Sequence[Record], name: str
    ) -> Sequence[Sequence[Target]]:
        """Return the same of each of several records of a type, read at once."""
        return level(self, self.registry[type_], records, name, self.system).targets

    def view(self) -> RecordView:
        """Return the view of derived members when the service itself reads."""
        return RecordView(self, self.system)

    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""
        resource = self.registry[type_]
        return dict(self.create(resource, Values.of(resource, values), self.system).records[0])

    def change(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Update a record as the service itself does: every rule applies, no permission.

        Args:
            type_: of the record.
            id_: of the record.
            values: attributes and linkages, those included that no request may set.
            called: what the change is called in the history, when not ``update``.
        """
        resource = self.registry[type_]
        made = Values.of(resource, values)
        return dict(self.update(resource, id_, made, self.system, called=called).records[0])

    def begun(self, type_: str) -> Record:
        """Return a new record with what one has that nothing is said of; it is not stored yet."""
        change = ChangeSet(self, self.registry[type_], self.system, self.draft(type_))
        change.begin()
        return change.record

    def remove(self, type_: str, id_: str) -> None:
        """Delete a record as the service itself does; 423 when something restricts that."""
        self.delete(self.registry[type_], id_, self.system)

    # --- what the other parts of the engine need -----------------------------------------------

    def permissions(self, access: Access) -> Permissions:
        """Return the permissions of the bearer."""
        terms = OrganizationTerms(self.setting, self.clock)
        if access.role_id is None:
            return Permissions(access, setting=terms, engine=self)
        role = self.look(Role.type_, access.role_id) or NO_ROLE
        return Permissions(access, role, terms, self)

    def require_nameable(self, type_: str, record: Record, access: Access) -> None:
        """Refuse to let the bearer name what is another's, 401 (authentication.md §13.2)."""
        self._reader(access).require_nameable(type_, record)

    # --- steps ---------------------------------------------------------------------------------

    def _reader(self, access: Access) -> AuthorizedReader:
        return AuthorizedReader(self, self.permissions(access))

    def _store(self, change: ChangeSet) -> None:
        type_, record, changed = change.type_, change.record, change.changed()
        if changed:
            if change.before is not None:
                record["updated_at"] = self.clock.timestamp()
            self.store(type_, change.before, record, change.called)
        change.finish()
        events = change.told(changed)
        for event in events:
            self.fire(type_, record["id"], event)
        if events and any(followers(type_, event) for event in events):
            # What follows may have led to the record itself: an order that is fulfilled at once.
            change.record = self.get(type_, record["id"]) or record


@contextmanager
def _leaving(sandbox: Sandbox, access: Access) -> Iterator[list[ChangeSet]]:
    """Do what a refused change leaves to do, of those noted here: all the rest has been undone."""
    changes: list[ChangeSet] = []
    try:
        yield changes
    except Refusal as refused:
        with sandbox.transaction(access):
            for change in changes:
                change.leave(refused.errors)
        raise
