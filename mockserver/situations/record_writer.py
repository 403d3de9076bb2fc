"""Records of any state: past flags, rules and state machines, not past types and uniqueness."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from mockserver.commerce.customers.registration import SALT_BYTES
from mockserver.engine.sandbox import Sandbox
from mockserver.passwords import hash_password, is_hashed
from mockserver.pointers import escaped
from mockserver.refusals import invalid
from mockserver.schema.casting import is_blank
from mockserver.schema.relationships import Relationship
from mockserver.seeding.batch import Batch
from mockserver.situations.record_documents import (
    ResourceObject,
    attribute_of,
    id_of,
    linkage_of,
    pointer_of,
    shape_of,
    typed,
)
from mockserver.situations.record_schema import RecordSchema
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, Not, both

#: ``meta`` is accepted so that an object of a snapshot can be sent as it is; it says nothing.
MEMBERS = {"type", "id", "lid", "attributes", "relationships", "meta"}
#: There is one record of these, which is changed but never made, and what of it never changes.
SINGLE = "organizations"
SETTLED = frozenset({"slug", "domain"})

#: Finds what linkage means: (resource identifier object, pointer) to (type, id).
Resolve = Callable[[Any, str], tuple[str, str]]


class RecordWriter:
    """Puts records into a sandbox, one after the other."""

    def __init__(self, sandbox: Sandbox, moment: str | None = None) -> None:
        """Write into the sandbox.

        Args:
            sandbox: where to.
            moment: when what does not say so was created; else now.
        """
        self._sandbox = sandbox
        self._moment = moment or sandbox.clock.timestamp()

    def write(self, object_: Any, pointer: str, resolve: Resolve) -> tuple[str, str]:
        """Store one record and return its type and id.

        An id that is there already is changed, any other is created with that id.

        Args:
            object_: the resource object.
            pointer: where it stands, for errors.
            resolve: finds what a linkage means.

        Raises:
            Refusal: 422 with a pointer to what is wrong; nothing of the record is stored.
        """
        known = shape_of(object_, pointer, MEMBERS)
        stored = self._stored(known, object_, pointer)
        given = dict(self._attributes(known, object_, pointer))
        for name, value in _linkages(known, object_, pointer, resolve):
            # The type of what is linked may be an attribute, too, and be said without a linkage.
            if value is not None or name not in given:
                given[name] = value
        record = self._record(known, object_, stored, given)
        for name in known.required:
            if record.get(name) is None:
                raise invalid(f"{pointer}/attributes", f"{name} is missing.")
        self._check_unique(known, record, pointer)
        self._sandbox.partition.put(known.type_, record)
        self._sandbox.keep_time(known.type_, stored, record)
        return known.type_, record["id"]

    def _stored(self, known: RecordSchema, object_: ResourceObject, pointer: str) -> Record | None:
        """Return the record that is stored under the id, if any."""
        id_ = id_of(object_, pointer) if "id" in object_ else None
        stored = self._sandbox.get(known.type_, id_) if id_ else None
        if known.type_ == SINGLE and stored is None:
            there_is = self._sandbox.organization_record()["id"]
            raise invalid(f"{pointer}/id", f"There is one organization, {there_is}.")
        return stored

    def _record(
        self, known: RecordSchema, object_: ResourceObject, stored: Record | None, given: Record
    ) -> Record:
        if stored is not None:
            return {**stored, "updated_at": self._moment, **given}
        created_at = given.get("created_at", self._moment)
        # What was made in the past has not been changed since, unless that is said.
        made = Batch(self._sandbox).add(known.type_, created_at, None, **given)
        unsaid = known.linkages.keys() - object_.get("relationships", {}).keys() - given.keys()
        self._accompany(known, made, unsaid)
        return {**made, "id": object_.get("id", made["id"])}

    def _accompany(self, known: RecordSchema, record: Record, unsaid: Collection[str]) -> None:
        """Link what the type cannot be without to what is there, where nothing is said of it.

        So a market is the shop's merchant's, and a SKU shipped as everything else.
        """
        for name in unsaid:
            relationship = known.linkages[name]
            if record[name] is None and self._is_required(relationship, record):
                found = self._sandbox.page(relationship.types[0], EVERYTHING, 1)
                record[name] = found[0]["id"] if found else None

    def _is_required(self, relationship: Relationship, record: Record) -> bool:
        presence = relationship.presence
        is_one = not relationship.many and not relationship.polymorphic
        needed = presence(record, self._sandbox.setting) if callable(presence) else presence
        return is_one and needed

    def _attributes(
        self, known: RecordSchema, object_: ResourceObject, pointer: str
    ) -> Iterator[tuple[str, Any]]:
        for name, value in object_.get("attributes", {}).items():
            at = f"{pointer}/attributes/{escaped(name)}"
            if known.type_ == SINGLE and name in SETTLED:
                raise invalid(at, "What an organization is addressed by does not change.")
            field = known.fields.get(name)
            if field and field.digest and isinstance(value, str) and not is_hashed(value):
                value = hash_password(value, self._sandbox.entropy.bytes(SALT_BYTES))  # noqa: PLW2901
            yield name, attribute_of(known, name, value, at)

    def _check_unique(self, known: RecordSchema, record: Record, pointer: str) -> None:
        for names in known.uniques:
            if any(is_blank(record.get(name)) for name in names):
                continue
            same = (Compare(name, "eq", record[name]) for name in names)
            others = both(*same, Not(Compare("id", "eq", record["id"])))
            if self._sandbox.partition.count(known.type_, others):
                raise invalid(pointer_of(known, names[-1], pointer), "Has already been taken.")


def _linkages(
    known: RecordSchema, object_: ResourceObject, pointer: str, resolve: Resolve
) -> Iterator[tuple[str, Any]]:
    for name, linkage in object_.get("relationships", {}).items():
        at = f"{pointer}/relationships/{escaped(name)}"
        relationship, data = linkage_of(known, name, linkage, at)
        if relationship.many:
            found = []
            for index, item in enumerate(data):
                type_, id_ = resolve(item, f"{at}/data/{index}")
                typed(relationship, type_, f"{at}/data/{index}")
                found.append(id_)
            yield name, list(dict.fromkeys(found))
            continue
        target = None if data is None else resolve(data, f"{at}/data")
        if target:
            typed(relationship, target[0], f"{at}/data")
        yield name, target[1] if target else None
        if relationship.polymorphic:
            yield relationship.type_field, target[0] if target else None
