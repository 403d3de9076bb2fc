"""Records as JSON:API resource objects that hold everything stored, and back.

What leaves a snapshot or enters by ``records`` and scenario files is the record itself, not what
the API shows of it: every stored attribute, the linkage of every stored relationship, and the
hidden number, so that what comes back is exactly what left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.control.refusals import invalid
from mockserver.passwords import hash_password
from mockserver.resources.casting import CastError
from mockserver.resources.credentials import SALT_BYTES
from mockserver.resources.vocabulary import Attribute, Relationship, Resource
from mockserver.sandbox.sandbox import Sandbox
from mockserver.seeding.batch import Batch
from mockserver.storage.base import SERIAL, Record

ResourceObject = dict[str, Any]
#: Resolve the linkage of a pointer: (linkage, pointer) to (type, id).
Resolver = Callable[[Any, str], tuple[str, str]]
IDENTITY = ("id", SERIAL)


def linkages_of(resource: type[Resource] | None) -> Mapping[str, Relationship]:
    """Return the stored relationships of a type, hidden ones included."""
    if resource is None:
        return {}
    members = {**resource.relationships, **resource.hidden}
    return {name: member for name, member in members.items() if member.stored}


def to_object(type_: str, resource: type[Resource] | None, record: Record) -> ResourceObject:
    """Return the resource object that holds all of a record."""
    linked = linkages_of(resource)
    apart = {*IDENTITY, *linked, *(r.type_field for r in linked.values() if r.polymorphic)}
    object_: ResourceObject = {
        "type": type_,
        "id": record["id"],
        "attributes": {name: value for name, value in record.items() if name not in apart},
    }
    relationships = {n: {"data": _identifiers(r, record, n)} for n, r in linked.items()}
    if relationships:
        object_["relationships"] = relationships
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


def from_object(resource: type[Resource] | None, object_: ResourceObject) -> Record:
    """Return the record a resource object of a snapshot holds."""
    record: Record = {"id": object_["id"], SERIAL: object_["meta"][SERIAL]}
    record.update(object_["attributes"])
    linked = linkages_of(resource)
    for name, linkage in object_.get("relationships", {}).items():
        data = linkage["data"]
        if isinstance(data, list):
            record[name] = [identifier["id"] for identifier in data]
        else:
            record[name] = data["id"] if data else None
            if linked[name].polymorphic:
                record[linked[name].type_field] = data["type"] if data else None
    return record


class RecordWriter:
    """Puts records of any state into a sandbox: past flags and state machines, not past types."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Write into the sandbox."""
        self._sandbox = sandbox

    def write(self, object_: Any, pointer: str, resolve: Resolver) -> tuple[str, Record]:
        """Store one record and return its type and itself.

        An id that is there already is changed, any other is created with that id.

        Args:
            object_: the resource object.
            pointer: where it stands, for errors.
            resolve: finds what a linkage means.

        Raises:
            Refusal: 422 with a pointer to what is wrong; nothing of the record is stored.
        """
        resource = self._resource(object_, pointer)
        record = self._beginning(resource, object_, pointer)
        record.update(self._attributes(resource, object_, pointer))
        for name, value in self._linkages(resource, object_, pointer, resolve):
            record[name] = value
        self._sandbox.partition.put(resource.type_, record)
        return resource.type_, record

    def _resource(self, object_: Any, pointer: str) -> type[Resource]:
        if not isinstance(object_, dict):
            raise invalid(pointer, "Not a resource object.")
        unknown = object_.keys() - {"type", "id", "lid", "attributes", "relationships", "meta"}
        if unknown:
            raise invalid(f"{pointer}/{min(unknown)}", "Unknown member.")
        for member in ("attributes", "relationships"):
            if not isinstance(object_.get(member, {}), dict):
                raise invalid(f"{pointer}/{member}", "Not an object.")
        resource = self._sandbox.registry.get(str(object_.get("type")))
        if resource is None:
            known = ", ".join(sorted(self._sandbox.registry))
            raise invalid(f"{pointer}/type", f"Not a type of the sandbox: {known}.")
        return resource

    def _beginning(self, resource: type[Resource], object_: Any, pointer: str) -> Record:
        """Return what is stored under the id, or a new record with every default."""
        id_ = object_.get("id")
        if id_ is not None and (not isinstance(id_, str) or not id_):
            raise invalid(f"{pointer}/id", "Not a text.")
        stored = self._sandbox.get(resource.type_, id_) if id_ else None
        if stored is not None:
            return {**stored, "updated_at": self._sandbox.clock.timestamp()}
        now = self._sandbox.clock.timestamp()
        record = Batch(self._sandbox).add(resource.type_, now)
        return {**record, "id": id_ or record["id"]}

    def _attributes(
        self, resource: type[Resource], object_: Any, pointer: str
    ) -> Iterator[tuple[str, Any]]:
        for name, value in object_.get("attributes", {}).items():
            at = f"{pointer}/attributes/{name}"
            attribute = resource.attributes.get(name)
            if attribute is None or name == "id":
                raise invalid(at, f"Not an attribute of {resource.type_}.")
            if not attribute.stored:
                raise invalid(at, "Computed, or a command: it is not stored.")
            yield name, self._value(attribute, value, at)

    def _value(self, attribute: Attribute, value: Any, pointer: str) -> Any:
        try:
            cast = attribute.cast(value)
        except CastError:
            cast = None
        if (cast is None) is not (value is None):
            raise invalid(pointer, f"Not a value of kind {attribute.kind}.")
        if attribute.enum and cast is not None and cast not in attribute.enum:
            raise invalid(pointer, f"Not one of: {', '.join(attribute.enum)}.")
        if attribute.name == "password" and cast is not None:
            return hash_password(cast, self._sandbox.entropy.bytes(SALT_BYTES))
        return cast

    @staticmethod
    def _linkages(
        resource: type[Resource], object_: Any, pointer: str, resolve: Resolver
    ) -> Iterator[tuple[str, Any]]:
        linked = linkages_of(resource)
        for name, linkage in object_.get("relationships", {}).items():
            at = f"{pointer}/relationships/{name}"
            relationship = linked.get(name)
            if relationship is None:
                raise invalid(at, f"Not a relationship that {resource.type_} records hold.")
            if not isinstance(linkage, dict) or "data" not in linkage:
                raise invalid(at, 'Not {"data": resource linkage}.')
            yield from _linked(name, relationship, linkage["data"], f"{at}/data", resolve)


def _linked(
    name: str, relationship: Relationship, data: Any, pointer: str, resolve: Resolver
) -> Iterator[tuple[str, Any]]:
    if relationship.many:
        if not isinstance(data, list):
            raise invalid(pointer, "Not a list of resource identifier objects.")
        yield name, [resolve(item, f"{pointer}/{index}")[1] for index, item in enumerate(data)]
        return
    type_, id_ = resolve(data, pointer) if data is not None else (None, None)
    if type_ is not None and relationship.types and type_ not in relationship.types:
        raise invalid(f"{pointer}/type", f"Not one of: {', '.join(relationship.types)}.")
    yield name, id_
    if relationship.polymorphic:
        yield relationship.type_field, type_
