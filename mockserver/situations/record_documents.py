"""Records as JSON:API resource objects that hold everything stored, and back.

What leaves with a snapshot is the record itself, not what the API shows of it: every stored
attribute, the linkage of every stored relationship, and the hidden number, so that what comes
back is exactly what left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.passwords import is_hashed
from mockserver.pointers import escaped
from mockserver.refusals import invalid
from mockserver.resources.registry import indexes, is_view
from mockserver.schema.relationships import Relationship
from mockserver.situations.record_schema import (
    Misfit,
    RecordSchema,
    known_record_schemas,
    record_schema,
)
from mockserver.storage.base import SERIAL, Record

ResourceObject = dict[str, Any]
#: What an id can be: the API's own are ten letters, a tester's may be more readable.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: What JSON can hold everywhere.
MAXIMUM_NUMBER = 2**53 - 1
#: Of the records of the organization itself, what is not data.
MADE = "made"


def to_object(type_: str, record: Record) -> ResourceObject:
    """Return the resource object that holds all of a record."""
    known = record_schema(type_)
    linked = known.linkages if known else {}
    shown = known.fields if known else {}
    polymorphic = (r.type_field for r in linked.values() if r.polymorphic)
    apart = {"id", SERIAL, MADE, *linked, *polymorphic}
    object_: ResourceObject = {
        "type": type_,
        "id": record["id"],
        "attributes": {
            name: value for name, value in record.items() if name in shown or name not in apart
        },
    }
    if linked:
        object_["relationships"] = {
            name: {"data": _identifiers(relationship, record, name)}
            for name, relationship in linked.items()
        }
    object_["meta"] = {SERIAL: record[SERIAL]}
    return object_


def _identifiers(relationship: Relationship, record: Record, name: str) -> Any:
    value = record.get(name)
    if relationship.many:
        return [{"type": relationship.types[0], "id": id_} for id_ in value or ()]
    if value is None:
        return None
    type_ = record[relationship.type_field] if relationship.polymorphic else relationship.types[0]
    return {"type": type_, "id": value}


def pointer_of(known: RecordSchema, name: str, pointer: str) -> str:
    """Return the pointer to a field of the resource object that is at a pointer."""
    if name in known.linkages:
        return f"{pointer}/relationships/{name}/data"
    return f"{pointer}/attributes/{name}"


def links_of(known: RecordSchema, record: Record, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, type, id) of the records a record cannot be without."""
    for name, relationship in known.linkages.items():
        data = _identifiers(relationship, record, name)
        targets = data if isinstance(data, list) else [data] if data else []
        for target in targets:
            if relationship.on_delete != "keep" and record_schema(target["type"]):
                yield pointer_of(known, name, pointer), target["type"], target["id"]


# --- back ----------------------------------------------------------------------------------------


def from_object(object_: Any, pointer: str) -> tuple[RecordSchema, Record]:
    """Return the shape and the record of a resource object of a snapshot.

    Raises:
        Refusal: 422 with the pointer of what is no part of a record.
    """
    known = shape_of(object_, pointer, {"type", "id", "attributes", "relationships", "meta"})
    record: Record = {"id": id_of(object_, pointer), SERIAL: _serial(object_, pointer)}
    for name, value in object_.get("attributes", {}).items():
        record[name] = attribute_of(known, name, value, f"{pointer}/attributes/{escaped(name)}")
    for name in known.required:
        if name not in record:
            raise invalid(f"{pointer}/attributes", f"{name} is missing.")
    for name, linkage in object_.get("relationships", {}).items():
        at = f"{pointer}/relationships/{escaped(name)}"
        relationship, data = linkage_of(known, name, linkage, at)
        linked = _linked(name, relationship, data, f"{at}/data")
        # What is linked may be said of what is not linked, too: the type of a line's item.
        record.update({n: v for n, v in linked.items() if v is not None or n not in record})
    return known, record


