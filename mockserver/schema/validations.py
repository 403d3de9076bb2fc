"""The validation rules that a declaration can give an attribute, each a small frozen value.

A rule looks at a cast value that is not blank and names what is broken, in the words of
conventions §16.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

Broken = tuple[str, dict[str, Any]]


class Validation(Protocol):
    """A condition on one value."""

    def broken(self, value: Any) -> Broken | None:
        """Return the rule's name and its ``meta`` when the value breaks it."""


@dataclass(frozen=True, slots=True)
class Length:
    """So many characters."""

    minimum: int = 0
    maximum: int | None = None

    def broken(self, value: Any) -> Broken | None:
        """Return ``too_short`` or ``too_long`` with the limit."""
        if len(value) < self.minimum:
            return "too_short", {"count": self.minimum}
        if self.maximum is not None and len(value) > self.maximum:
            return "too_long", {"count": self.maximum}
        return None


@dataclass(frozen=True, slots=True)
class Format:
    """The whole text matches a regular expression."""

    pattern: str

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        return None if re.fullmatch(self.pattern, value) else ("invalid", {"value": value})


@dataclass(frozen=True, slots=True)
class Inclusion:
    """One of a set of values."""

    values: frozenset[Any]

    def broken(self, value: Any) -> Broken | None:
        """Return ``inclusion`` with the value."""
        return None if value in self.values else ("inclusion", {"value": value})


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number not below the limit."""

    limit: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``greater_than_or_equal_to`` with the value and the limit."""
        if value >= self.limit:
            return None
        return "greater_than_or_equal_to", {"value": value, "count": self.limit}


@dataclass(frozen=True, slots=True)
class AtMost:
    """A number not above the limit."""

    limit: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``less_than_or_equal_to`` with the value and the limit."""
        if value <= self.limit:
            return None
        return "less_than_or_equal_to", {"value": value, "count": self.limit}
