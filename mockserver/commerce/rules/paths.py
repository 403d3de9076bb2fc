"""Paths in dots through a payload, and the items that lie on them (commerce.md §7.1).

A payload is plain nested values: an object by its members, a to-many as a list of objects. A path
begins with the name of what the payload is about, ``order.line_items.sku.code``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.late_dataclass import dataclass

Path = tuple[str, ...]


def path(text: str) -> Path:
    """Return the steps of a path."""
    return tuple(text.split("."))


def values_at(value: Any, steps: Sequence[str]) -> list[Any]:
    """Return the values at the end of steps, one for each way through the lists between."""
    return [leaf for leaf in _leaves(value, steps) if leaf is not None]


def _leaves(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _leaves(each, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict):
        yield from _leaves(value.get(steps[0]), steps[1:])


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Where paths are looked up: the payload, and perhaps the one item that is looked at.

    Attributes:
        payload: by the names that paths begin with.
        prefix: the path of the list that the item is of; empty where all of it is looked at.
        item: that item.
    """

    payload: dict[str, Any]
    prefix: Path = ()
    item: Any = None

    def at(self, prefix: Path, item: Any) -> Viewpoint:
        """Return the same payload, looked at with one item of a list."""
        return Viewpoint(self.payload, prefix, item)

    def values(self, steps: Path) -> list[Any]:
        """Return the values at the end of a path: by way of the item, where it passes its list."""
        if self.prefix and steps[: len(self.prefix)] == self.prefix:
            return values_at(self.item, steps[len(self.prefix) :])
        return values_at(self.payload, steps)

    def items(self, steps: Path, *, as_arrays: bool = False) -> tuple[Path, list[Any]]:
        """Return the items that a path passes, behind the path to their list.

        They are the members of its first list; what is matched as an array is the last list, so
        that the items are those of the list before. Without such a list it is all one item.
        """
        if self.prefix and steps[: len(self.prefix)] == self.prefix:
            return self.prefix, [self.item]
        lists = _lists(self.payload, steps)
        if len(lists) <= as_arrays:
            return steps[:1], values_at(self.payload, steps[:1])
        return lists[0], values_at(self.payload, lists[0])


def _lists(value: Any, steps: Path) -> list[Path]:
    """Return the paths along these steps that lead to a list."""
    found, now = [], [value]
    for length, step in enumerate(steps, start=1):
        members = [each[step] for each in now if isinstance(each, dict) and step in each]
        if any(isinstance(member, list) for member in members):
            found.append(steps[:length])
        now = [each for member in members for each in _members(member)]
    return found


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
