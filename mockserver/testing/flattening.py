"""Records as tests write them, flat, and as JSON:API has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.clock import timestamp
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource

Json = dict[str, Any]


def plain_moment(value: Any) -> Any:
    """Return a moment as the API prints it, and anything else as it is."""
    return timestamp(value) if isinstance(value, datetime) else value


def unflattened(resource: type[Resource] | None, type_: str, values: Mapping[str, Any]) -> Json:
    """Return the resource object of flat values; without a resource all but the id are attributes.

    Ends of relationships are ids, or (type, id) where there are several types.
    """
    known = resource.relationships if resource else {}
    linked = {name: value for name, value in values.items() if name in known}
    found: Json = {
        "type": type_,
        "attributes": {
            name: plain_moment(value)
            for name, value in values.items()
            if name not in linked and name != "id"
        },
        "relationships": {
            name: {"data": _linkage(known[name], value)} for name, value in linked.items()
        },
    }
    return found | ({"id": values["id"]} if "id" in values else {})


def _linkage(relationship: Relationship, value: Any) -> Any:
    if value is None:
        return None
    if relationship.many and isinstance(value, list):
        return [_end(relationship, end) for end in value]
    return _end(relationship, value)


def _end(relationship: Relationship, value: Any) -> Json:
    type_, id_ = value if isinstance(value, tuple) else (relationship.types[0], value)
    return {"type": type_, "id": id_}
