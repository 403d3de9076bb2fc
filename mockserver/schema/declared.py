"""A resource type, as those see it that read its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship


class Declared(Protocol):
    """A resource type, as far as its members go."""

    @property
    def type_(self) -> str:
        """The type."""

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes, in wire order."""

    @property
    def relationships(self) -> Mapping[str, Relationship]:
        """The relationships, in wire order."""

    @property
    def singleton(self) -> str | None:
        """The path segment of a type that exists once, without an id."""
