"""Linkages that the other end holds, written from this one."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.schema.protocols import Engine, Target
from mockserver.schema.relationships import Linkage, Relationship
from mockserver.storage.base import Record


def lead_here(
    engine: Engine, type_: str, record: Record, relationship: Relationship, linkage: Linkage
) -> None:
    """Let what is linked lead to a record that is stored, and nothing else.

    As in the framework, what is linked elsewhere moves here; what is left out lets go, or goes
    where it is nothing without this.
    """
    inverse, own = relationship.inverse or "", (type_, record["id"])
    wanted = linkage if isinstance(linkage, list) else [linkage] if linkage else []
    held = engine.linked(type_, record, str(relationship.name))
    for target in held:
        if target not in wanted:
            _let_go(engine, target, inverse)
    for target in wanted:
        if target not in held:
            engine.change(*target, {inverse: own})


def _let_go(engine: Engine, target: Target, inverse: str) -> None:
    if engine.registry[target[0]].relationships[inverse].presence is True:
        engine.remove(*target)
    else:
        engine.change(*target, {inverse: None})


def held_ids(
    engine: Engine, type_: str, record: Record, relationship: Relationship
) -> Sequence[str]:
    """Return the ids that a to-many leads to, whichever end holds them."""
    name = str(relationship.name)
    if relationship.inverse:
        return [id_ for _, id_ in engine.linked(type_, record, name)]
    return record.get(name) or ()
