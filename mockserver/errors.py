"""The catalogue of error objects: every refusal the API knows, as data.

A leaf, so that a declaration can refuse as well as the engine and the wire (conventions.md §16).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.late_dataclass import dataclass

ErrorObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One kind of refusal: its HTTP status, title and the template of its detail."""

    status: int
    title: str
    detail: str


CATALOGUE: Mapping[str, CatalogueEntry] = {
    "PARAM_MISSING": CatalogueEntry(
        400, "Missing Parameter", "The required parameter, {name}, is missing."
    ),
    "PARAM_NOT_ALLOWED": CatalogueEntry(400, "Param not allowed", "{name} is not allowed."),
    "INVALID_RESOURCE": CatalogueEntry(400, "Invalid resource", "{name} is not a valid resource."),
    "INVALID_DATA_FORMAT": CatalogueEntry(400, "Invalid data format", "Data must be a hash."),
    "INVALID_LINKS_OBJECT": CatalogueEntry(
        400, "Invalid Links Object", "Data is not a valid Links Object."
    ),
    "TYPE_MISMATCH": CatalogueEntry(
        400, "Type Mismatch", "{name} is not a valid type for this operation."
    ),
    "KEY_NOT_INCLUDED_IN_URL": CatalogueEntry(
        400, "Key is not included in URL", "The URL does not support the key {key}"
    ),
    "KEY_ORDER_MISMATCH": CatalogueEntry(
        400, "A key is required", "The resource object does not contain a key."
    ),
    "INVALID_FIELD": CatalogueEntry(
        400, "Invalid field", "{name} is not a valid field for {type}."
    ),
    "INVALID_FIELD_FORMAT": CatalogueEntry(
        400, "Invalid field format", "Fields must specify a type."
    ),
    "INVALID_FIELD_VALUE": CatalogueEntry(
        400, "Invalid field value", "{value} is not a valid value for {name}."
    ),
    "INVALID_INCLUDE": CatalogueEntry(
        400, "Invalid field", "{name} is not a valid includable relationship of {type}"
    ),
    "INVALID_SORT_CRITERIA": CatalogueEntry(
        400, "Invalid sort criteria", "{name} is not a valid sort criteria for {type}"
    ),
    "FILTER_NOT_ALLOWED": CatalogueEntry(400, "Filter not allowed", "{name} is not allowed."),
    "INVALID_FILTERS_SYNTAX": CatalogueEntry(
        400, "Invalid filters syntax", "{value} is not a valid syntax for filtering."
    ),
    "INVALID_FILTER_VALUE": CatalogueEntry(
        400, "Invalid filter value", "{value} is not a valid value for {name}."
    ),
    "INVALID_PAGE_VALUE": CatalogueEntry(400, "Invalid page value", "{reason}"),
    "BAD_REQUEST": CatalogueEntry(400, "Bad Request", "{reason}"),
    "INVALID_TOKEN": CatalogueEntry(
        401, "Invalid token", "The access token you provided is invalid."
    ),
    "UNAUTHORIZED": CatalogueEntry(
        401,
        "Access denied",
        "You are not authorized to perform this action on the requested resource.",
    ),
    "FORBIDDEN": CatalogueEntry(
        403,
        "Complete replacement forbidden",
        "Complete replacement forbidden for this relationship",
    ),
    "RECORD_NOT_FOUND": CatalogueEntry(
        404,
        "Record not found",
        "The requested resource was not found. Please double-check the resource id.",
    ),
    "METHOD_NOT_ALLOWED": CatalogueEntry(
        405, "Method not allowed", "The requested method is not allowed for this resource."
    ),
    "NOT_ACCEPTABLE": CatalogueEntry(
        406,
        "Not acceptable",
        "All requests must use the 'application/vnd.api+json' Accept without media type "
        "parameters. This request specified '{value}'.",
    ),
    "RECORD_NOT_UNIQUE": CatalogueEntry(
        409,
        "Record not unique",
        "The record you are trying to save violates a uniqueness constraint.",
    ),
    "PAYLOAD_TOO_LARGE": CatalogueEntry(
        413, "Payload too large", "The request body exceeds the maximum size of {size} bytes."
    ),
    "UNSUPPORTED_MEDIA_TYPE": CatalogueEntry(
        415,
        "Unsupported media type",
        "All requests that create or update must use the 'application/vnd.api+json' "
        "Content-Type. This request specified '{value}'.",
    ),
    "LOCKED": CatalogueEntry(
        423, "Locked resource", "Failed to destroy {class_name} with id={number}"
    ),
    "TOO_MANY_REQUESTS": CatalogueEntry(
        429,
        "Too many requests",
        "You have exceeded the rate limit. Please slow down and try again later.",
    ),
    "INTERNAL_SERVER_ERROR": CatalogueEntry(500, "Internal Server Error", "Internal Server Error"),
    "SERVICE_UNAVAILABLE": CatalogueEntry(503, "Service Unavailable", "{reason}"),
    "INSUFFICIENT_STORAGE": CatalogueEntry(507, "Insufficient Storage", "{reason}"),
}

