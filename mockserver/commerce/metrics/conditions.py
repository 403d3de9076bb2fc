"""Filters of the Metrics API, as conditions of the core API: by section, then by attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.errors import refusal

#: Operators, with the predicates that mean the same.
PREDICATES: Mapping[str, str] = {
    "eq": "eq",
    "ne": "not_eq",
    "in": "in",
    "not_in": "not_in",
    "gt": "gt",
    "gte": "gteq",
    "lt": "lt",
    "lte": "lteq",
}
#: The ends of a span of time.
DATES: Mapping[str, str] = {"date_from": "gteq", "date_to": "lteq"}
DATE_FIELD = "date_field"
#: The moment that a span is of, unless it says which.
USUAL_DATE = "created_at"


def filters_of(filter_: Mapping[str, Any], section: str) -> dict[str, Any]:
    """Return predicates as those of ``filter[q]``.

    Args:
        filter_: of a request, by section: the resource itself, or what it is linked to.
        section: that of the resource itself.

    Raises:
        Refusal: 400 for what is no such filter.
    """
    found: dict[str, Any] = {}
    for name, attributes in filter_.items():
        prefix = "" if name == section else f"{name}_"
        own = _object(attributes, name)
        found.update({f"{prefix}{key}": value for key, value in _of_section(own)})
    return found


def _of_section(attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    moment = attributes.get(DATE_FIELD, USUAL_DATE)
    for name, value in attributes.items():
        if name in DATES:
            yield f"{moment}_{DATES[name]}", value
        elif name == "archived":
            yield "archived_at_null", not value
        elif name != DATE_FIELD:
            yield from _compared(_singular(name), _object(value, name))


def _compared(name: str, operators: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for operator, value in operators.items():
        if operator not in PREDICATES:
            raise refusal("BAD_REQUEST", reason=f"{operator!r} is no operator of {name}")
        yield f"{name}_{PREDICATES[operator]}", _text(value)


def _text(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _singular(name: str) -> str:
    """Return the attribute of the core API that a list of values is named after."""
    return f"{name.removesuffix('es')}" if name.endswith("statuses") else name.removesuffix("s")


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise refusal("BAD_REQUEST", reason=f"{name!r} must be an object")
    return value
