"""One mode's state and rules: the five actions, for every type and every caller.

HTTP, seeding, the control plane and tests all come through here; nothing about the data is
decided anywhere else. Each action checks in the order of conventions §17, and a refused one
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mockserver.access import Access, Mode
from mockserver.entropy import Entropy
from mockserver.errors import refusal
from mockserver.jsonapi.body import Values
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.resources.behaviour import Target
from mockserver.resources.registry import registry
from mockserver.resources.vocabulary import Resource
from mockserver.sandbox.change import RecordChange
from mockserver.sandbox.linking import relinked
from mockserver.sandbox.origin import Origin, remembered_origin
from mockserver.sandbox.permissions import NO_ROLE, Permissions
from mockserver.sandbox.reading import Reader
from mockserver.sandbox.removal import remove
from mockserver.storage.base import SERIAL, Partition, Record
from mockserver.storage.conditions import Condition

if TYPE_CHECKING:
    from mockserver.sandbox.organization import Organization


Records = list[Record]
#: What of a role decides.
ROLE = ("permissions",)


class Sandbox:
    """One mode of one organization.

    Attributes:
        organization: whose it is.
        mode: test or live.
        partition: the records.
        clock: the organization's.
        identifiers: the ids of the mode.
        origin: what ids and random values are derived from.
        traces: the random values that only reading needs.
    """

    def __init__(self, organization: Organization, mode: Mode, partition: Partition) -> None:
        """Open the mode over its records."""
        self.organization = organization
        self.mode: Mode = mode
        self.partition = partition
        self.registry = registry()
        self.clock = organization.clock
        self.settle(remembered_origin(partition) or self._own_origin())
        #: The service itself: allowed everything, in nobody's name.
        self.system = Access(organization.slug, mode, "system")

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
        permissions = self.permissions(access)
        permissions.require(resource, "create")
        reader = Reader(self, permissions)
        with self.partition.transaction():
            change = RecordChange(self, resource, access, self._draft(resource.type_))
            change.apply(values)
            self._store(change, ["create"] if "create" in resource.topics else [])
            reader.require_within(resource.type_, change.record, "create")
        found = Found([change.record], [resource.type_])
        return reader.with_includes(found, query)

    def update(
        self,
        resource: type[Resource],
        id_: str,
        values: Values,
        access: Access,
        query: Query = NO_QUERY,
    ) -> Found:
        """Change a record and return it; ``updated_at`` moves only when something changed.

        Raises:
            Refusal: 401, 404, 422.
        """
        reader = self._reader(access)
        with self.partition.transaction():
            before = reader.record(resource, id_, "update")
            change = RecordChange(self, resource, access, dict(before), before)
            change.apply(values)
            self._store(change, change.observed())
        found = Found([change.record], [resource.type_])
        return reader.with_includes(found, query)

    def delete(self, resource: type[Resource], id_: str, access: Access) -> None:
        """Remove a record and what belongs to it.

        Raises:
            Refusal: 401, 404, 423 when something restricts the deletion.
        """
        reader = self._reader(access)
        with self.partition.transaction():
            remove(self, resource.type_, reader.record(resource, id_, "destroy"))

    def singleton(self, resource: type[Resource], access: Access) -> Record:
        """Return the one record of a type the token stands in: its organization, its application.

        Raises:
            Refusal: 404 when the token's application is no more.
        """
        id_ = access.application_id if resource.type_ == "applications" else None
        record = self.get("applications", id_) if id_ else None
        if resource.type_ == "organizations":
            record = self.organization_record()
        if record is None:
            raise refusal("RECORD_NOT_FOUND")
        return record

    # --- relationships -----------------------------------------------------------------------

    def related(
        self, resource: type[Resource], id_: str, name: str, query: Query, access: Access
    ) -> Found:
        """Return what a relationship leads to: a page for a to-many, else one record or none.

        Raises:
            Refusal: 401 for the parent or for the related type, 404 for the parent.
        """
        return self._reader(access).related(resource, id_, name, query)

    def linkage(
        self, resource: type[Resource], id_: str, name: str, access: Access
    ) -> Sequence[Target]:
        """Return the resource linkage of a relationship (conventions §5).

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
        with self.partition.transaction():
            record = self.get(resource.type_, id_) or {}
            linkages = {
                name: relinked(
                    resource.relationships[name], record.get(name), members, adding=adding
                )
                for name, members in values.linkages.items()
            }
            self.update(resource, id_, Values(linkages=linkages), access)

    # --- the world as behaviours see it --------------------------------------------------------

    def get(self, type_: str, id_: str, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of a record, or of some of its fields, ``None`` when there is none."""
        return self.partition.get(type_, id_, fields)

    def find(self, type_: str, condition: Condition) -> Records:
        """Return copies of the records that match, oldest first."""
        return self.partition.select(type_, condition)[0]

    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""
        resource = self.registry[type_]
        return dict(self.create(resource, Values.of(resource, values), self.system).records[0])

    def change(self, type_: str, id_: str, values: Mapping[str, Any]) -> Record:
        """Update a record as the service itself does: every rule applies, no permission."""
        resource = self.registry[type_]
        made = Values.of(resource, values)
        return dict(self.update(resource, id_, made, self.system).records[0])

    def setting(self, name: str) -> Any:
        """Return an attribute of the organization."""
        return self.organization_record()[name]

    def store(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Store a record that no declaration speaks of: a token, a role, an event's own row."""
        record = {**self._draft(type_), **values}
        self.partition.put(type_, record)
        return record

    # --- what the other parts of the engine need -----------------------------------------------

    def organization_record(self) -> Record:
        """Return the record of the organization itself."""
        records, _ = self.partition.select("organizations", limit=1)
        return records[0]

    def permissions(self, access: Access) -> Permissions:
        """Return what the bearer may do."""
        if access.role_id is None:
            return Permissions(access)
        return Permissions(access, self.get("roles", access.role_id, ROLE) or NO_ROLE)

    def readable(self, type_: str, id_: str, permissions: Permissions) -> Record | None:
        """Return a record if there is one and the bearer may read it."""
        return Reader(self, permissions).readable(type_, id_)

    def number(self, type_: str, id_: str) -> int | None:
        """Return the internal integer behind a public id, also when its record is gone."""
        record = self.get(type_, id_)
        return record[SERIAL] if record else self.identifiers.decode(type_, id_)

    def record_event(self, type_: str, id_: str, event: str) -> None:
        """Record that an event of the type has happened to a record (customers §16)."""
        fields = dict.fromkeys(("reference", "reference_origin"))
        values = {"name": f"{type_}.{event}", "resource": id_, "resource_type": type_}
        self.store("events", {**values, **fields, "metadata": {}})

    @property
    def entropy(self) -> Entropy:
        """A new stream of random values for data, unlike any before."""
        return self.origin.next_entropy(self.partition)

    def start_over(self) -> None:
        """Forget every record and number: as on the first day."""
        self.partition.clear()
        self.settle(self._own_origin())

    def settle(self, origin: Origin) -> None:
        """Go on with the ids and the random values of an origin: one's own, or a snapshot's."""
        self.origin = origin
        self.identifiers = origin.identifiers
        self.traces = origin.entropy("traces")

    # --- steps ---------------------------------------------------------------------------------

    def _own_origin(self) -> Origin:
        return Origin(self.organization.seed, self.organization.slug, self.mode)

    def _reader(self, access: Access) -> Reader:
        return Reader(self, self.permissions(access))

    def _draft(self, type_: str) -> Record:
        """Return a new record's beginnings; an id brought in from outside is passed over."""
        while True:
            number = self.partition.next_number(type_)
            id_ = self.identifiers.encode(type_, number)
            if self.partition.get(type_, id_) is None:
                now = self.clock.timestamp()
                return {"id": id_, SERIAL: number, "created_at": now, "updated_at": now}

    def _store(self, change: RecordChange, observed: Sequence[str]) -> None:
        type_, record = change.resource.type_, change.record
        if change.changed:
            if change.before is not None:
                record["updated_at"] = self.clock.timestamp()
            self.partition.put(type_, record)
        change.finish()
        for event in (*observed, *change.events):
            self.record_event(type_, record["id"], event)
