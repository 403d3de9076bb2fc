"""Event reactions: records follow the events of those they lead to, as their types declare."""

from __future__ import annotations

from mockserver.engine.relationships import points_at
from mockserver.resources.registry import derived, registry
from mockserver.schema.protocols import Engine, Job
from mockserver.schema.relationships import Relationship

Follower = tuple[str, str, Relationship, Job]


def follow(engine: Engine, type_: str, id_: str, event: str) -> None:
    """Have done what the declarations want done when an event happens to what they lead to."""
    for other, name, relationship, doing in followers(type_, event):
        for record in engine.find(other, points_at(type_, id_, name, relationship)):
            doing(engine, record)


@derived
def followers(type_: str, event: str) -> tuple[Follower, ...]:
    """Return every stored relationship to the type whose declaration follows the event."""
    return tuple(
        (other, name, relationship, resource.follows[name][event])
        for other, resource in registry().items()
        for name, relationship in {**resource.relationships, **resource.hidden}.items()
        if event in resource.follows.get(name, ()) and type_ in relationship.accepted
    )
