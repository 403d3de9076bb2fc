"""The plan of writing a record, made once for each type: what may be sent, and what is asked of it.

Change sets of the engine, request documents and the library's ``load`` go by the same plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from mockserver.late_dataclass import dataclass
from mockserver.schema.declared import Declared
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Effect
from mockserver.schema.relationships import Relationship

Flag = Literal["creatable", "updatable"]
FLAGS: Sequence[Flag] = ("creatable", "updatable")
Attributes = Sequence[tuple[str, Attribute]]


@dataclass(frozen=True, slots=True)
class WritePlan:
    """How the records of a type are written, as far as its declaration settles that.

    Attributes:
        initial: by stored attribute: its value where none is sent, or a function of the change.
        plain: the attributes that are stored as they are sent.
        effects: those that do more than being stored.
        required: those that may have to be there: what the record holds, and what is sent to an
            effect that leaves nothing of it behind.
        ruled: those with rules, and those that are unique.
        lists: the relationships whose ids the record holds as a list.
        needed: those that may have to lead somewhere.
        sendable: the members that requests may set, by flag and by whether a sales channel asks.
    """

    initial: Mapping[str, Any]
    plain: Collection[str]
    effects: Sequence[tuple[str, Attribute, Effect]]
    required: Attributes
    ruled: Attributes
    lists: Sequence[str]
    needed: Sequence[tuple[str, Relationship]]
    sendable: Mapping[tuple[Flag, bool], Collection[str]]


@cache
def write_plan(resource: Declared) -> WritePlan:
    """Return the plan of a type; what has an order is in that of the wire."""
    attributes, linked = resource.attributes.items(), resource.relationships.items()
    stored = [(name, attribute) for name, attribute in attributes if attribute.stored]
    return WritePlan(
        initial={name: attribute.initial for name, attribute in stored},
        plain=frozenset(name for name, attribute in stored if not attribute.effect),
        effects=[(name, a, a.effect) for name, a in attributes if a.effect],
        required=[(n, a) for n, a in attributes if a.presence and a.stored is not bool(a.effect)],
        ruled=[(name, a) for name, a in attributes if a.validators or a.unique],
        lists=[name for name, member in linked if member.stored and member.many],
        needed=[(name, member) for name, member in linked if member.presence],
        sendable={
            (flag, is_limited): frozenset(_sendable(resource, flag, is_limited=is_limited))
            for flag in FLAGS
            for is_limited in (False, True)
        },
    )


def _sendable(resource: Declared, flag: Flag, *, is_limited: bool) -> Iterator[str]:
    members: Mapping[str, Attribute | Relationship]
    members = {**resource.attributes, **resource.relationships}
    for name, member in members.items():
        if getattr(member.flags, flag) and not (is_limited and member.closed_to_sales_channels):
            yield name
