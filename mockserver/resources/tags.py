"""Tags (contract: customers.md §10, neighbours.md §17)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.protocols import Change
from mockserver.schema.validations import Format
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores


def name_length(change: Change) -> None:
    """Check a new name against the length the organization allows."""
    name, limit = change.record.get("name") or "", change.engine.setting("tags_max_name_length")
    if len(name) > limit and name != (change.before or {}).get("name"):
        change.invalid("name", "too_long", count=limit)


class Tag(Resource, type_="tags"):
    """A label that resources of many types can carry."""

    checks: ClassVar = (name_length,)

    name = attribute(
        "string", "CURfs", required=True, unique=True, validate=Format(r"[0-9A-Za-z_-]+")
    )
    base = base_attributes()

    event_stores = event_stores()
