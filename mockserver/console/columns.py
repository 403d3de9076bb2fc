"""Columns of a table of records: which of the declared ones, and what a cell shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mockserver.jsonapi.query import Query
from mockserver.late_dataclass import dataclass
from mockserver.schema.members import Attribute
from mockserver.schema.vocabulary import Resource

#: So many columns are shown where nobody chooses, and so many characters of a long value.
FEW, LONGEST = 6, 80
#: What says little in a table.
SELDOM = ("id", "created_at", "updated_at", "reference", "reference_origin", "metadata", "type")
#: Stands for no value.
NOTHING = "-"
CENTS, FORMATTED = "_cents", "formatted_"


#: A moment as the API writes it, of which a cell shows all but what is below a second.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
SECONDS = len("2026-01-15T10:00:00")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column.

    Attributes:
        name: of the attribute.
        shown: the attribute that people read in its place: the formatted amount of cents.
        is_number: whether it is set to the right.
        sortable: whether the API sorts by it.
    """

    name: str
    shown: str
    is_number: bool
    sortable: bool

    def cell(self, attributes: Mapping[str, Any]) -> str:
        """Return the text of a cell."""
        return as_text(attributes.get(self.shown, attributes.get(self.name)))


def columns(resource: type[Resource], query: Query | None) -> Sequence[TableColumn]:
    """Return the columns that a query names in ``fields``, else the telling ones."""
    chosen = query.fields.get(resource.type_) if query else None
    if chosen is not None:
        return [_column(resource, name) for name in resource.attributes if name in chosen]
    first = [_column(resource, name) for name in _telling(resource)]
    dated = "created_at" in resource.attributes
    return [*first, *([_column(resource, "created_at")] if dated else [])]


def choosable(resource: type[Resource]) -> list[str]:
    """Return the names of all attributes that the API returns."""
    return [name for name, member in resource.attributes.items() if member.flags.fetchable]


def _telling(resource: type[Resource]) -> list[str]:
    """Return the attributes that tell records of a type apart, in wire order."""
    returned = [
        name
        for name in choosable(resource)
        if name not in SELDOM and not name.startswith(FORMATTED) and not name.endswith("_float")
    ]
    ranked = sorted(returned, key=lambda name: _rank(resource.attributes[name], name))[:FEW]
    return [name for name in returned if name in ranked]


def _rank(attribute: Attribute, name: str) -> int:
    """Return how little an attribute tells."""
    marks = (
        attribute.unique or attribute.presence is True or name in ("name", "code", "email"),
        attribute.enum and not attribute.derive_from,
        name.endswith(CENTS) and "total" in name,
        attribute.flags.sortable and attribute.kind == "datetime",
        attribute.flags.sortable and attribute.kind in ("string", "integer"),
        attribute.flags.sortable,
    )
    return next((number for number, mark in enumerate(marks) if mark), len(marks))


def _column(resource: type[Resource], name: str) -> TableColumn:
    attribute = resource.attributes[name]
    formatted = FORMATTED + name.removesuffix(CENTS)
    is_money = name.endswith(CENTS) and formatted in resource.attributes
    is_number = is_money or attribute.kind in ("integer", "float")
    return TableColumn(name, formatted if is_money else name, is_number, attribute.flags.sortable)


def as_text(value: Any) -> str:
    """Return a value as a cell has it."""
    match value:
        case None:
            return NOTHING
        case True | False:
            return "yes" if value else "no"
        case str():
            text = value[:SECONDS].replace("T", " ") if MOMENT.fullmatch(value) else value
        case dict() | list():
            text = orjson.dumps(value, default=str).decode() if value else NOTHING
        case _:
            text = str(value)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text
