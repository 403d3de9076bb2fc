"""How the control plane refuses: the same error objects as the API, with a pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from mockserver.errors import ErrorObject, Refusal


def invalid(pointer: str, detail: str, *, title: str = "Invalid", status: int = 422) -> Refusal:
    """Return the refusal of one member of a request body.

    Args:
        pointer: JSON pointer to the member.
        detail: one sentence for the user.
        title: of the error object.
        status: of the answer.
    """
    return Refusal([_error(pointer, detail, title, status)])


def missing(what: str) -> Refusal:
    """Return the refusal of something that is not there: 404."""
    error = _error("", f"There is no {what}.", "Not found", 404)
    del error["source"]
    return Refusal([error])


def load(schema: Schema, body: Any, base: str = "") -> Any:
    """Return what a request body says, by its schema.

    Raises:
        Refusal: 422, one error object for each member that is wrong, with its pointer.
    """
    try:
        return schema.load(body)
    except ValidationError as error:
        raise Refusal(
            [_error(base + pointer, detail, "Invalid", 422) for pointer, detail in _flat(error)]
        ) from None


def _error(pointer: str, detail: str, title: str, status: int) -> ErrorObject:
    return {
        "title": title,
        "detail": detail,
        "code": title.upper().replace(" ", "_"),
        "source": {"pointer": pointer},
        "status": str(status),
    }


def _flat(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield (pointer, sentence) for every message of a validation error."""
    yield from _messages("", error.messages)


def _messages(pointer: str, messages: Any) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            own = "" if name in ("_schema", "value", "key") else f"/{_escaped(str(name))}"
            yield from _messages(pointer + own, inner)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for message in messages:
            yield from _messages(pointer, message)
    else:
        yield pointer, str(messages)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
