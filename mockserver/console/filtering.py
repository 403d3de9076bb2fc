"""Filters of a list as a form has them: paths and predicates to choose from, those in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from mockserver.console.calls import readable
from mockserver.jsonapi.predicates import PREDICATES
from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import Resource

#: The predicates that most want, in this order; the others follow.
USUAL = (
    "eq",
    "cont",
    "start",
    "end",
    "in",
    "not_eq",
    "gt",
    "gteq",
    "lt",
    "lteq",
    "present",
    "null",
)
#: The fields of the form, which are no parameters of the API.
PATH, PREDICATE, VALUE, COLUMN = "path", "predicate", "value", "column"
SORT, DESCENDING = "by", "descending"
OWN = frozenset({PATH, PREDICATE, VALUE, COLUMN, SORT, DESCENDING, "columns"})


class Chip(NamedTuple):
    """A filter in force, and the query without it."""

    text: str
    without: str


def paths(resource: type[Resource]) -> list[str]:
    """Return the names to filter by: own attributes, and those one relationship further."""
    found = [*_filterable(resource)]
    for name, relationship in resource.relationships.items():
        if relationship.flags.filterable and not relationship.virtual:
            target = registry().get(relationship.types[0])
            beyond = [] if target is None or relationship.polymorphic else _filterable(target)
            found += [f"{name}_{inner}" for inner in beyond]
    return found


def predicates() -> Sequence[str]:
    """Return the predicates, the usual ones first; those for several values last."""
    rest = [name for name in PREDICATES if name not in USUAL]
    return (*USUAL, *sorted(rest, key=lambda name: (name.endswith(("_any", "_all")), name)))


def sortable(resource: type[Resource]) -> list[str]:
    """Return the names to sort by."""
    return [name for name, member in resource.attributes.items() if member.flags.sortable]


def canonical(resource: type[Resource], query_string: str) -> str | None:
    """Return the query that a filled-in form means, in the API's own words; ``None``: it is that.

    Args:
        resource: the type of the list.
        query_string: what the form has sent: its fields, and the query it stands on.
    """
    pairs = parse_qsl(query_string, keep_blank_values=True)
    form = dict(pair for pair in pairs if pair[0] in OWN)
    if not form:
        return None
    kept = [(n, v) for n, v in pairs if n not in OWN and n != "page[number]"]
    if form.get(PATH):
        name = f"filter[q][{form[PATH]}_{form.get(PREDICATE, 'eq')}]"
        kept = [*(pair for pair in kept if pair[0] != name), (name, form.get(VALUE, ""))]
    if SORT in form:
        kept = [pair for pair in kept if pair[0] != "sort"]
        sign = "-" if form.get(DESCENDING) else ""
        kept += [("sort", f"{sign}{form[SORT]}")] if form[SORT] else []
    if "columns" in form:
        fields = f"fields[{resource.type_}]"
        chosen = ",".join(value for name, value in pairs if name == COLUMN)
        kept = [pair for pair in kept if pair[0] != fields]
        kept += [(fields, chosen)] if chosen else []
    return encoded(kept)


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    """Return pairs as a query that people can read."""
    return readable(urlencode(pairs))


def chips(query_string: str) -> Iterator[Chip]:
    """Yield the filters of a query."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    for name, value in pairs:
        if name.startswith("filter["):
            shown = name.removeprefix("filter[q][").removeprefix("filter[").rstrip("]")
            yield Chip(f"{shown} = {value}", encoded([p for p in pairs if p[0] != name]))


def changed(query_string: str, changes: Mapping[str, str | None]) -> str:
    """Return a query with some parameters of another value, or gone."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] not in changes]
    return encoded([*kept, *((name, value) for name, value in changes.items() if value)])


def _filterable(resource: type[Resource]) -> Iterator[str]:
    yield from (name for name, member in resource.attributes.items() if member.flags.filterable)
