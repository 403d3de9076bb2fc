"""Results of calls: mappings whose members are attributes too, however deep they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Result(dict[str, Any]):
    """A JSON object: ``made["email"]`` and ``made.email`` are the same.

    Members that are called like a method of ``dict`` (``items``, ``values``) are items alone.
    """

    def __getattr__(self, name: str) -> Any:
        """Return a member.

        Raises:
            AttributeError: there is none; it names those there are.
        """
        try:
            return self[name]
        except KeyError:
            message = f"there is no {name!r}; there are: {', '.join(self)}"
            raise AttributeError(message) from None

    def __dir__(self) -> Iterable[str]:
        """Return the names that can be completed: the members first of all."""
        return [*self, *super().__dir__()]


def result(value: Any) -> Any:
    """Return JSON with results for objects; anything else as it is."""
    if isinstance(value, dict):
        return Result({name: result(inner) for name, inner in value.items()})
    return [result(inner) for inner in value] if type(value) is list else value


def one(value: dict[str, Any]) -> Result:
    """Return an object as a result."""
    return value if isinstance(value, Result) else Result(result(value))


def many(values: Iterable[dict[str, Any]]) -> list[Result]:
    """Return objects as results."""
    return [one(value) for value in values]


def plain(value: Any) -> Any:
    """Return a result with dictionaries for the results inside, as whoever takes JSON expects."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([plain(inner) for inner in value])
    return value
