"""Deleting a record: who stands in the way, who goes with it, who lets go of it.

customers.md §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockserver.engine.change_set import observed
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.relationships import points_at
from mockserver.errors import refusal
from mockserver.resources.registry import derived, registry
from mockserver.schema.relationships import Relationship
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.values import differing

Referrer = tuple[str, str, Relationship]
#: A referrer, and the id of the record that points.
Reference = tuple[str, str, Relationship, str]


def remove(engine: RecordEngine, type_: str, record: Record) -> None:
    """Remove a record and settle everything that points at it.

    Raises:
        Refusal: 423 ``LOCKED`` when a record that restricts the deletion points at it.
    """
    gone: list[tuple[str, Record]] = []
    _remove(engine, type_, record, gone)
    for other, removed in gone:
        engine.registry[other].removed(engine, removed)


def _remove(
    engine: RecordEngine, type_: str, record: Record, gone: list[tuple[str, Record]]
) -> None:
    held = list(_referring(engine, type_, record))
    resource = engine.registry[type_]
    locked = not resource.deletable(record) or resource.locked(engine, record)
    if locked or _is_held(held):
        raise refusal("LOCKED", class_name=resource.__name__, number=record[SERIAL])
    resource.leaving(engine, record)
    for other, name, relationship, id_ in held:
        # As it is by now: it may have let go in another place, or be gone already.
        referrer = engine.get(other, id_)
        if referrer is None or relationship.on_delete == "keep":
            continue
        if _goes_along(engine, other, relationship, referrer):
            _remove(engine, other, referrer, gone)
        else:
            released = _released(referrer, name, relationship, record["id"])
            _release(engine, other, referrer, released)
    engine.store(type_, record, None)
    gone.append((type_, record))
    engine.end_tokens(type_, record["id"])
    engine.files.drop(type_, record["id"])
    if "destroy" in resource.topics:
        engine.fire(type_, record["id"], "destroy")


def _is_held(referrers: Iterable[Reference]) -> bool:
    return any(relationship.on_delete == "restrict" for _, _, relationship, _ in referrers)


def _goes_along(
    engine: RecordEngine, type_: str, relationship: Relationship, referrer: Record
) -> bool:
    if relationship.on_delete == "cascade_unless_held":
        is_locked = engine.registry[type_].locked(engine, referrer)
        return not is_locked and not _is_held(_referring(engine, type_, referrer))
    return relationship.on_delete == "cascade"


def _referring(engine: RecordEngine, type_: str, record: Record) -> Iterator[Reference]:
    for other, name, relationship in referrers(type_):
        for referrer in engine.find(other, points_at(type_, record["id"], name, relationship)):
            yield other, name, relationship, referrer["id"]


def _release(engine: RecordEngine, type_: str, before: Record, record: Record) -> None:
    """Store a record that has let go; of a change of its tags is told (customers.md §10)."""
    events = observed(engine.registry[type_], differing(before, record))
    if events:
        record["updated_at"] = engine.clock.timestamp()
    engine.store(type_, before, record)
    for event in events:
        engine.fire(type_, record["id"], event)


def _released(record: Record, name: str, relationship: Relationship, id_: str) -> Record:
    if relationship.many:
        return {**record, name: [other for other in record[name] if other != id_]}
    released = {**record, name: None}
    if relationship.polymorphic:
        released[relationship.type_field] = None
    return released


@derived
def referrers(type_: str) -> tuple[Referrer, ...]:
    """Return every stored relationship that can lead to the type."""
    return tuple(
        (other, name, relationship)
        for other, resource in registry().items()
        for name, relationship in {**resource.relationships, **resource.hidden}.items()
        if relationship.stored and (type_ in relationship.accepted or not relationship.types)
    )
