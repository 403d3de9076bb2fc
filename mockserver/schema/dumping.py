"""How a record is shown, looked up once for each type: the library's ``dump`` without its cost.

A schema of the library copies and binds every field, and asks each of them for each record. What a
field would answer is settled by its declaration, so that a plan is made of it once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.schema.declared import Declared
from mockserver.schema.members import Alone, Place
from mockserver.schema.protocols import Derive, DeriveFrom, Target, View
from mockserver.storage.base import Record

Object = dict[str, Any]
#: For each record, the linkage of the relationships that were included.
Linkages = Mapping[Target, Mapping[str, Sequence[Target]]]


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the resource objects of one document are written.

    Attributes:
        base_url: what their links begin with.
        meta: of each of them.
        view: what derived members look at.
        fields: the members that are asked for, by type; all of a type that is not there.
        linkages: of the relationships that were included.
    """

    base_url: str
    meta: Mapping[str, str]
    view: View
    fields: Mapping[str, Collection[str]]
    linkages: Linkages = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DumpPlan:
    """Attributes that a document shows of a record, and how each is read.

    Attributes:
        names: all of them, in wire order.
        derived: how those are computed that the record alone tells.
        derived_from: how those are that take a view of what is around it.
    """

    names: Sequence[str]
    derived: Sequence[tuple[str, Derive]]
    derived_from: Sequence[tuple[str, DeriveFrom]]

    def attributes(
        self, record: Record, view: View, fields: Collection[str] | None = None
    ) -> Object:
        """Return the attributes of a record as documents show them; of some names, where given."""
        stored, all_ = record.get, self.names
        names = all_ if fields is None else [name for name in all_ if name in fields]
        shown = {name: stored(name) for name in names}
        for name, derive in self.derived:
            if name in shown:
                shown[name] = derive(record)
        for name, derive_from in self.derived_from:
            if name in shown:
                shown[name] = derive_from(record, view)
        return shown


#: Where an attribute is shown, by what its declaration says of that.
SHOWN: Mapping[Alone | None, Collection[Place]] = {
    None: ("read", "written", "among"),
    "written": ("read", "written"),
    "read": frozenset[Place]({"read"}),
}


@cache
def dump_plan(
    resource: Declared,
    place: Place,
) -> DumpPlan:
    """Return the plan of a type; ``id`` stands beside the attributes, not among them.

    Args:
        resource: the type.
        place: where the record is shown.
    """
    shown = {
        name: attribute
        for name, attribute in resource.attributes.items()
        if attribute.flags.fetchable and name != "id" and place in SHOWN[attribute.alone]
    }
    readers = ((name, a.reader(resource.type_)) for name, a in shown.items())
    return DumpPlan(
        tuple(shown),
        tuple((name, a.derive) for name, a in shown.items() if a.derive),
        tuple((name, reader) for name, reader in readers if reader),
    )


def resource_objects(
    resource: Declared, records: Iterable[Record], shown: Presentation, place: Place = "among"
) -> list[Object]:
    """Return the resource objects of records of a type, in their order.

    Args:
        resource: the type.
        records: to be shown.
        shown: how.
        place: where they are shown.
    """
    type_ = resource.type_
    plan = dump_plan(resource, place)  # type: ignore[arg-type]  # a class can be hashed
    fields = shown.fields.get(type_)
    declared = {} if resource.singleton else resource.relationships
    names = list(declared) if fields is None else [name for name in declared if name in fields]
    objects = []
    for record in records:
        url = f"{shown.base_url}/api/{type_}/{record['id']}"
        relationships = relationship_objects(url, names)
        linked = shown.linkages.get((type_, record["id"]), {}) if shown.linkages else {}
        for name in linked.keys() & relationships.keys():
            many = declared[name].many
            relationships[name]["data"] = resource_identifiers(linked[name], many=many)
        is_bare = resource.singleton and fields is None
        objects.append(
            resource_object(
                type_,
                record["id"],
                links=None if resource.singleton else {"self": url},
                attributes=plan.attributes(record, shown.view, fields) or None,
                relationships=relationships if relationships or is_bare else None,
                meta=shown.meta,
            )
        )
    return objects


def resource_object(  # noqa: PLR0913 - the members of a resource object
    type_: str,
    id_: str,
    *,
    links: Object | None,
    attributes: Object | None,
    relationships: Object | None,
    meta: Mapping[str, str] | None,
) -> Object:
    """Return a resource object, as in conventions.md §4; a member that is ``None`` is left out."""
    object_: Object = {"id": id_, "type": type_}
    if links is not None:
        object_["links"] = links
    if attributes is not None:
        object_["attributes"] = attributes
    if relationships is not None:
        object_["relationships"] = relationships
    if meta is not None:
        object_["meta"] = meta
    return object_


def links_of(url: str, name: str) -> dict[str, str]:
    """Return the links of a relationship of the resource with this URL."""
    return {"self": f"{url}/relationships/{name}", "related": f"{url}/{name}"}


def relationship_objects(url: str, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return relationship objects with nothing but their links, all of a resource at once."""
    return {name: {"links": links_of(url, name)} for name in names}


def resource_identifiers(targets: Sequence[Target], *, many: bool) -> Any:
    """Return resource linkage: a list, one resource identifier object, or null."""
    objects = [{"type": type_, "id": id_} for type_, id_ in targets]
    if many:
        return objects
    return objects[0] if objects else None
