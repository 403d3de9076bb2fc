"""Where relationships lead: the targets of a record, wherever the linkage is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockserver.access import Access
from mockserver.jsonapi.body import Linkage
from mockserver.jsonapi.filters import related
from mockserver.resources.behaviour import Target
from mockserver.resources.members import Relationship
from mockserver.resources.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import NOTHING, Compare, Condition, Related, both

if TYPE_CHECKING:
    from mockserver.sandbox.sandbox import Sandbox

__all__ = ["RecordView", "condition", "no_linkages", "points_at", "related", "relinked", "targets"]


class RecordView:
    """What derived members see: the world around a record, and the token of the request."""

    def __init__(self, sandbox: Sandbox, access: Access, base_url: str = "") -> None:
        """Look at the sandbox as the bearer, who has come by this URL."""
        self.world = sandbox
        self.access = access
        self.base_url = base_url

    def related(self, record: Record, relationship: str, type_: str) -> Record | None:
        """Return the record a stored to-one of a record of this type leads to."""
        member = self.world.registry[type_].relationships[relationship]
        found = _stored_one(record, member)
        return self.world.get(*found[0]) if found else None


def no_linkages(resource: type[Resource]) -> Record:
    """Return the fields of a record's linkages as they are while nothing is linked."""
    fields: Record = {}
    for name, relationship in {**resource.relationships, **resource.hidden}.items():
        if relationship.stored:
            fields[name] = [] if relationship.many else None
            if relationship.polymorphic:
                fields[relationship.type_field] = None
    return fields


def targets(
    sandbox: Sandbox, resource: type[Resource], record: Record, name: str, access: Access
) -> list[Target]:
    """Return the (type, id) of every record the relationship leads to.

    Args:
        sandbox: where to look.
        resource: the record's type.
        record: whose relationship.
        name: of the relationship.
        access: the token of the request, which the virtual relationships describe.
    """
    relationship = resource.relationships[name]
    if relationship.targets:
        return list(relationship.targets(record, RecordView(sandbox, access)))
    if relationship.virtual:
        return []
    if relationship.through:
        return _beyond(sandbox, record, relationship.types[0], relationship.through)
    if relationship.inverse:
        return _inversely(sandbox, resource, record, relationship)
    return _held(resource, record, name)


def _held(resource: type[Resource], record: Record, name: str) -> list[Target]:
    """Return what the record itself leads to."""
    relationship = resource.relationships[name]
    if relationship.view_of:
        found = _stored_one(record, resource.relationships[relationship.view_of])
        return [target for target in found if target[0] in relationship.types]
    if relationship.many:
        return [(relationship.types[0], id_) for id_ in record.get(name) or ()]
    return _stored_one(record, relationship)


def _inversely(
    sandbox: Sandbox, resource: type[Resource], record: Record, relationship: Relationship
) -> list[Target]:
    """Return what leads to the record: all of it, or the first for a to-one."""
    found = []
    for type_ in relationship.types:
        if type_ in sandbox.registry:
            inverse = _inverse(resource, record, relationship)
            found += [(type_, r["id"]) for r in sandbox.find(type_, inverse)]
    return found if relationship.many else found[:1]


def condition(
    sandbox: Sandbox, resource: type[Resource], record: Record, name: str, access: Access
) -> Condition:
    """Return what the records at the other end of a to-many of one type satisfy."""
    relationship = resource.relationships[name]
    if relationship.inverse:
        return _inverse(resource, record, relationship)
    ids = frozenset(id_ for _, id_ in targets(sandbox, resource, record, name, access))
    return Compare("id", "in", ids) if ids else NOTHING


def points_at(type_: str, id_: str, name: str, relationship: Relationship) -> Condition:
    """Return what records satisfy whose stored relationship leads to this record."""
    if relationship.many:
        return Related(type_, name, "id", Compare("id", "eq", id_))
    own = Compare(name, "eq", id_)
    if relationship.polymorphic:
        return both(own, Compare(relationship.type_field, "eq", type_))
    return own


def relinked(
    relationship: Relationship, held: Sequence[str] | None, members: Linkage, *, adding: bool
) -> Linkage:
    """Return a stored to-many linkage with members added or removed, each once, in order."""
    present: list[Target] = [(relationship.types[0], id_) for id_ in held or ()]
    given = members if isinstance(members, list) else []
    if adding:
        return list(dict.fromkeys([*present, *given]))
    gone = frozenset(given)
    return [target for target in present if target not in gone]


def _beyond(
    sandbox: Sandbox, record: Record, type_: str, through: tuple[str, str, str]
) -> list[Target]:
    """Return what the records that stand between lead to, each once."""
    between, here, there = through
    found = sandbox.find(between, Compare(here, "eq", record["id"]))
    return list(dict.fromkeys((type_, each[there]) for each in found if each[there]))


def _inverse(resource: type[Resource], record: Record, relationship: Relationship) -> Condition:
    inverse = relationship.inverse or ""
    own = Compare(inverse, "eq", record["id"])
    if relationship.inverse_polymorphic:
        return both(own, Compare(f"{inverse}_type", "eq", resource.type_))
    return own


def _stored_one(record: Record, relationship: Relationship) -> list[Target]:
    id_ = record.get(relationship.field)
    if id_ is None:
        return []
    type_ = record.get(relationship.type_field) if relationship.polymorphic else None
    return [(type_ or relationship.types[0], id_)]
