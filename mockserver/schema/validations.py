"""The validation rules that a declaration can give an attribute, each a small frozen value.

A rule is a validator of the underlying library. It looks at a cast value that is not blank and
names what is broken, in the words of conventions.md §16.2.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError
from marshmallow.validate import Validator

from mockserver.errors import RULES
from mockserver.late_dataclass import dataclass

Broken = tuple[str, dict[str, Any]]
#: What ``validate`` takes: rules, and whatever else the library calls a validator.
Validate = Callable[[Any], Any]


class InvalidError(ValidationError):
    """A value breaks a rule; the one message is the ``meta`` of the error object.

    Attributes:
        rule: a key of ``errors.RULES``.
        meta: what the rule adds: ``value``, ``count``.
    """

    def __init__(self, rule: str, **meta: Any) -> None:
        """Note the rule, and what it adds to the error."""
        super().__init__([{"error": rule, **meta}])
        self.rule = rule
        self.meta = meta

    def __str__(self) -> str:
        """Return the title of the error."""
        return RULES[self.rule].format(**self.meta)


class Validation(Validator):
    """A condition on one value."""

    @abstractmethod
    def broken(self, value: Any) -> Broken | None:
        """Return the rule's name and its ``meta`` when the value breaks it."""

    def __call__(self, value: Any) -> Any:
        """Return the value.

        Raises:
            InvalidError: the value breaks the rule.
        """
        broken = self.broken(value)
        if broken:
            raise InvalidError(broken[0], **broken[1])
        return value


@dataclass(frozen=True, slots=True)
class Length(Validation):
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
class Format(Validation):
    """The whole text matches a regular expression."""

    pattern: str

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        return None if re.fullmatch(self.pattern, value) else ("invalid", {"value": value})


@dataclass(frozen=True, slots=True)
class Inclusion(Validation):
    """One of a set of values."""

    values: frozenset[Any]

    def broken(self, value: Any) -> Broken | None:
        """Return ``inclusion`` with the value."""
        return None if value in self.values else ("inclusion", {"value": value})


@dataclass(frozen=True, slots=True)
class AtLeast(Validation):
    """A number not below the limit."""

    limit: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``greater_than_or_equal_to`` with the value and the limit."""
        if value >= self.limit:
            return None
        return "greater_than_or_equal_to", {"value": value, "count": self.limit}


@dataclass(frozen=True, slots=True)
class MoreThan(Validation):
    """A number above the limit."""

    limit: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``greater_than`` with the value and the limit."""
        if value > self.limit:
            return None
        return "greater_than", {"value": value, "count": self.limit}


@dataclass(frozen=True, slots=True)
class OtherThan(Validation):
    """Any number but one."""

    excluded: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``other_than`` with the value and the number."""
        if value != self.excluded:
            return None
        return "other_than", {"value": value, "count": self.excluded}


@dataclass(frozen=True, slots=True)
class AtMost(Validation):
    """A number not above the limit."""

    limit: float

    def broken(self, value: Any) -> Broken | None:
        """Return ``less_than_or_equal_to`` with the value and the limit."""
        if value <= self.limit:
            return None
        return "less_than_or_equal_to", {"value": value, "count": self.limit}


@dataclass(frozen=True, slots=True)
class Each(Validation):
    """A list whose members are all of one Python type."""

    type_: type

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        fits = all(isinstance(item, self.type_) for item in value)
        return None if fits else ("invalid", {"value": value})


#: Seconds since the epoch that can be printed: up to the end of the year 9998.
SECONDS = (AtLeast(0), AtMost(253_370_764_799))
