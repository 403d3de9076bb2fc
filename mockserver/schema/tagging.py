"""Tags on a resource: the relationship, and adding and removing by name (customers.md §10)."""

from __future__ import annotations

from mockserver.schema.blocks import Block
from mockserver.schema.protocols import Change
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import attribute, named, to_many
from mockserver.storage.conditions import Compare


def tagging() -> Block:
    """Declare ``_add_tags`` and ``_remove_tags``: additions come first, removals last."""
    return named(
        _add_tags=attribute("string", "U", effect=add_tags, prohibited=True),
        _remove_tags=attribute("string", "U", effect=remove_tags, prohibited=True),
    )


def tags_relationship() -> Relationship:
    """Declare ``tags``."""
    return to_many("tags", "CURf", prohibited=True)


def add_tags(change: Change, names: str | None) -> None:
    """Add the tags with these comma-separated names; what is not a tag's name is dropped."""
    held = _held(change)
    added = [id_ for id_ in _named(change, names) if id_ not in held]
    if added:
        change.record["tags"] = [*held, *added]


def remove_tags(change: Change, names: str | None) -> None:
    """Remove the tags with these comma-separated names."""
    held = _held(change)
    removed = set(_named(change, names)).intersection(held)
    if removed:
        change.record["tags"] = [id_ for id_ in held if id_ not in removed]


def tag_limit(change: Change) -> None:
    """Check that the list, when it has new members, is not longer than the organization allows."""
    before = (change.before or {}).get("tags") or ()
    held = _held(change)
    if set(held).issubset(before):
        return
    limit = change.engine.setting("tags_max_allowed_number")
    if len(held) > limit:
        change.invalid("tags", "too_many_tags", count=limit)


def _held(change: Change) -> list[str]:
    return list(change.record.get("tags") or ())


def _named(change: Change, names: str | None) -> list[str]:
    """Return the ids of the tags, each once, in the order they are named."""
    wanted = dict.fromkeys(name.strip() for name in (names or "").split(","))
    found = change.engine.find("tags", Compare("name", "in", frozenset(wanted)))
    ids = {tag["name"]: tag["id"] for tag in found}
    return [ids[name] for name in wanted if name in ids]
