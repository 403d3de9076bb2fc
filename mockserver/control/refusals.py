"""How the control plane refuses: the same error objects as the API, with a pointer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError

from mockserver.control.pointers import pointers
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
        raise refused(error, base) from None


def refused(error: ValidationError, base: str = "") -> Refusal:
    """Return the refusal of what a schema found wrong, one error object for each member."""
    found = pointers(error, base)
    return Refusal([_error(e["pointer"], e["detail"], "Invalid", 422) for e in found])


def _error(pointer: str, detail: str, title: str, status: int) -> ErrorObject:
    return {
        "title": title,
        "detail": detail,
        "code": title.upper().replace(" ", "_"),
        "source": {"pointer": pointer},
        "status": str(status),
    }
