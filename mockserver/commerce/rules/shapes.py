"""Shapes of JSON values, put together from small ones: each finds what is wrong, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple


class Violation(NamedTuple):
    """Something that is not as it should be.

    Attributes:
        pointer: where, as a JSON pointer.
        reason: how it should be, ``must be a text`` for instance.
    """

    pointer: str
    reason: str


#: Yields what is wrong with a value that stands at a pointer.
Shape = Callable[[Any, str], Iterator[Violation]]


def satisfying(test: Callable[[Any], bool], reason: str) -> Shape:
    """Return the shape of the values that pass a test."""

    def shape(value: Any, at: str) -> Iterator[Violation]:
        if not test(value):
            yield Violation(at, reason)

    return shape


def whole(value: Any) -> bool:
    """Say whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def at_least(limit: int) -> Shape:
    """Return the shape of whole numbers from a limit on."""
    return satisfying(
        lambda value: whole(value) and value >= limit, f"must be a whole number, {limit} or more"
    )


def one_of(*values: str) -> Shape:
    """Return the shape of a text that is one of these."""
    known = f"must be one of {', '.join(values)}"
    return satisfying(lambda value: isinstance(value, str) and value in values, known)


def members(
    required: Mapping[str, Shape], optional: Mapping[str, Shape], *excluding: Sequence[str]
) -> Shape:
    """Return the shape of an object: its members, and those that exclude each other."""
    known = {**required, **optional}

    def shape(value: Any, at: str) -> Iterator[Violation]:
        if not isinstance(value, dict):
            yield Violation(at, "must be an object")
            return
        for name in required.keys() - value.keys():
            yield Violation(f"{at}/{name}", "is required")
        for name, member in value.items():
            yield from known.get(name, unknown)(member, f"{at}/{token(name)}")
        for names in excluding:
            if len(value.keys() & set(names)) > 1:
                yield Violation(at, f"must not have both {' and '.join(names)}")

    return shape


def token(name: str) -> str:
    """Return a name as a JSON pointer writes it."""
    return name.replace("~", "~0").replace("/", "~1")


def array_of(shape: Shape, least: int = 0) -> Shape:
    """Return the shape of a list whose members are of a shape, so many at least."""

    def array(value: Any, at: str) -> Iterator[Violation]:
        if not isinstance(value, list):
            yield Violation(at, "must be an array")
        elif len(value) < least:
            yield Violation(at, f"must have {least} or more members")
        else:
            yield from chain.from_iterable(
                shape(each, f"{at}/{index}") for index, each in enumerate(value)
            )

    return array


def unknown(_: Any, at: str) -> Iterator[Violation]:
    """Yield that a member is none of those there may be."""
    yield Violation(at, "is not known")


TEXT = satisfying(lambda value: isinstance(value, str), "must be a text")
FILLED = satisfying(
    lambda value: isinstance(value, str) and bool(value.strip()),
    "must be a text that says something",
)
WHOLE = satisfying(whole, "must be a whole number")
FLAG = satisfying(lambda value: isinstance(value, bool), "must be true or false")
