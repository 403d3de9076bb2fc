"""Reads the query of a request, and checks it against a declaration.

Checked in the order of conventions.md §17: ``fields``, ``include``, ``filter``, ``sort``, ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mockserver.errors import ErrorObject, Refusal, refusal, require_at_most
from mockserver.jsonapi.bounds import MOST_CRITERIA, MOST_PATHS
from mockserver.jsonapi.filters import (
    FilterParser,
    Numbers,
    Unknown,
    Visible,
    all_there_is,
    as_text,
    refuse,
)
from mockserver.jsonapi.parameters import Parameters, parse
from mockserver.jsonapi.query import DEFAULT_SIZE, MAXIMUM_SIZE, NO_QUERY, IncludeTree, Query
from mockserver.resources.registry import Registry, kinds, types_by_name
from mockserver.schema.casting import LEADING_INTEGER
from mockserver.schema.vocabulary import MAXIMUM_INCLUDE_DEPTH, Resource
from mockserver.storage.base import SERIAL
from mockserver.storage.conditions import EVERYTHING, NOTHING, Condition, SortKey

#: The families of parameters that page links repeat.
FAMILIES = ("fields", "filter", "include", "page", "sort")

Types = Sequence[type[Resource]]


class QueryParser:
    """Reads query strings for one organization's mode."""

    def __init__(
        self,
        registry: Registry,
        numbers: Numbers,
        unknown: Unknown = refuse,
        visible: Visible = all_there_is,
    ) -> None:
        """Make a parser.

        Args:
            registry: the declared types.
            numbers: gives the number behind a public id of a type.
            unknown: what is done with conditions of ``q`` that there are not
                (conventions.md §13.4).
            visible: gives what may be read of the types that filters and criteria lead through.
        """
        self._registry = registry
        self._numbers = numbers
        self._unknown = unknown
        self._visible = visible

    def single(self, query_string: str, *types: type[Resource]) -> Query:
        """Return the query of a single resource: fieldsets and includes; the rest is ignored.

        Args:
            query_string: still encoded.
            types: what the answer may hold; none where a relationship leads to types that are
                not declared: what is asked of them cannot be checked, and finds nothing.

        Raises:
            Refusal: 400.
        """
        if not query_string:
            return NO_QUERY
        parameters = parse(query_string)
        fields = self._fields(parameters)
        include, errors = self._include(parameters, types)
        if errors:
            raise Refusal(errors)
        return Query(fields=fields, include=include)

    def page(self, query_string: str, *types: type[Resource]) -> Query:
        """Return the query of a list.

        Args:
            query_string: still encoded.
            types: as for a single resource.

        Raises:
            Refusal: 400; bad include paths are reported together with the first bad parameter
                after them (conventions.md §12).
        """
        if not query_string:
            return NO_QUERY
        parameters = parse(query_string)
        fields = self._fields(parameters)
        include, errors = self._include(parameters, types)
        try:
            condition = self._filter(parameters, types)
            scopes = _scopes(parameters, types)
            order = self._sort(parameters, types)
            number, size = _page(parameters)
        except Refusal as refused:
            raise Refusal([*errors, *refused.errors]) from None
        if errors:
            raise Refusal(errors)
        kept = {name: parameters[name] for name in FAMILIES if name in parameters}
        return Query(fields, include, condition, order, number, size, kept, scopes)

    def _fields(self, parameters: Parameters) -> Mapping[str, frozenset[str]]:
        fields = parameters.get("fields")
        if fields is None:
            return {}
        if not isinstance(fields, dict):
            raise refusal("INVALID_FIELD_FORMAT")
        return {type_: self._fieldset(type_, value) for type_, value in fields.items()}

    def _fieldset(self, type_: str, value: str | list[str] | Parameters) -> frozenset[str]:
        if isinstance(value, dict):
            raise refusal("INVALID_FIELD_FORMAT")
        known = types_by_name().get(type_)
        if known is None:
            raise refusal("INVALID_RESOURCE", name=type_)
        resource = self._registry.get(known)
        names = _listed(value)
        if not names:
            raise refusal("INVALID_FIELD", name="nil", type=type_)
        for name in names:
            if resource and not (name in resource.attributes or name in resource.relationships):
                raise refusal("INVALID_FIELD", name=name, type=type_)
        return frozenset(names)

    def _include(
        self, parameters: Parameters, types: Types
    ) -> tuple[IncludeTree, list[ErrorObject]]:
        tree: IncludeTree = {}
        errors: list[ErrorObject] = []
        paths = _listed(parameters.get("include", ""))
        require_at_most(len(paths), MOST_PATHS, "paths to include")
        for path in paths:
            try:
                self._walk(path, types, tree)
            except Refusal as refused:
                errors.extend(refused.errors)
        return tree, errors

    def _walk(self, path: str, types: Types, tree: IncludeTree) -> None:
        """Add one include path to the tree; the failing step names its own parent type."""
        at: IncludeTree = {}
        added = at
        parent = types[0].type_ if types else ""
        for depth, name in enumerate(path.split("."), start=1):
            linked = [t.relationships[name] for t in types if name in t.relationships]
            known = not types or any(relationship.includable for relationship in linked)
            if not known or depth > MAXIMUM_INCLUDE_DEPTH:
                raise refusal("INVALID_INCLUDE", name=name, type=parent)
            targets = dict.fromkeys(
                type_ for relationship in linked for type_ in relationship.types
            )
            parent = next(iter(targets), parent)
            types = [self._registry[type_] for type_ in kinds(targets) if type_ in self._registry]
            at = at.setdefault(name, {})
        _merge(tree, added)

    def _filter(self, parameters: Parameters, types: Types) -> Condition:
        filters = parameters.get("filter")
        if filters is None or not types:
            return EVERYTHING
        if isinstance(filters, dict):
            filters = _without_scopes(filters, types[0])
        parser = FilterParser(types[0], self._registry, self._numbers, self._unknown, self._visible)
        return parser.parse(filters)

    def _sort(self, parameters: Parameters, types: Types) -> tuple[SortKey, ...]:
        sort = parameters.get("sort", "")
        if sort == "" or not types:
            return ()
        criteria = sort.split(",") if isinstance(sort, str) else _listed(sort)
        require_at_most(len(criteria), MOST_CRITERIA, "criteria to sort by")
        orders = (self._criterion(text, types[0]) for text in criteria)
        return tuple(order for order in orders if self._may_order(order))

    def _may_order(self, order: SortKey) -> bool:
        """Say whether the criterion leads through nothing that may not be read: all null then."""
        return all(self._visible(type_) != NOTHING for type_, _ in order.via)

    def _criterion(self, text: str, resource: type[Resource]) -> SortKey:
        name = text.removeprefix("-")
        *path, last = name.split(".")
        at: type[Resource] | None = resource
        via: list[tuple[str, str]] = []
        for step in path:
            relationship = at.relationships.get(step) if at else None
            sortable = relationship and relationship.flags.sortable and not relationship.many
            if relationship is None or not sortable:
                raise refusal("INVALID_SORT_CRITERIA", name=name, type=resource.type_)
            at = self._registry.get(relationship.types[0])
            via.append((relationship.types[0], step))
        attribute = at.attributes.get(last) if at else None
        if attribute is None or not attribute.flags.sortable:
            raise refusal("INVALID_SORT_CRITERIA", name=name, type=resource.type_)
        return SortKey(SERIAL if last == "id" else last, text.startswith("-"), tuple(via))


