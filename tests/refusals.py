"""The bodies of refusals, written down again from the contract (conventions.md §16)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from werkzeug.test import TestResponse

#: By code: the status, the title, and the detail where it is always the same.
CATALOGUE: dict[str, tuple[int, str, str]] = {
    "PARAM_MISSING": (400, "Missing Parameter", ""),
    "PARAM_NOT_ALLOWED": (400, "Param not allowed", ""),
    "INVALID_RESOURCE": (400, "Invalid resource", ""),
    "INVALID_DATA_FORMAT": (400, "Invalid data format", "Data must be a hash."),
    "INVALID_LINKS_OBJECT": (400, "Invalid Links Object", "Data is not a valid Links Object."),
    "TYPE_MISMATCH": (400, "Type Mismatch", ""),
    "KEY_NOT_INCLUDED_IN_URL": (400, "Key is not included in URL", ""),
    "KEY_ORDER_MISMATCH": (
        400,
        "A key is required",
        "The resource object does not contain a key.",
    ),
    "INVALID_FIELD": (400, "Invalid field", ""),
    "INVALID_FIELD_FORMAT": (400, "Invalid field format", "Fields must specify a type."),
    "INVALID_FIELD_VALUE": (400, "Invalid field value", ""),
    "INVALID_INCLUDE": (400, "Invalid field", ""),
    "INVALID_SORT_CRITERIA": (400, "Invalid sort criteria", ""),
    "FILTER_NOT_ALLOWED": (400, "Filter not allowed", ""),
    "INVALID_FILTERS_SYNTAX": (400, "Invalid filters syntax", ""),
    "INVALID_FILTER_VALUE": (400, "Invalid filter value", ""),
    "INVALID_PAGE_VALUE": (400, "Invalid page value", ""),
    "BAD_REQUEST": (400, "Bad Request", ""),
    "INVALID_TOKEN": (401, "Invalid token", "The access token you provided is invalid."),
    "UNAUTHORIZED": (
        401,
        "Access denied",
        "You are not authorized to perform this action on the requested resource.",
    ),
    "FORBIDDEN": (
        403,
        "Complete replacement forbidden",
        "Complete replacement forbidden for this relationship",
    ),
    "RECORD_NOT_FOUND": (
        404,
        "Record not found",
        "The requested resource was not found. Please double-check the resource id.",
    ),
    "METHOD_NOT_ALLOWED": (
        405,
        "Method not allowed",
        "The requested method is not allowed for this resource.",
    ),
    "NOT_ACCEPTABLE": (406, "Not acceptable", ""),
    "RECORD_NOT_UNIQUE": (
        409,
        "Record not unique",
        "The record you are trying to save violates a uniqueness constraint.",
    ),
    "PAYLOAD_TOO_LARGE": (413, "Payload too large", ""),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported media type", ""),
    "LOCKED": (423, "Locked resource", ""),
    "TOO_MANY_REQUESTS": (
        429,
        "Too many requests",
        "You have exceeded the rate limit. Please slow down and try again later.",
    ),
    "INTERNAL_SERVER_ERROR": (500, "Internal Server Error", "Internal Server Error"),
    "SERVICE_UNAVAILABLE": (503, "Service Unavailable", ""),
    "INSUFFICIENT_STORAGE": (507, "Insufficient Storage", ""),
}

Refused = tuple[int, str]


def error(code: str, detail: str = "") -> dict[str, Any]:
    """Return an error object of the catalogue."""
    status, title, always = CATALOGUE[code]
    return {"title": title, "detail": detail or always, "code": code, "status": str(status)}


def violation(pointer: str, title: str, rule: str, **meta: Any) -> dict[str, Any]:
    """Return the error object of a broken rule.

    Args:
        pointer: ``attributes/email`` for instance; empty for the record as a whole.
        title: the message.
        rule: its name.
        meta: what the rule says besides.
    """
    name = pointer.partition("/")[2]
    return {
        "title": title,
        "detail": f"{name} - {title}" if name else title,
        "code": "VALIDATION_ERROR",
        "source": {"pointer": f"/data/{pointer}" if pointer else "/data"},
        "status": "422",
        "meta": {"error": rule, **meta},
    }


def impossible(start: object, goal: str, state: str = "status") -> dict[str, Any]:
    """Return the error object of a state that cannot be reached from another.

    commerce.md §14.1.
    """
    title = f"cannot transition from {start} to {goal}"
    return violation(f"attributes/{state}", title, "invalid_transition")


def refused(code: str, detail: str = "") -> Refused:
    """Return status and exact body of a refusal with one error."""
    return refused_with([error(code, detail)])


def refused_with(errors: Sequence[dict[str, Any]]) -> Refused:
    """Return status and exact body of a refusal with these errors, members in order."""
    body = json.dumps({"errors": list(errors)}, separators=(",", ":"), ensure_ascii=False)
    return int(errors[0]["status"]), body


def got(answer: TestResponse) -> Refused:
    """Return status and exact body of an answer."""
    return answer.status_code, answer.text
