"""Operations of a resource type: one for each of its routes and methods.

conventions.md §5, §6, §7, §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.openapi.attributes import FREE, JsonSchema
from mockserver.openapi.components import MEDIA_TYPE, answer
from mockserver.openapi.parameters import CURSORS, of_list, of_record
from mockserver.openapi.schemas import Declaration, document, identifier, page, ref
from mockserver.resources.registry import kinds, registry
from mockserver.schema.relationships import Relationship
from mockserver.traffic.route import API

Operation = dict[str, Any]
Operations = dict[str, Operation]

ID = {"name": "id", "in": "path", "required": True, "schema": ref("Id")}
#: What any request may be refused with, and what further ones may, by their method.
ALWAYS = (400, 401, 404, 405, 406, 429, 500)
WRITING = (409, 413, 415, 422, 507)
REFUSALS: Mapping[str, tuple[int, ...]] = {
    "get": ALWAYS,
    "post": (*ALWAYS, *WRITING),
    "patch": (*ALWAYS, *WRITING),
    "delete": (*ALWAYS, 422, 423, 507),
}
UNCHANGED = {"description": "As the `If-None-Match` of the request says."}
EMPTY = {"description": "Done."}


def paths_of(resource: Declaration) -> Iterator[tuple[str, Operations]]:
    """Yield the paths of a type with their operations."""
    base = f"{API}{resource.singleton or resource.type_}"
    if resource.singleton:
        yield base, {"get": _retrieve(resource)}
        return
    member = f"{base}/{{id}}"
    yield from _with_operations(base, _collection(resource))
    yield from _with_operations(member, _member(resource))
    if "retrieve" not in resource.actions:
        return
    for name, relationship in resource.relationships.items():
        yield f"{member}/{name}", {"get": _related(resource, name, relationship)}
        yield f"{member}/relationships/{name}", _linkage(resource, name, relationship)


def _with_operations(path: str, operations: Operations) -> Iterator[tuple[str, Operations]]:
    if operations:
        yield path, operations


def _collection(resource: Declaration) -> Operations:
    name, type_ = resource.__name__, resource.type_
    found: Operations = {}
    if "list" in resource.actions:
        found["get"] = _operation(
            resource,
            f"list_{type_}",
            f"List {type_}",
            of_list(resource),
            {"200": answer("A page.", ref(f"{name}Page")), "304": UNCHANGED},
        )
    if "create" in resource.actions:
        found["post"] = _operation(
            resource,
            f"create_{type_}",
            f"Create one of {type_}",
            of_record(resource),
            {"201": answer("What has been made.", ref(f"{name}Document"))},
            method="post",
            body=ref(f"{name}Create"),
        )
    return found


def _member(resource: Declaration) -> Operations:
    name, type_ = resource.__name__, resource.type_
    found: Operations = {}
    if "retrieve" in resource.actions:
        found["get"] = _retrieve(resource)
    if "update" in resource.actions:
        found["patch"] = _operation(
            resource,
            f"update_{type_}",
            f"Update one of {type_}",
            [ID, *of_record(resource)],
            {"200": answer("As it is now.", ref(f"{name}Document"))},
            method="patch",
            body=ref(f"{name}Update"),
        )
        found["put"] = {**found["patch"], "operationId": f"replace_{type_}"}
    if "delete" in resource.actions:
        found["delete"] = _operation(
            resource,
            f"delete_{type_}",
            f"Delete one of {type_}",
            [ID],
            {"204": EMPTY},
            method="delete",
        )
    return found


def _retrieve(resource: Declaration) -> Operation:
    return _operation(
        resource,
        f"retrieve_{resource.type_}",
        f"Retrieve one of {resource.type_}",
        [*([] if resource.singleton else [ID]), *of_record(resource)],
        {"200": answer("The record.", ref(f"{resource.__name__}Document")), "304": UNCHANGED},
    )


def _related(resource: Declaration, name: str, relationship: Relationship) -> Operation:
    """Return the operation that reads what a relationship leads to, as the type it is of."""
    targets = [registry()[t] for t in relationship.types if t in registry()]
    item = _one_of(kinds(relationship.types), relationship)
    if relationship.history:
        parameters: list[Any] = [ID, *of_record(targets[0]), *CURSORS]
        schema = page(item)
    elif relationship.many:
        parameters = [ID, *(of_list(targets[0]) if len(targets) == 1 else [])]
        schema = page(item)
    else:
        parameters = [ID, *(of_record(targets[0]) if len(targets) == 1 else [])]
        schema = document({"anyOf": [item, {"type": "null"}]})
    return _operation(
        resource,
        f"{resource.type_}.{name}",
        f"Read {name} of one of {resource.type_}",
        parameters,
        {"200": answer("What is related.", schema), "304": UNCHANGED},
    )


def _one_of(types: tuple[str, ...], relationship: Relationship) -> JsonSchema:
    names = [registry()[type_].__name__ for type_ in types if type_ in registry()]
    if not names or not relationship.types:
        return FREE
    return ref(names[0]) if len(names) == 1 else {"anyOf": [ref(name) for name in names]}


def _linkage(resource: Declaration, name: str, relationship: Relationship) -> Operations:
    """Return the operations on a relationship itself."""
    data = {"type": "array", "items": ref("ResourceIdentifier")}
    one = {"anyOf": [ref("ResourceIdentifier"), {"type": "null"}]}
    schema = {
        "type": "object",
        "required": ["data", "links"],
        "properties": {
            "data": data if relationship.many else one,
            "links": ref("RelationshipLinks"),
            "meta": FREE,
        },
        "additionalProperties": False,
    }
    called = f"{resource.type_}.relationships.{name}"
    found = {
        "get": _operation(
            resource,
            called,
            f"Read the linkage {name} of one of {resource.type_}",
            [ID],
            {"200": answer("The linkage.", schema), "304": UNCHANGED},
        )
    }
    if not relationship.flags.updatable or "update" not in resource.actions:
        return found
    methods = {"post": "Add to", "patch": "Replace", "delete": "Take out of"}
    for method in methods if relationship.many else ("patch",):
        found[method] = _operation(
            resource,
            f"{called}.{method}",
            f"{methods[method]} the linkage {name} of one of {resource.type_}",
            [ID],
            {"204": EMPTY},
            method=method,
            body=_sent_linkage(relationship),
        )
    return found


def _sent_linkage(relationship: Relationship) -> JsonSchema:
    item = identifier(relationship)
    one = {"anyOf": [item, {"type": "null"}]}
    data = {"type": "array", "items": item} if relationship.many else one
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _operation(  # noqa: PLR0913 - the members of an operation object
    resource: Declaration,
    id_: str,
    summary: str,
    parameters: list[Any],
    responses: dict[str, Any],
    *,
    method: str = "get",
    body: JsonSchema | None = None,
) -> Operation:
    statuses = {
        *REFUSALS[method],
        *((403, 409, 415, 422, 507) if ".relationships." in id_ and body else ()),
    }
    refusals = {str(s): ref(f"Refused{s}", "responses") for s in sorted(statuses)}
    content = {MEDIA_TYPE: {"schema": body}}
    return {
        "operationId": id_,
        "summary": summary,
        "tags": [resource.type_],
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": {"required": True, "content": content}} if body else {}),
        "responses": {**responses, **refusals},
        **({"deprecated": True} if resource.deprecated else {}),
    }
