"""Filters of a request as a storage condition (conventions.md §13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from mockserver.errors import refusal
from mockserver.jsonapi.bounds import require_conditions
from mockserver.jsonapi.parameters import Parameters
from mockserver.jsonapi.predicates import (
    PREDICATES,
    ColumnKind,
    Subject,
    Unusable,
    condition,
    split,
)
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import Registry, kinds
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.storage.conditions import (
    EVERYTHING,
    All,
    Any_,
    Compare,
    Condition,
    Not,
    Related,
    both,
)

Step = tuple[type[Resource], str, Relationship]
#: Give what the records of a type satisfy that whoever asks may read.
Visible = Callable[[str], Condition]
#: Give the number behind a public id of a type, ``None`` for what is not an id.
Numbers = Callable[[str, str], int | None]
#: Told the type and the key of a condition there is not; returns to have it ignored.
Unknown = Callable[[str, str], None]
RANGES = {"_from": "gteq", "_to": "lteq"}
MAXIMUM_STEPS = 6
#: What joins several attributes in one key.
OR, AND = "_or_", "_and_"
#: What the real service's search library takes within ``q`` beside conditions, by all its names.
GROUPING = frozenset({"g", "groupings", "c", "conditions", "m", "combinator", "s", "sorts"})


@dataclass(frozen=True, slots=True)
class Column:
    """A filterable attribute and the relationships walked to it."""

    steps: tuple[Step, ...]
    subject: Subject
    predicates: frozenset[str]

    def wrap(self, inner: Condition, visible: Visible, *, null_satisfies: bool) -> Condition:
        """Return the condition as seen from where the walk starts.

        Joins are outer: a predicate that null satisfies holds without a related record too. What
        may not be read is as if it were not there.
        """
        for resource, name, relationship in reversed(self.steps):
            seen = visible(relationship.types[0])
            found = related(resource, name, relationship, both(inner, seen))
            if null_satisfies:
                found = Any_((found, Not(related(resource, name, relationship, seen))))
            inner = found
        return inner


def all_there_is(_: str) -> Condition:
    """Let everything be read, of every type."""
    return EVERYTHING


def related(
    resource: type[Resource], name: str, relationship: Relationship, inner: Condition
) -> Condition:
    """Return "at least one record at the other end of the relationship satisfies this"."""
    target = relationship.types[0]
    if relationship.view_of:
        found = Related(target, relationship.field, "id", inner)
        return both(Compare(relationship.type_field, "eq", target), found)
    if relationship.through:
        between, here, there = relationship.through
        return Related(between, "id", here, Related(target, there, "id", inner))
    if not relationship.inverse:
        return Related(target, name, "id", inner)
    inverse = relationship.inverse
    if relationship.inverse_polymorphic:
        # What leads to one of a family names its kind.
        own = Compare(f"{inverse}_type", "in", frozenset(kinds((resource.type_,))))
        inner = both(own, inner)
    return Related(target, "id", inverse, inner)


def refuse(_: str, key: str) -> None:
    """Refuse a condition there is not (conventions.md §13.4, the strict reading).

    Raises:
        Refusal: 400.
    """
    raise refusal("FILTER_NOT_ALLOWED", name=key)


class FilterParser:
    """Reads the filters of one type."""

    def __init__(
        self,
        resource: type[Resource],
        registry: Registry,
        numbers: Numbers,
        unknown: Unknown = refuse,
        visible: Visible = all_there_is,
    ) -> None:
        """Read filters for the resource; see ``QueryParser`` for the arguments."""
        self._resource = resource
        self._registry = registry
        self._numbers = numbers
        self._unknown = unknown
        self._visible = visible
        #: How many conditions have been made so far.
        self._count = 0

    def parse(self, filters: str | list[str] | Parameters) -> Condition:
        """Return the conjunction of all filters.

        Raises:
            Refusal: 400 for an unknown filter or one in a wrong shape.
        """
        if filters == "":
            return EVERYTHING
        if not isinstance(filters, dict):
            raise refusal("INVALID_FILTERS_SYNTAX", value=_text(filters))
        found: list[Condition] = []
        for name, value in filters.items():
            if name == "q":
                found.extend(self._queries(value))
            else:
                found.extend(self._exact(name, value))
        return both(*found)

    def _queries(self, queries: str | list[str] | Parameters) -> Iterator[Condition]:
        if not isinstance(queries, dict):
            if queries != "":
                raise refusal("INVALID_FILTERS_SYNTAX", value=_text(queries))
            return
        require_conditions(len(queries))
        for key, value in queries.items():
            if isinstance(value, dict) or key in GROUPING:
                refuse(self._resource.type_, key)
            parts = self._columns(key)
            if parts is None:
                self._unknown(self._resource.type_, key)
                continue
            columns, predicate, either = parts
            text = value if isinstance(value, str) else ",".join(value)
            try:
                made = tuple(self._made(column, predicate, text) for column in columns)
            except Unusable:
                continue
            yield made[0] if len(made) == 1 else Any_(made) if either else All(made)

    def _made(self, column: Column, predicate: str, text: str) -> Condition:
        self._count += 1 + text.count(",") if PREDICATES[predicate].combine else 1
        require_conditions(self._count)
        inner, null_satisfies = condition(predicate, column.subject, text)
        return column.wrap(inner, self._visible, null_satisfies=null_satisfies)

    def _columns(self, key: str) -> tuple[list[Column], str, bool] | None:
        """Return the columns of a key of ``q``, its predicate, whether they are alternatives."""
        parts = split(key)
        if parts is None:
            return None
        names, predicate = parts
        whole = self._column(names, predicate)
        if whole:
            return [whole], predicate, False
        separator = OR if OR in names else AND
        require_conditions(names.count(separator))
        columns = [self._column(name, predicate) for name in names.split(separator)]
        if None in columns:
            return None
        return [c for c in columns if c], predicate, separator == OR

    def _column(self, name: str, predicate: str) -> Column | None:
        column = self._find(self._resource, name, ())
        if column is None:
            return None
        kinds = PREDICATES[predicate].kinds
        fits = not kinds or column.subject.kind in kinds
        return column if fits and predicate in column.predicates else None

    def _find(self, resource: type[Resource], name: str, steps: tuple[Step, ...]) -> Column | None:
        """Return the column a name leads to: an own attribute, else the longest relationship."""
        return self._attribute(resource, name, steps) or self._linked(resource, name, steps)

    def _attribute(
        self, resource: type[Resource], name: str, steps: tuple[Step, ...]
    ) -> Column | None:
        attribute = resource.attributes.get(name)
        if attribute is None or not (attribute.flags.filterable or attribute.predicates):
            return None
        if attribute.path:
            relationship, inner = attribute.path
            step = (resource, relationship, resource.relationships[relationship])
            target = self._registry[step[2].types[0]]
            return self._attribute(target, inner, (*steps, step))
        allowed = frozenset(PREDICATES) if attribute.flags.filterable else attribute.predicates
        kind: ColumnKind = "id" if name == "id" else attribute.kind
        return Column(steps, self._subject(resource.type_, name, kind), allowed)

    def _linked(
        self, resource: type[Resource], name: str, steps: tuple[Step, ...]
    ) -> Column | None:
        if len(steps) >= MAXIMUM_STEPS:
            return None
        for candidate in sorted(resource.relationships, key=len, reverse=True):
            relationship = resource.relationships[candidate]
            if not relationship.flags.filterable or relationship.virtual:
                continue
            step = (resource, candidate, relationship)
            is_stored = not (relationship.many or relationship.view_of)
            if is_stored and name in (candidate, f"{candidate}_id"):
                return self._identity(relationship, step, steps)
            if relationship.view_of and name == candidate:
                return self._beyond(step, "id", steps)
            if name.startswith(f"{candidate}_"):
                found = self._beyond(step, name.removeprefix(f"{candidate}_"), steps)
                if found:
                    return found
        return None

    def _identity(self, relationship: Relationship, step: Step, steps: tuple[Step, ...]) -> Column:
        """Return the column that holds a stored to-one's id, whatever the type it leads to."""
        _, name, _ = step
        type_ = relationship.types[0]
        subject = Subject(name, "id", lambda id_: self._numbers(type_, id_), type_)
        return Column(steps, subject, frozenset(PREDICATES))

    def _beyond(self, step: Step, rest: str, steps: tuple[Step, ...]) -> Column | None:
        _, _, relationship = step
        target = self._registry.get(relationship.types[0])
        if target and not relationship.polymorphic:
            return self._find(target, rest, (*steps, step))
        if rest == "id":
            subject = self._subject(relationship.types[0], "id", "id")
            return Column((*steps, step), subject, frozenset(PREDICATES))
        return None

    def _subject(self, type_: str, field: str, kind: ColumnKind) -> Subject:
        return Subject(field, kind, lambda id_: self._numbers(type_, id_))

    def _exact(self, name: str, value: str | list[str] | Parameters) -> Iterator[Condition]:
        """Yield the condition of a filter beside ``q``: exact, a list of ids, or a range end."""
        if name not in self._resource.filters:
            raise refusal("FILTER_NOT_ALLOWED", name=name)
        if isinstance(value, dict):
            raise refusal("INVALID_FILTERS_SYNTAX", value=_text(value))
        text = value if isinstance(value, str) else ",".join(value)
        column, predicate = self._exact_column(name)
        if column is None:
            raise refusal("FILTER_NOT_ALLOWED", name=name)
        try:
            yield self._made(column, predicate, text)
        except Unusable:
            return

    def _exact_column(self, name: str) -> tuple[Column | None, str]:
        if name == "ids":
            return self._column("id", "in"), "in"
        own = self._resource.attributes.get(name)
        for suffix, predicate in RANGES.items():
            if own is None and name.endswith(suffix):
                return self._column(name.removesuffix(suffix), predicate), predicate
        path = self._resource.extra_filters.get(name, name).replace(".", "_")
        parts = split(path) if name in self._resource.extra_filters else None
        if parts:
            return self._column(*parts), parts[1]
        predicate = "jcont" if own is not None and own.kind == "object" else "eq"
        return self._column(path, predicate), predicate


def as_text(value: Any) -> str:
    """Return a JSON value as a query string has it: lists with commas, objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return "" if value is None else orjson.dumps(value).decode()


def _text(value: str | list[str] | Parameters) -> str:
    return value if isinstance(value, str) else str(value).replace("'", '"')
