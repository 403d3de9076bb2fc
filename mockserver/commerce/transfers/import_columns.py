"""The columns of an import: what their values hold, and what is told of those that are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from mockserver.errors import RULES, ErrorObject, Refusal
from mockserver.schema.flags import Flags

#: What an error of the whole record is logged under, as the real service's framework does.
BASE = "base"
MUST_EXIST = RULES["required"]
NOT_ALLOWED = "is not allowed"
#: The beginnings of JSON in a cell of CSV.
OPENING = ("{", "[")
#: The kinds of attributes that are JSON in a cell of CSV.
NESTED = frozenset({"object", "array"})


class Rejected(Exception):  # noqa: N818 - what becomes of the row
    """A row cannot be taken in.

    Attributes:
        messages: what is wrong, by column.
    """

    def __init__(self, messages: Mapping[str, list[str]]) -> None:
        """Reject for these reasons."""
        super().__init__(messages)
        self.messages = messages


@contextmanager
def within(name: str) -> Iterator[None]:
    """Tell what is wrong with a row inside another one under the name it has there."""
    try:
        yield
    except Rejected as rejected:
        inner = {f"{name}.{n}": texts for n, texts in rejected.messages.items()}
        raise Rejected(inner) from None


def is_open(flags: Flags) -> bool:
    """Say whether a client can set a member at all."""
    return flags.creatable or flags.updatable


def opened(value: Any) -> Any:
    """Return the value of a cell of CSV: that of its JSON, if it is some."""
    if isinstance(value, str) and value.lstrip().startswith(OPENING):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def listed(value: Any) -> list[Any]:
    """Return a list, perhaps one of texts with commas between them."""
    if isinstance(value, str):
        return [item for item in map(str.strip, value.split(",")) if item]
    return value if isinstance(value, list) else [] if value is None else [value]


def unzipped(value: Any) -> list[Any]:
    """Return a list; columns of CSV, each with a text of commas, become a list of objects."""
    if not isinstance(value, dict):
        return listed(value)
    columns = {name: listed(texts) for name, texts in value.items()}
    length = max(map(len, columns.values()), default=0)
    return [
        {name: texts[index] for name, texts in columns.items() if index < len(texts)}
        for index in range(length)
    ]


def messages_of(refused: Refusal) -> dict[str, list[str]]:
    """Return the messages of a refusal by name, in the words of import logs."""
    messages: dict[str, list[str]] = {}
    for error in refused.errors:
        name, text = _message(error)
        messages.setdefault(name, []).append(text)
    return messages


def _message(error: ErrorObject) -> tuple[str, str]:
    pointer = error.get("source", {}).get("pointer", "")
    _, _, name = pointer.removeprefix("/data").rpartition("/")
    if not name:
        return BASE, error["title"] if pointer else error["detail"]
    # A required relationship is told of otherwise here (conventions.md §16.2).
    is_missing = "/relationships/" in pointer and error["meta"]["error"] == "blank"
    return name, MUST_EXIST if is_missing else error["title"]
