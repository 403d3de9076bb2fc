"""Refusals and requests that many rules have in common (conventions.md §6, §16)."""

from __future__ import annotations

from typing import Any

from mockserver.verification.expected import Pattern

CUSTOMERS = "/api/customers"
ID = Pattern("[A-Za-z]{10}")
MOMENT = Pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID = Pattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODY = "zzzzzzzzzz"


def refused(status: int, code: str, title: str, detail: Any) -> dict[str, Any]:
    """Return the body of a refusal with one error."""
    error = {"title": title, "detail": detail, "code": code, "status": str(status)}
    return {"errors": [error]}


def not_allowed(name: str) -> dict[str, Any]:
    """Return the refusal of a member that may not be sent."""
    return refused(400, "PARAM_NOT_ALLOWED", "Param not allowed", f"{name} is not allowed.")


def missing(name: str) -> dict[str, Any]:
    """Return the refusal of a body without a member that it needs."""
    detail = f"The required parameter, {name}, is missing."
    return refused(400, "PARAM_MISSING", "Missing Parameter", detail)


def invalid(pointer: str, detail: str, rule: str, **meta: Any) -> dict[str, Any]:
    """Return a refusal by a validation."""
    return {
        "errors": [
            {
                "title": detail,
                "detail": f"{pointer.rpartition('/')[2]} - {detail}",
                "code": "VALIDATION_ERROR",
                "source": {"pointer": f"/data/{pointer}"},
                "status": "422",
                "meta": {"error": rule, **meta},
            }
        ]
    }


NOT_FOUND = refused(
    404,
    "RECORD_NOT_FOUND",
    "Record not found",
    "The requested resource was not found. Please double-check the resource id.",
)
INVALID_TOKEN = refused(
    401, "INVALID_TOKEN", "Invalid token", "The access token you provided is invalid."
)


def page_value(detail: str) -> dict[str, Any]:
    """Return the refusal of a page that there cannot be."""
    return refused(400, "INVALID_PAGE_VALUE", "Invalid page value", detail)


def document(type_: str, id_: str | None = None, **members: Any) -> dict[str, Any]:
    """Return the body of a create or update request."""
    return {"data": {**({"id": id_} if id_ else {}), "type": type_, **members}}


def customer(name: str, **attributes: Any) -> dict[str, Any]:
    """Return the body that makes a customer whose email begins with the run."""
    sent = {"email": f"$run-{name}@example.com", "reference": "$run", **attributes}
    return document("customers", attributes=sent)


def to_group(id_: str) -> dict[str, Any]:
    """Return a linkage to a group."""
    return {"customer_group": {"data": {"type": "customer_groups", "id": id_}}}
