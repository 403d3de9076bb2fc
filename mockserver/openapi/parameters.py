"""Query parameters of a resource type: fieldsets, includes, filters, sort, page.

conventions.md §9, §10, §11, §12, §13.

They are components, since lists of related records take those of the type that they list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.jsonapi.predicates import PREDICATES
from mockserver.jsonapi.query import DEFAULT_SIZE, MAXIMUM_SIZE
from mockserver.openapi.schemas import Declaration, ref
from mockserver.resources.registry import registry

Parameter = dict[str, Any]

PAGE: Mapping[str, Parameter] = {
    "PageNumber": {
        "name": "page[number]",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "default": 1},
    },
    "PageSize": {
        "name": "page[size]",
        "in": "query",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAXIMUM_SIZE,
            "default": DEFAULT_SIZE,
        },
    },
    "PageAfter": {
        "name": "page[after]",
        "in": "query",
        "description": "The cursor of a link to the next page.",
        "schema": {"type": "string"},
    },
}
PAGES = ("PageNumber", "PageSize")
CURSORS = ("PageAfter", "PageSize")


def parameters_of(resource: Declaration) -> Iterator[tuple[str, Parameter]]:
    """Yield the parameters that belong to a type by the names of their components."""
    name = resource.__name__
    yield f"{name}.fields", _listed(f"fields[{resource.type_}]", _fields(resource))
    paths = list(_paths(resource))
    if paths:
        yield f"{name}.include", _include(paths)
    if "list" not in resource.actions:
        return
    criteria = [n for n, a in resource.attributes.items() if a.flags.sortable]
    yield f"{name}.sort", _listed("sort", [f"{sign}{n}" for n in criteria for sign in ("", "-")])
    yield f"{name}.filter.q", _conditions(resource)
    for filter_ in resource.filters:
        if filter_ != "q":
            yield f"{name}.filter.{filter_}", _filter(resource, filter_)


def of_record(resource: Declaration) -> list[str]:
    """Return the names of one record's parameters: fieldset and includes."""
    return [n for n, _ in parameters_of(resource) if n.endswith((".fields", ".include"))]


def of_list(resource: Declaration) -> list[str]:
    """Return the names of the parameters of a list."""
    return [*(name for name, _ in parameters_of(resource)), *PAGES]


def _listed(name: str, values: Iterable[str]) -> Parameter:
    """Return a parameter with several of these values, parted by commas."""
    return {
        "name": name,
        "in": "query",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": list(values)},
        },
    }


def _fields(resource: Declaration) -> list[str]:
    return [*resource.attributes, *resource.relationships]


def _include(paths: list[str]) -> Parameter:
    return {
        **_listed("include", paths),
        "description": "Two levels are named here; a path may lead six deep.",
    }


def _paths(resource: Declaration) -> Iterator[str]:
    """Yield the include paths of up to two levels."""
    for name, relationship in resource.relationships.items():
        if not relationship.includable:
            continue
        yield name
        further: dict[str, None] = {}
        for type_ in relationship.types:
            target = registry().get(type_)
            linked = target.relationships.items() if target else ()
            further.update((n, None) for n, behind in linked if behind.includable)
        yield from (f"{name}.{behind}" for behind in further)


def _filter(resource: Declaration, name: str) -> Parameter:
    """Return a filter beside ``q``: an exact value, a range of time, or a scope."""
    base = name.removesuffix("_from").removesuffix("_to")
    attribute = resource.attributes.get(name) or resource.attributes.get(base)
    schema = ref("FilterValue")
    if attribute and attribute.enum:
        schema["examples"] = list(attribute.enum)
    parameter: Parameter = {"name": f"filter[{name}]", "in": "query", "schema": schema}
    if attribute and attribute.kind != "string":
        # A value that is none of the kind is cast, or the condition is dropped.
        parameter["description"] = f"Read as {attribute.kind}."
    return parameter


def _conditions(resource: Declaration) -> Parameter:
    """Return ``filter[q]``: attributes and predicates by what they may be compared with.

    Further names lead through relationships; unknown ones are ignored (conventions.md §13.4).
    """
    by_kind: dict[str, list[str]] = {}
    for name, attribute in resource.attributes.items():
        if attribute.flags.filterable:
            by_kind.setdefault(attribute.kind, []).append(name)
    linked = [n for n, r in resource.relationships.items() if r.flags.filterable]
    return {
        "name": "filter[q]",
        "in": "query",
        "style": "deepObject",
        "explode": True,
        "description": _described(linked, resource.query_scopes),
        "schema": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]+$"},
            "patternProperties": {
                pattern(names, kind): ref("FilterValue") for kind, names in by_kind.items()
            },
            "additionalProperties": ref("FilterValue"),
        },
    }


def _described(linked: Iterable[str], scopes: Iterable[str]) -> str:
    text = "Names of attributes, joined by `_or_` or `_and_`, with a predicate: `…_eq=value`."
    if linked:
        ways = ", ".join(f"`{name}_…`" for name in linked)
        text += f" Names of related records' attributes behind {ways}."
    if scopes:
        text += f" Without a predicate: {', '.join(f'`{name}`' for name in scopes)}."
    return text


def pattern(names: Iterable[str], kind: str) -> str:
    """Return the regular expression of the conditions on attributes of a kind."""
    usable = (p for p, found in PREDICATES.items() if not found.kinds or kind in found.kinds)
    known = "|".join(map(re.escape, names))
    predicates = "|".join(sorted(usable))
    return f"^(?:{known})(?:_(?:or|and)_(?:{known}))*_(?:{predicates})$"