def shape_of(object_: Any, pointer: str, members: set[str]) -> RecordSchema:
    """Return the shape of what is a resource object of a known type, as far as it can be seen.

    Raises:
        Refusal: 422 with a pointer.
    """
    if not isinstance(object_, dict):
        raise invalid(pointer, "Not a resource object.")
    unknown = object_.keys() - members
    if unknown:
        raise invalid(f"{pointer}/{escaped(min(unknown))}", "Unknown member.")
    for member in ("attributes", "relationships", "meta"):
        if not isinstance(object_.get(member, {}), dict):
            raise invalid(f"{pointer}/{member}", "Not an object.")
    type_ = object_.get("type")
    known = record_schema(type_) if isinstance(type_, str) else None
    if known is None:
        there_are = ", ".join(known_record_schemas())
        raise invalid(f"{pointer}/type", f"Not a type of the sandbox: {there_are}.")
    if is_view(known.type_):
        shown = ", ".join(indexes()[known.type_].shows)
        raise invalid(f"{pointer}/type", f"Only shows others: {shown}.")
    return known


def id_of(object_: ResourceObject, pointer: str) -> str:
    """Return the id of a resource object.

    Raises:
        Refusal: 422 when it is none.
    """
    id_ = object_.get("id")
    if not isinstance(id_, str) or not ID.fullmatch(id_):
        raise invalid(f"{pointer}/id", "Not a text of up to 64 letters, digits, - and _.")
    return id_


def _serial(object_: ResourceObject, pointer: str) -> int:
    serial = object_.get("meta", {}).get(SERIAL)
    if type(serial) is not int or not 0 < serial <= MAXIMUM_NUMBER:
        raise invalid(f"{pointer}/meta/{SERIAL}", "Not a positive integer.")
    return serial


def attribute_of(known: RecordSchema, name: str, value: Any, pointer: str) -> Any:
    """Return the value of a record's attribute.

    Raises:
        Refusal: 422 when there is none of the name, or it holds other values.
    """
    field = known.fields.get(name)
    if field is None:
        declared = name in known.resource.attributes
        why = "Computed, or a command: not stored." if declared else "There is no such attribute."
        raise invalid(pointer, why)
    try:
        taken = field.taken(value)
    except Misfit as misfit:
        raise invalid(pointer, str(misfit)) from None
    if field.digest and taken is not None and not is_hashed(taken):
        raise invalid(pointer, "Not a password as snapshots hold it.")
    return taken


def linkage_of(
    known: RecordSchema, name: str, linkage: Any, pointer: str
) -> tuple[Relationship, Any]:
    """Return a relationship and the data of its linkage: one, a list, or null.

    Raises:
        Refusal: 422 when records hold no such relationship, or it is no linkage.
    """
    relationship = known.linkages.get(name)
    if relationship is None:
        raise invalid(pointer, _not_held(known, name))
    if not isinstance(linkage, dict) or linkage.keys() != {"data"}:
        raise invalid(pointer, 'Not {"data": resource linkage}.')
    if relationship.many is not isinstance(linkage["data"], list):
        what = "a list of resource identifier objects" if relationship.many else "null or one"
        raise invalid(f"{pointer}/data", f"Not {what}.")
    return relationship, linkage["data"]


def _not_held(known: RecordSchema, name: str) -> str:
    declared = known.resource.relationships.get(name)
    if declared is None:
        return "There is no such relationship."
    if not declared.inverse:
        return "Computed: not stored."
    return f"Held by the other side: {' or '.join(declared.types)} have {declared.inverse}."


def _linked(name: str, relationship: Relationship, data: Any, pointer: str) -> Mapping[str, Any]:
    if relationship.many:
        found = [_target(relationship, item, f"{pointer}/{i}") for i, item in enumerate(data)]
        return {name: [id_ for _, id_ in found]}
    type_, id_ = (None, None) if data is None else _target(relationship, data, pointer)
    return {name: id_, **({relationship.type_field: type_} if relationship.polymorphic else {})}


def _target(relationship: Relationship, identifier: Any, pointer: str) -> tuple[str, str]:
    if not isinstance(identifier, dict) or not identifier.keys() >= {"type", "id"}:
        raise invalid(pointer, "Not a resource identifier object.")
    return typed(relationship, identifier["type"], pointer), id_of(identifier, pointer)


def typed(relationship: Relationship, type_: Any, pointer: str) -> str:
    """Return the type of a target.

    Raises:
        Refusal: 422 when the relationship leads to others.
    """
    fits = isinstance(type_, str) and (not relationship.types or type_ in relationship.accepted)
    if not fits:
        raise invalid(f"{pointer}/type", f"Not one of: {', '.join(relationship.types)}.")
    return str(type_)
