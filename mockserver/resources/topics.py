"""Topics of webhooks, and the paths their payloads may include (contract: customers.md §16)."""

from __future__ import annotations

from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import derived, registry
from mockserver.schema.validations import Broken, Validation
from mockserver.schema.vocabulary import MAXIMUM_INCLUDE_DEPTH


@derived
def topics() -> frozenset[str]:
    """Return every topic there is: ``{type}.{event}``."""
    return frozenset(
        f"{type_}.{event}" for type_, resource in registry().items() for event in resource.topics
    )


def type_of(topic: str) -> str:
    """Return the type a topic is about."""
    return topic.partition(".")[0]


def is_includable(type_: str, path: Any) -> bool:
    """Say whether a value is a path that documents of the type can include."""
    names = path.split(".") if isinstance(path, str) else []
    types = [registry()[type_]] if type_ in registry() else []
    for name in names:
        linked = [t.relationships[name] for t in types if name in t.relationships]
        if not any(relationship.includable for relationship in linked):
            return False
        beyond = dict.fromkeys(to for relationship in linked for to in relationship.types)
        types = [registry()[to] for to in beyond]
    return 0 < len(names) <= MAXIMUM_INCLUDE_DEPTH and all(names)


@dataclass(frozen=True, slots=True)
class KnownTopic(Validation):
    """One of the topics there are."""

    def broken(self, value: Any) -> Broken | None:
        """Return ``inclusion`` with the value."""
        return None if value in topics() else ("inclusion", {"value": value})
