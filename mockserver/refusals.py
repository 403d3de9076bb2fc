"""Refusals of the control plane: the same error objects as the API, with a pointer."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from marshmallow import Schema, ValidationError

from mockserver.errors import ErrorObject, Refusal
from mockserver.pointers import pointers

#: What marshmallow says of a member that a schema does not know.
UNKNOWN = "Unknown field."
#: What it says of a value that is none of some words begins so, and goes on with these.
CHOICES = "Must be one of: "


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
    """Return the content of a request body, by its schema.

    Raises:
        Refusal: 422, one error object for each member that is wrong, with its pointer.
    """
    try:
        return schema.load(body)
    except ValidationError as error:
        raise refused(error, base, schema) from None


def refused(error: ValidationError, base: str = "", schema: Schema | None = None) -> Refusal:
    """Return the refusal of what a schema found wrong, one error object for each member.

    Args:
        error: what it raised.
        base: the pointer to what was loaded.
        schema: which it was, for what may have been meant.
    """
    found = pointers(error, base)
    errors = [_error(e["pointer"], e["detail"], "Invalid", 422) for e in found]
    notes = {}
    for at, detail in ((e["pointer"], e["detail"]) for e in found):
        names = at.removeprefix(base).split("/")[1:]
        if detail == UNKNOWN and schema:
            notes[at] = _meant(schema, names)
        elif detail.startswith(CHOICES):
            notes[at] = _chosen(error.data, names, detail)
    return Refusal(errors, {}, None, notes)


def _chosen(data: Any, names: list[str], detail: str) -> str:
    """Return which word may have been meant by a value that is none of those it can be."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    words = detail.removeprefix(CHOICES).removesuffix(".").split(", ")
    near = get_close_matches(str(data), words, 1)
    return f"Did you mean {near[0]}?" if near else ""


def _meant(schema: Any, names: list[str]) -> str:
    """Return which member may have been meant by one that a schema does not know."""
    for name in names[:-1]:
        schema = getattr(schema.fields.get(name), "schema", None)
        if schema is None:
            return ""
    near = get_close_matches(names[-1], schema.fields, 1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(schema.fields)}."


def _error(pointer: str, detail: str, title: str, status: int) -> ErrorObject:
    return {
        "title": title,
        "detail": detail,
        "code": title.upper().replace(" ", "_"),
        "source": {"pointer": pointer},
        "status": str(status),
    }
