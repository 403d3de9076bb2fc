"""Relationships: the targets of a record, wherever the linkage is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from mockserver.access import Access
from mockserver.engine.record_view import RecordView, by_type, stored_target
from mockserver.resources.registry import families, together
from mockserver.schema.protocols import Engine, Target, View
from mockserver.schema.relationships import Linkage, Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import NOTHING, Compare, Condition, Related, both

Targets = list[Target]


class Level(NamedTuple):
    """Where a relationship of several records leads.

    Attributes:
        targets: of each record, in order.
        records: those that were read on the way.
    """

    targets: list[Targets]
    records: Mapping[Target, Record] = {}


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
    engine: Engine, resource: type[Resource], record: Record, name: str, access: Access
) -> Targets:
    """Return the (type, id) of every record the relationship leads to; see :func:`level`."""
    return level(engine, resource, (record,), name, access).targets[0]


def level(
    engine: Engine, resource: type[Resource], records: Sequence[Record], name: str, access: Access
) -> Level:
    """Return where a relationship of records of one type leads; the reads grow not with them.

    Args:
        engine: where to look.
        resource: the records' type.
        records: whose relationship.
        name: of the relationship.
        access: the token of the request, which the virtual relationships describe.
    """
    relationship = resource.relationships[name]
    found = _led(engine, resource, records, relationship, access)
    return _by_kind(engine, found)


def _by_kind(engine: Engine, found: Level) -> Level:
    """Return the same with the kinds of what is of a family, whose records tell it."""
    families_ = families()
    wanted = {t for targets in found.targets for t in targets if t[0] in families_} - {
        *found.records
    }
    read = {
        (type_, id_): record
        for type_, ids in by_type(wanted).items()
        for id_, record in engine.get_many(type_, ids).items()
    }
    known = {**found.records, **read}
    kinds = {t: (r["type"], t[1]) for t, r in known.items() if t[0] in families_}
    if not kinds:
        return found
    return Level(
        [[kinds.get(target, target) for target in targets] for targets in found.targets],
        {kinds.get(target, target): record for target, record in known.items()},
    )


def _led(
    engine: Engine,
    resource: type[Resource],
    records: Sequence[Record],
    relationship: Relationship,
    access: Access,
) -> Level:
    name = str(relationship.name)
    computed = relationship.targets or relationship.shows
    if computed:
        of_type = ((resource.type_, record) for record in records)
        view = RecordView(engine, access).of_page(of_type)
        if relationship.lending:
            return _lent(engine, records, relationship, view)
        return Level([list(computed(record, view)) for record in records])
    if relationship.virtual:
        return Level([[] for _ in records])
    if relationship.through:
        return _beyond(engine, records, relationship.types[0], relationship.through)
    if relationship.inverse:
        return _inversely(engine, resource, records, relationship)
    return Level([_held(resource, record, name) for record in records])


def _lent(
    engine: Engine, records: Sequence[Record], relationship: Relationship, view: View
) -> Level:
    """Return the targets of records, with what each of them shows on this way."""
    lending, type_ = relationship.lending, relationship.types[0]
    found = lending(records, view) if lending else [{} for _ in records]
    shown = {id_: values for lent in found for id_, values in lent.items()}
    read = {
        (type_, id_): {**record, **shown[id_]}
        for id_, record in engine.get_many(type_, shown).items()
    }
    return Level([[(type_, id_) for id_ in lent] for lent in found], read)


def _held(resource: type[Resource], record: Record, name: str) -> Targets:
    """Return the targets that the record itself holds."""
    relationship = resource.relationships[name]
    if relationship.many:
        return [(relationship.types[0], id_) for id_ in record.get(name) or ()]
    if not relationship.view_of:
        found = stored_target(record, relationship)
        return [found] if found else []
    found = stored_target(record, resource.relationships[relationship.view_of])
    return [found] if found and found[0] in relationship.types else []


def _inversely(
    engine: Engine, resource: type[Resource], records: Sequence[Record], relationship: Relationship
) -> Level:
    """Return the records that lead to these: all of them, or the first for a to-one."""
    leading: dict[str, Targets] = {record["id"]: [] for record in records}
    read: dict[Target, Record] = {}
    inverse = relationship.inverse or ""
    for type_ in together(relationship.types):
        if type_ in engine.registry:
            for found in engine.find(type_, _inverse(resource, leading, relationship)):
                target = (type_, found["id"])
                leading[found[inverse]].append(target)
                read[target] = found
    stop = None if relationship.many else 1
    return Level([leading[record["id"]][:stop] for record in records], read)


def condition(
    engine: Engine, resource: type[Resource], record: Record, name: str, access: Access
) -> Condition:
    """Return the condition of the records at the other end of a to-many of one type."""
    relationship = resource.relationships[name]
    if relationship.inverse:
        return _inverse(resource, (record["id"],), relationship)
    ids = frozenset(id_ for _, id_ in targets(engine, resource, record, name, access))
    return Compare("id", "in", ids) if ids else NOTHING


def points_at(type_: str, id_: str, name: str, relationship: Relationship) -> Condition:
    """Return the condition of records whose stored relationship leads to this record."""
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
    present: Targets = [(relationship.types[0], id_) for id_ in held or ()]
    given = members if isinstance(members, list) else []
    if adding:
        return list(dict.fromkeys([*present, *given]))
    gone = frozenset(given)
    return [target for target in present if target not in gone]


def _beyond(
    engine: Engine, records: Sequence[Record], type_: str, through: tuple[str, str, str]
) -> Level:
    """Return the targets of the records that stand between, each once."""
    between, here, there = through
    leading: dict[str, dict[Target, None]] = {record["id"]: {} for record in records}
    for each in engine.find(between, Compare(here, "in", frozenset(leading))):
        if each[there]:
            leading[each[here]][type_, each[there]] = None
    return Level([[*leading[record["id"]]] for record in records])


def _inverse(
    resource: type[Resource], ids: Collection[str], relationship: Relationship
) -> Condition:
    inverse = relationship.inverse or ""
    own = Compare(inverse, "in", frozenset(ids))
    if relationship.inverse_polymorphic:
        return both(own, Compare(f"{inverse}_type", "eq", resource.type_))
    return own
