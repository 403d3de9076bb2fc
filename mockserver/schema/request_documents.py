"""Request documents as values, checked for shape and for allowed members (conventions.md §6, §7).

Every refusal here comes before anything is looked up or validated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from typing import Any

import orjson

from mockserver.access import Access
from mockserver.errors import Refusal, refusal, require_at_most
from mockserver.late_dataclass import dataclass
from mockserver.reasons import reason
from mockserver.schema.declared import Declared
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Target
from mockserver.schema.relationships import Linkage, Relationship
from mockserver.schema.write_plan import Flag, write_plan
from mockserver.storage.conditions import members
from mockserver.storage.values import NESTED

#: Values in one attribute, those within others included.
MOST_NESTED = 10_000
#: Members of one linkage.
MOST_LINKED = 10_000


@dataclass(slots=True)
class Values:
    """Values that a request sets: raw attributes and resource linkages, by name."""

    attributes: dict[str, Any] = field(default_factory=dict)
    linkages: dict[str, Linkage] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Return the names of all that is set."""
        return {*self.attributes, *self.linkages}

    @classmethod
    def of(cls, resource: Declared, members: Mapping[str, Any]) -> Values:
        """Return members by name, attributes and relationships side by side, as values.

        A linkage may be an id or a list of ids, or (type, id) pairs where there are several types.
        """
        values = cls()
        for name, value in members.items():
            relationship = resource.relationships.get(name)
            if relationship is None:
                values.attributes[name] = value
            else:
                values.linkages[name] = _targets(relationship, value)
        return values


def _targets(relationship: Relationship, value: Any) -> Linkage:
    if isinstance(value, list):
        return [_target(relationship, item) for item in value]
    return None if value is None else _target(relationship, value)


def _target(relationship: Relationship, value: str | Target) -> Target:
    return (relationship.types[0], value) if isinstance(value, str) else value


def shown(value: Any) -> str:
    """Return a JSON value as an error's text shows it: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def creation(document: Mapping[str, Any], resource: Declared, access: Access | None) -> Values:
    """Return the values of a create request.

    Raises:
        Refusal: 400, in the order of conventions.md §17.
    """
    data = _data(document)
    _check_type(data, resource)
    return _values(data, resource, _sendable(resource, "creatable", access), ("type",))


def update(
    document: Mapping[str, Any],
    resource: Declared,
    access: Access | None,
    id_: str | None = None,
    number: Any = None,
) -> Values:
    """Return the values of an update request.

    Args:
        document: the parsed body.
        resource: the type of the URL.
        access: whose request it is; ``None``: of somebody who may send everything.
        id_: the id of the URL; ``None``: any.
        number: gives the internal integer of an id, for the text of a mismatch.

    Raises:
        Refusal: 400, in the order of conventions.md §17.
    """
    data = _data(document)
    key = data.get("id")
    if key is None:
        raise refusal("KEY_ORDER_MISMATCH", because=reason("key_missing"))
    if id_ is not None and key != id_:
        known = number(key) if isinstance(key, str) else None
        raise refusal("KEY_NOT_INCLUDED_IN_URL", key=shown(key) if known is None else known)
    _check_type(data, resource)
    return _values(data, resource, _sendable(resource, "updatable", access), ("id", "type"))


def _data(document: Mapping[str, Any]) -> dict[str, Any]:
    data = document.get("data")
    if data is None or data == {}:
        raise refusal("PARAM_MISSING", name="data")
    if not isinstance(data, dict):
        raise refusal("INVALID_DATA_FORMAT")
    return data


def _check_type(data: Mapping[str, Any], resource: Declared) -> None:
    type_ = data.get("type")
    if type_ is None or type_ == "":
        raise refusal("PARAM_MISSING", name="type")
    if type_ != resource.type_:
        raise refusal("INVALID_RESOURCE", name=shown(type_))


def _sendable(resource: Declared, flag: Flag, access: Access | None) -> Collection[str]:
    """Return the members that the bearer may set, or, where it is none, that anybody may."""
    plan = write_plan(resource)  # type: ignore[arg-type]  # a class can be hashed
    return plan.sendable[flag, access is not None and access.is_sales_channel]


def _values(
    data: Mapping[str, Any],
    resource: Declared,
    sendable: Collection[str],
    members: tuple[str, ...],
) -> Values:
    for member in ("attributes", "relationships"):
        if not isinstance(data.get(member, {}), dict):
            raise refusal("INVALID_DATA_FORMAT")
    for member, value in data.items():
        if member == "attributes":
            _check_allowed(value, resource.attributes, sendable)
            _check_size(value, resource.attributes)
        elif member == "relationships":
            _check_allowed(value, resource.relationships, sendable)
        elif member not in members:
            raise refusal("PARAM_NOT_ALLOWED", name=member)
    relationships = data.get("relationships", {})
    linkages = {n: linkage_of(v, resource.relationships[n]) for n, v in relationships.items()}
    return Values(dict(data.get("attributes", {})), linkages)


def _check_allowed(
    names: Iterable[str], declared: Collection[str], sendable: Collection[str]
) -> None:
    for name in names:
        if name not in declared or name not in sendable:
            raise refusal("PARAM_NOT_ALLOWED", name=name)


def _check_size(values: Mapping[str, Any], declared: Mapping[str, Attribute]) -> None:
    """Refuse objects and lists with more values than any client sends.

    What is taken in by an effect, the rows of an import, has limits of its own.
    """
    for name, value in values.items():
        if isinstance(value, NESTED) and not declared[name].effect:
            require_at_most(members(value), MOST_NESTED, f"values in {name}")


def linkage_of(value: Any, relationship: Relationship) -> Linkage:
    """Return the resource linkage that a relationship object says, each member once.

    Raises:
        Refusal: 400; it is none, or leads to a type that the relationship does not.
    """
    if not isinstance(value, dict) or "data" not in value:
        raise _malformed(relationship)
    data = value["data"]
    if relationship.many:
        if not isinstance(data, list):
            raise _malformed(relationship)
        require_at_most(len(data), MOST_LINKED, f"members of {relationship.name}")
        return list(dict.fromkeys(_identifier(item, relationship) for item in data))
    return None if data is None else _identifier(data, relationship)


def _identifier(data: Any, relationship: Relationship) -> Target:
    """Return the target of a resource identifier: clients send whole resources as they got them."""
    if not isinstance(data, dict) or not data.keys() >= {"type", "id"}:
        raise _malformed(relationship)
    type_, id_ = data["type"], data["id"]
    if not isinstance(type_, str) or type_ not in relationship.accepted:
        raise refusal("TYPE_MISMATCH", name=shown(type_))
    if not isinstance(id_, str) or not id_:
        raise refusal("INVALID_FIELD_VALUE", value=shown(id_), name="id")
    return type_, id_


def _malformed(relationship: Relationship) -> Refusal:
    type_ = next(iter(relationship.types), "...")
    identifier = f'{{"type": "{type_}", "id": "..."}}'
    example = f'{{"data": [{identifier}]}}' if relationship.many else f'{{"data": {identifier}}}'
    why = reason("linkage_malformed", name=relationship.name, example=example)
    return refusal("INVALID_LINKS_OBJECT", because=why)
