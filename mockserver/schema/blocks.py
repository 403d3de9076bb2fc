"""Blocks of members, and how the members of a class become those of a declaration."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from marshmallow_jsonapi import Schema

from mockserver.schema.internals import Internal
from mockserver.schema.members import Relationship


class Block(ABC):
    """Members that are declared as one, and stand in its place."""

    @abstractmethod
    def members(self, name: str) -> Mapping[str, Any]:
        """Return the members by name, given the name the block is declared under."""


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
    """Makes the class of a declaration: its blocks give place to their members, in wire order."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], members: dict[str, Any], type_: str = ""
    ) -> Declaration:
        """Return the class; without a type it is what several declarations share."""
        shown = expanded(members)
        internals = {n: shown.pop(n) for n, m in list(shown.items()) if isinstance(m, Internal)}
        inherited = {n: m for base in bases for n, m in getattr(base, "internals", {}).items()}
        options = type("Meta", (), {"type_": type_})
        made: Declaration = super().__new__(
            mcs,
            name,
            bases,
            {**shown, "type_": type_, "Meta": options, "internals": inherited | internals},
        )
        return made

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        members: dict[str, Any],
        type_: str = "",  # noqa: ARG002 - Python tells both of the class keywords
    ) -> None:
        """Finish the class as the library does, and name its members by kind, in wire order."""
        super().__init__(name, bases, members)
        declared: Mapping[str, Any] = cls._declared_fields
        for key, member in declared.items():
            member.name = key
        linked = {n: m for n, m in declared.items() if isinstance(m, Relationship)}
        cls.attributes = {n: m for n, m in declared.items() if n not in linked}
        cls.relationships = {n: m for n, m in linked.items() if not m.hidden}
        cls.hidden = {n: m for n, m in linked.items() if m.hidden}
        cls.owner = next((n for n, r in linked.items() if r.owner), None)

    def resolve_hooks(cls) -> Any:
        """Return the library's hooks: the base's, unless the class has some of its own.

        The library looks through every name of every class, which is a good part of a start.
        """
        own = any(hasattr(member, "__marshmallow_hook__") for member in vars(cls).values())
        inherited = getattr(cls.__mro__[1], "_hooks", None)
        return super().resolve_hooks() if own or inherited is None else inherited
