"""The language of expectations: values, parts of objects, patterns, and how an answer differs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from string import Template
from typing import Any

from mockserver.late_dataclass import dataclass

Names = Mapping[str, str]


class Expectation(ABC):
    """An expectation that is no single value."""

    @abstractmethod
    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield how a value differs, each by the path to it."""

    def filled(self, names: Names) -> Expectation:  # noqa: ARG002 - for those that hold texts
        """Return the expectation with ``$name`` replaced in its texts."""
        return self


@dataclass(frozen=True, slots=True)
class Pattern(Expectation):
    """Any text that a regular expression matches as a whole."""

    expression: str

    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield that it is another text, or none."""
        if not isinstance(actual, str) or not re.fullmatch(self.expression, actual):
            yield f"{path}: {actual!r} does not match {self.expression}"

    def filled(self, names: Names) -> Pattern:
        """Return the pattern with the names in it."""
        return Pattern(Template(self.expression).safe_substitute(names))


@dataclass(frozen=True, slots=True)
class Members(Expectation):
    """An object with these members, in this order, and no other but those that it may have."""

    names: tuple[str, ...]
    perhaps: frozenset[str] = frozenset()

    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield that the members are others, or in another order."""
        if not isinstance(actual, dict):
            yield f"{path}: {actual!r} is no object"
        elif (found := self._sure(actual)) != (names := self._sure(self.names)):
            yield f"{path}: has {', '.join(found)} instead of {', '.join(names)}"

    def _sure(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self.perhaps)


@dataclass(frozen=True, slots=True)
class SomeMember(Expectation):
    """A list with at least one member like this."""

    like: Any

    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield that there is none."""
        if not any(not list(differences(self.like, each)) for each in _items(actual)):
            yield f"{path}: nothing in it is like {self.like!r}"

    def filled(self, names: Names) -> SomeMember:
        """Return the same with the names in it."""
        return SomeMember(filled(self.like, names))


@dataclass(frozen=True, slots=True)
class EachMember(Expectation):
    """A list whose members are all like this."""

    like: Any

    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield how each of them differs."""
        for number, each in enumerate(_items(actual)):
            yield from differences(self.like, each, f"{path}[{number}]")

    def filled(self, names: Names) -> EachMember:
        """Return the same with the names in it."""
        return EachMember(filled(self.like, names))


@dataclass(frozen=True, slots=True)
class OfKind(Expectation):
    """Any value of a Python type."""

    type_: type

    def differs(self, actual: Any, path: str) -> Iterator[str]:
        """Yield that it is of another one: true is no number to JSON."""
        if type(actual) is not self.type_:
            yield f"{path}: {actual!r} is no {self.type_.__name__}"


class Absent:
    """No such member."""


ABSENT = Absent()


def filled(value: Any, names: Names) -> Any:
    """Return a value with ``$name`` replaced in all its texts."""
    match value:
        case Expectation():
            return value.filled(names)
        case str():
            return Template(value).safe_substitute(names)
        case dict():
            return {filled(key, names): filled(each, names) for key, each in value.items()}
        case list():
            return [filled(each, names) for each in value]
    return value


def differences(expected: Any, actual: Any, path: str = "") -> Iterator[str]:
    """Yield how a value differs from what is expected, each by the path to it.

    An object has to have the members that are expected, and may have others; a list has as many.
    """
    if isinstance(expected, Expectation):
        yield from expected.differs(actual, path)
    elif isinstance(expected, dict):
        yield from _of_object(expected, actual, path)
    elif isinstance(expected, list):
        yield from _of_list(expected, actual, path)
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path}: {actual!r} instead of {expected!r}"


def _of_object(expected: Mapping[str, Any], actual: Any, path: str) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{path}: {actual!r} is no object"
        return
    for name, wanted in expected.items():
        place = f"{path}.{name}" if path else name
        if wanted is ABSENT:
            if name in actual:
                yield f"{place}: is there"
        elif name not in actual:
            yield f"{place}: is missing"
        else:
            yield from differences(wanted, actual[name], place)


def _of_list(expected: list[Any], actual: Any, path: str) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        yield f"{path}: {actual!r} instead of {len(expected)} members"
        return
    for number, (wanted, each) in enumerate(zip(expected, actual, strict=True)):
        yield from differences(wanted, each, f"{path}[{number}]")


def _items(actual: Any) -> list[Any]:
    return actual if isinstance(actual, list) else []