#: The title of each validation rule; ``{count}`` is the limit it names (conventions.md §16.2).
RULES: Mapping[str, str] = {
    "blank": "can't be blank",
    "taken": "has already been taken",
    "invalid": "is invalid",
    "too_short": "is too short (minimum is {count} characters)",
    "too_long": "is too long (maximum is {count} characters)",
    "too_many_tags": "is too long (maximum is {count} tags)",
    "inclusion": "is not included in the list",
    "not_a_number": "is not a number",
    "greater_than": "must be greater than {count}",
    "greater_than_or_equal_to": "must be greater than or equal to {count}",
    "equal_to": "must be equal to {count}",
    "other_than": "must be other than {count}",
    "less_than": "must be less than {count}",
    "less_than_or_equal_to": "must be less than or equal to {count}",
    "required": "must exist",
    "invalid_transition": "is not allowed in the current status",
    "impossible_transition": "cannot transition from {from} to {to}",
    "not_editable": "can't be changed",
    "after": "must be after {other}",
    "disabled": "is disabled",
    "out_of_stock": "is out of stock",
    "too_many_rules": "is too long (maximum is {count} rules)",
    "too_many_conditions": "is too long (maximum is {count} conditions)",
    "noent_coupon": "doesn't exist",
    "noent_gift_card": "doesn't exist",
    "noent_gift_card_or_coupon": "doesn't match any active gift card or coupon",
    "too_many_tiers": "is too long (maximum is {count} tiers)",
    "not_available": "is not available",
    "too_many_items": "is too long (maximum is {count} items)",
    "readonly": "can't be changed",
    "locked": "is locked by a bundle",
    "payment_declined": "{message}",
    "external_price": "{message}",
    "external_validation": "{message}",
    "expired": "is expired",
    "no_shipping_method": "must have a shipping method",
    "too_many_jobs": "exceeds the maximum of {count} concurrent jobs",
}

#: What there may be so many of.
LIMITED = ("tags", "rules", "conditions", "tiers", "items")
#: Rules whose name in ``meta`` is another than their key above.
META_NAMES: Mapping[str, str] = {
    **dict.fromkeys((f"too_many_{what}" for what in LIMITED), "too_long"),
    "impossible_transition": "invalid_transition",
    "no_shipping_method": "blank",
}


