"""Blocks of members, and how the members of a class become those of a declaration."""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow_jsonapi import Schema

from mockserver.schema.internals import Internal
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship


class Block:
    """Members that are declared as one, and stand in its place."""

    def members(self, name: str) -> Mapping[str, Any]:
        """Return the members by name, given the name the block is declared under."""
        raise NotImplementedError


class Named(Block):
    """Members with names of their own."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        """Declare the members."""
        self._members = members

    def members(self, name: str) -> Mapping[str, Any]:  # noqa: ARG002 - they have their own
        """Return the members as they are, those of inner blocks in their place."""
        return expanded(self._members)


def expanded(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members in wire order, those of blocks in place of the blocks."""
    found: dict[str, Any] = {}
    for key, member in members.items():
        found.update(member.members(key) if isinstance(member, Block) else {key: member})
    return found


class Declaration(type(Schema)):  # type: ignore[misc]  # the library is untyped
    """Makes the class of a declaration: its blocks give place to their members, in wire order.

    Most declarations are only read. What the library makes of a class, it makes when a schema of
    it is asked for.
    """

    #: By name, in wire order, those of the bases first; who reads ``hidden`` knows who is left out.
    members: Mapping[str, Attribute | Relationship]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], words: dict[str, Any], type_: str = ""
    ) -> Declaration:
        """Return the class; without a type it is what several declarations share."""
        others: dict[str, Any] = {}
        members, internals = _inherited(bases, "members"), _inherited(bases, "internals")
        for key, word in expanded(words).items():
            if isinstance(word, Attribute | Relationship):
                members[key] = word
            elif isinstance(word, Internal):
                internals[key] = word
            else:
                others[key] = word
        others |= {"type_": type_, "Meta": type("Meta", (), {"type_": type_})}
        made: Declaration = ABCMeta.__new__(mcs, name, bases, others)
        made.members, made.internals = members, internals
        return made

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        words: dict[str, Any],
        type_: str = "",  # noqa: ARG002 - Python tells both of the class keywords
    ) -> None:
        """Name the members of the class by kind, in wire order."""
        ABCMeta.__init__(cls, name, bases, words)
        for key, member in cls.members.items():
            member.name = key
        linked = {n: m for n, m in cls.members.items() if isinstance(m, Relationship)}
        cls.attributes = {n: m for n, m in cls.members.items() if isinstance(m, Attribute)}
        cls.relationships = {n: m for n, m in linked.items() if not m.hidden}
        cls.hidden = {n: m for n, m in linked.items() if m.hidden}
        cls.owner = next((n for n, r in linked.items() if r.owner), None)

    def __call__(cls, **options: Any) -> Any:
        """Return a schema of the library, whose class is finished first."""
        if "opts" not in vars(cls):
            from mockserver.schema.fields import field_of  # noqa: PLC0415 - only for a schema

            cls.opts = cls.OPTIONS_CLASS(cls.Meta, ordered=False)
            cls._declared_fields = {name: field_of(m) for name, m in cls.members.items()}
            cls._hooks = cls.resolve_hooks()
        return super().__call__(**options)


def _inherited(bases: Iterable[type], name: str) -> dict[str, Any]:
    return {n: m for base in bases for n, m in getattr(base, name, {}).items()}