def _scopes(parameters: Parameters, types: Types) -> dict[str, str]:
    """Return the filters of a list that look at what is around records; an empty value is none."""
    filters = parameters.get("filter")
    if not types or not isinstance(filters, dict):
        return {}
    queries = filters.get("q")
    asked: list[tuple[Parameters, Iterable[str]]] = [(filters, types[0].list_scopes)]
    asked += [(queries, types[0].query_scopes)] if isinstance(queries, dict) else []
    return {n: as_text(sent[n]) for sent, known in asked for n in known if sent.get(n)}


def _without_scopes(filters: Parameters, resource: type[Resource]) -> Parameters:
    """Return the filters that look at records themselves."""
    left = {n: value for n, value in filters.items() if n not in resource.list_scopes}
    queries = left.get("q")
    if isinstance(queries, dict):
        left["q"] = {n: value for n, value in queries.items() if n not in resource.query_scopes}
    return left


def _listed(value: str | Iterable[str] | Parameters) -> list[str]:
    """Return the elements of a comma list; trailing empty ones fall away, as the framework does."""
    if not isinstance(value, str):
        return [item for text in value for item in _listed(text)]
    items = value.split(",")
    while items and items[-1] == "":
        items.pop()
    return items


def _merge(tree: IncludeTree, added: IncludeTree) -> None:
    for name, inner in added.items():
        _merge(tree.setdefault(name, {}), inner)


def _page(parameters: Parameters) -> tuple[int, int]:
    page = parameters.get("page", {})
    if not isinstance(page, dict):
        page = {"number": page} if page else {}
    size = _integer(page.get("size"), DEFAULT_SIZE)
    number = _integer(page.get("number"), 1)
    if size < 1:
        reason = f"{size} is not a valid value for size page parameter."
        raise refusal("INVALID_PAGE_VALUE", reason=reason)
    if size > MAXIMUM_SIZE:
        reason = f"size exceeds maximum page size of {MAXIMUM_SIZE}."
        raise refusal("INVALID_PAGE_VALUE", reason=reason)
    if number < 1:
        reason = f"{number} is not a valid value for number page parameter."
        raise refusal("INVALID_PAGE_VALUE", reason=reason)
    return number, size


def _integer(value: str | list[str] | Parameters | None, default: int) -> int:
    if value is None:
        return default
    found = LEADING_INTEGER.match(value) if isinstance(value, str) else None
    return int(found.group()) if found else 0