#: How much of a value a line shows.
LONGEST_SHOWN = 80


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - the house word: the API refuses, it does not err
    """A request is refused; nothing has been changed.

    Attributes:
        errors: the error objects, in the order they are sent.
        headers: extra response headers, such as ``Allow``.
        because: why, where the errors must not say so; it is never sent in a body.
        notes: what else helps whoever reads it as a text, by the pointer of an error, ``""`` for
            all: the nearest name. Never sent either.
    """

    errors: Sequence[ErrorObject]
    headers: Mapping[str, str] = field(default_factory=dict)
    because: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status: that of the first error."""
        return int(self.errors[0]["status"])

    def noting(self, note: str) -> Refusal:
        """Return the same with a note; given by place, as exceptions that travel have to be."""
        return Refusal(self.errors, self.headers, self.because, {**self.notes, "": note})

    @property
    def why(self) -> str | None:
        """The reason in a sentence: what broke the rules, or what the errors keep to themselves."""
        return self.because or "; ".join(filter(None, map(_broken, self.errors))) or None

    def __str__(self) -> str:
        """Return codes, details, places, values, why, notes: for users of the Python interface."""
        listed = "; ".join(_line(error, self.notes) for error in self.errors)
        return " ".join(filter(None, (listed, self.because, self.notes.get(""))))


def refusal(
    code: str,
    *,
    headers: Mapping[str, str] | None = None,
    because: str | None = None,
    **values: object,
) -> Refusal:
    """Return the refusal of the catalogue with its detail filled in.

    Args:
        code: a key of ``CATALOGUE``.
        headers: extra response headers.
        because: why, as one of ``reasons.REASONS`` says it.
        values: what the detail's template names.
    """
    return Refusal([error_object(code, **values)], headers or {}, because)


def require_at_most(size: int, most: int, what: str) -> None:
    """Refuse what there is too much of, 400 in words."""
    if size > most:
        raise refusal("BAD_REQUEST", reason=f"Too many {what}: {size}, at most {most}")


def error_object(code: str, **values: object) -> ErrorObject:
    """Return one error object of the catalogue, members in the order of conventions.md §16."""
    entry = CATALOGUE[code]
    return {
        "title": entry.title,
        "detail": entry.detail.format(**values),
        "code": code,
        "status": str(entry.status),
    }


def violation(
    name: str | None,
    rule: str,
    *,
    relationship: bool = False,
    words: Mapping[str, str] | None = None,
    **meta: Any,
) -> ErrorObject:
    """Return the 422 error object of a broken rule (conventions.md §16.2).

    Args:
        name: the attribute or relationship; ``None`` for the record as a whole.
        rule: a key of ``RULES``.
        relationship: whether the name is a relationship's.
        words: what the title alone names: ``from``, ``to``; a ``detail`` that says more than
            it, a ``name`` that the detail calls it by.
        meta: what the rule adds to ``meta``: ``value``, ``count``.
    """
    title = RULES[rule].format(**(words or {}), **meta)
    detail = (words or {}).get("detail", title)
    called = (words or {}).get("name", name)
    member = "relationships" if relationship else "attributes"
    return {
        "title": title,
        "detail": f"{called} - {detail}" if called else detail,
        "code": "VALIDATION_ERROR",
        "source": {"pointer": f"/data/{member}/{name}" if name else "/data"},
        "status": "422",
        "meta": {"error": META_NAMES.get(rule, rule), **meta},
    }


def _line(error: ErrorObject, notes: Mapping[str, str]) -> str:
    """Return an error in one line, with where and what it is about."""
    pointer = str(error.get("source", {}).get("pointer", ""))
    value = error.get("meta", {}).get("value")
    about = [pointer] if pointer else []
    about += [] if value is None else [_shown(value)]
    line = f"{error['status']} {error.get('code')}: {error['detail']}"
    where = f" ({': '.join(about)})" if about else ""
    note = notes.get(pointer) if pointer else None
    return f"{line}{where}" + (f" {note}" if note else "")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _broken(error: ErrorObject) -> str | None:
    """Return which attribute or relationship breaks which rule, of an error that says so."""
    kind, _, name = (
        str(error.get("source", {}).get("pointer", "")).removeprefix("/data/").partition("/")
    )
    return f"The {kind.removesuffix('s')} {name} {error['title']}" if name else None
