"""Errors in a rule, by JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError


def pointers(error: ValidationError, base: str = "") -> list[dict[str, str]]:
    """Return every complaint as ``{"pointer", "detail"}``, in the order of the declaration.

    Args:
        error: what a schema raised.
        base: the pointer to what was loaded.
    """
    return [{"pointer": pointer, "detail": text} for pointer, text in _flat(error.messages, base)]


def _flat(messages: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            own = at if _is_wrapper(name, inner) else f"{at}/{escaped(str(name))}"
            yield from _flat(inner, own)
    elif isinstance(messages, list):
        for message in messages:
            yield from _flat(message, at)
    else:
        yield at, str(messages)


def _is_wrapper(name: object, inner: Any) -> bool:
    """Say whether a level is the library's own: the whole schema, a mapping's key or value."""
    return name == "_schema" or (name in ("key", "value") and not isinstance(inner, Mapping))


def escaped(name: str) -> str:
    """Return a member name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
