"""JSON Schemas of the documents of one resource type (conventions.md §4, §6, §7)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.openapi.attributes import JsonSchema, returned, sent
from mockserver.resources.registry import kinds
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource

Declaration = type[Resource]


def ref(name: str, section: str = "schemas") -> JsonSchema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


def schemas_of(resource: Declaration) -> Iterator[tuple[str, JsonSchema]]:
    """Yield the schemas of a type by their names: what is returned, and what is sent."""
    name = resource.__name__
    yield name, resource_object(resource)
    yield f"{name}Document", document({"$ref": f"#/components/schemas/{name}"})
    if "list" in resource.actions:
        yield f"{name}Page", page(ref(name))
    if "create" in resource.actions:
        yield f"{name}Create", body(resource, creating=True)
    if "update" in resource.actions:
        yield f"{name}Update", body(resource, creating=False)


def resource_object(resource: Declaration) -> JsonSchema:
    """Return the schema of a resource object in an answer: fieldsets leave out any member."""
    attributes = {
        name: returned(attribute)
        for name, attribute in resource.attributes.items()
        if attribute.flags.fetchable and name != "id"
    }
    relationships = {name: _shown(r) for name, r in resource.relationships.items()}
    return {
        "type": "object",
        **({"deprecated": True} if resource.deprecated else {}),
        "required": ["id", "type", "meta"],
        "properties": {
            "id": ref("Id"),
            "type": {"type": "string", "enum": list(kinds([resource.type_]))},
            "links": ref("SelfLink"),
            "attributes": {"type": "object", "properties": attributes},
            "relationships": {"type": "object", "properties": relationships},
            "meta": ref("Meta"),
        },
        "additionalProperties": False,
    }


def document(data: JsonSchema) -> JsonSchema:
    """Return the schema of a document with one resource."""
    return {
        "type": "object",
        "required": ["data"],
        "properties": {"data": data, "included": ref("Included")},
        "additionalProperties": False,
    }


def page(item: JsonSchema) -> JsonSchema:
    """Return the schema of a document with a page of resources."""
    return {
        "type": "object",
        "required": ["data", "meta", "links"],
        "properties": {
            "data": {"type": "array", "items": item, "maxItems": 25},
            "included": ref("Included"),
            "meta": ref("PageMeta"),
            "links": ref("PageLinks"),
        },
        "additionalProperties": False,
    }


def body(resource: Declaration, *, creating: bool) -> JsonSchema:
    """Return the schema of the body of a create or an update request."""
    members = {
        **({} if creating else {"id": ref("Id")}),
        "type": {"type": "string", "enum": [resource.type_]},
    }
    attributes, needed = _attributes(resource, creating=creating)
    relationships, linked = _relationships(resource, creating=creating)
    data = {
        "type": "object",
        "required": [
            *members,
            *(["attributes"] if needed else []),
            *(["relationships"] if linked else []),
        ],
        "properties": {
            **members,
            "attributes": _members(attributes, needed),
            "relationships": _members(relationships, linked),
        },
        "additionalProperties": False,
    }
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _members(properties: dict[str, JsonSchema], required: list[str]) -> JsonSchema:
    return {
        "type": "object",
        **({"required": required} if required else {}),
        "properties": properties,
        "additionalProperties": False,
    }


def _attributes(
    resource: Declaration, *, creating: bool
) -> tuple[dict[str, JsonSchema], list[str]]:
    """Return the schemas of the attributes that may be sent, and the names of those that must."""
    open_ = {
        name: attribute
        for name, attribute in resource.attributes.items()
        if (attribute.flags.creatable if creating else attribute.flags.updatable)
    }
    needed = [n for n, a in open_.items() if a.presence is True and a.initial is None and creating]
    return {name: sent(a, creating=creating) for name, a in open_.items()}, needed


def _relationships(
    resource: Declaration, *, creating: bool
) -> tuple[dict[str, JsonSchema], list[str]]:
    """Return the schemas of the linkages that may be sent, and the names of those that must."""
    open_ = {
        name: relationship
        for name, relationship in resource.relationships.items()
        if (relationship.flags.creatable if creating else relationship.flags.updatable)
    }
    needed = [name for name, r in open_.items() if r.presence is True and creating]
    return {name: _linked(r, is_needed=name in needed) for name, r in open_.items()}, needed


def _linked(relationship: Relationship, *, is_needed: bool) -> JsonSchema:
    linkage = identifier(relationship)
    data: JsonSchema = linkage
    if relationship.many:
        data = {"type": "array", "items": linkage}
    elif not is_needed:
        data = {"anyOf": [linkage, {"type": "null"}]}
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def identifier(relationship: Relationship) -> JsonSchema:
    """Return the schema of a resource identifier that a relationship takes."""
    return {
        "type": "object",
        "required": ["type", "id"],
        "properties": {
            "type": {"type": "string", "enum": sorted(kinds(relationship.types))},
            "id": ref("Id"),
        },
    }


def _shown(relationship: Relationship) -> JsonSchema:
    """Return the reference to the schema of a relationship object."""
    return ref("ToMany" if relationship.many else "ToOne")
