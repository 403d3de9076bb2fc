"""The only place that knows which resource types there are: every module's, and a user's own.

Adding a type is adding a file. What a declaration leaves to be derived (the filter names, the
indexes) or could get wrong (an inverse that does not exist) is settled here, once, at start.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from mockserver import resources
from mockserver.schema.blocks import Declaration
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Index, Indexes, Record

Registry = Mapping[str, type[Resource]]
#: The endings of plurals, longest first, and of their singulars.
ENDINGS = {"sses": "ss", "ches": "ch", "shes": "sh", "ies": "y", "xes": "x", "s": ""}

_Function = TypeVar("_Function", bound=Callable[..., Any])
#: What is remembered of the declarations, and the types of users that are among them.
_derived: list[Any] = []
_own: list[type[Resource]] = []


def derived(function: _Function, maxsize: int | None = None) -> _Function:
    """Remember what a function makes of the declarations, until there are further ones."""
    remembered: Any = lru_cache(maxsize)(function)
    _derived.append(remembered)
    return remembered  # type: ignore[no-any-return]  # it is called as the function is


def declare(resources: Iterable[type[Resource]]) -> None:
    """Know types of a user's own as well, in every application that is made from now on.

    Raises:
        ValueError: one contradicts itself or another one, or is called as another one.
    """
    new = [resource for resource in resources if resource not in _own]
    for resource in new:
        if resource.type_ in declarations():
            message = f"{resource.type_}: there is such a type already"
            raise ValueError(message)
    if new:
        _know([*_own, *new])


def _know(own: list[type[Resource]]) -> None:
    before = _own[:]
    try:
        _own[:] = own
        _forget()
        registry()
    except ValueError:
        _own[:] = before
        _forget()
        raise


def _forget() -> None:
    for remembered in _derived:
        remembered.cache_clear()


@derived
def registry() -> Registry:
    """Return every resource that the API serves, by type.

    Raises:
        ValueError: a declaration contradicts itself or another one; the message names it.
    """
    served = {type_: resource for type_, resource in declarations().items() if resource.actions}
    for resource in served.values():
        _check_inverses(resource, served)
        for relationship in _linked(resource).values():
            relationship.accepted = frozenset(_accepted(relationship.types))
    return served


@derived
def declarations() -> Registry:
    """Return every declared type, those included that only the service uses."""
    return {resource.type_: resource for resource in _declared()}


@derived
def families() -> Mapping[str, tuple[str, ...]]:
    """Return the types that are kinds of another one, by that one (commerce.md §1)."""
    kinds: dict[str, list[str]] = {}
    for type_, resource in declarations().items():
        if resource.family:
            kinds.setdefault(resource.family, []).append(type_)
    return {family: tuple(sorted(types)) for family, types in kinds.items()}


def family_of(type_: str) -> str:
    """Return the family of a type; itself when it is of none."""
    resource = declarations().get(type_)
    return (resource.family if resource else None) or type_


def kind_of(type_: str, record: Record) -> str:
    """Return the kind of a record of a family; its type where that is none."""
    return record["type"] if type_ in families() else type_


def kinds(types: Iterable[str]) -> tuple[str, ...]:
    """Return these types, the kinds of those that are families behind them, each once."""
    found: dict[str, None] = {}
    for type_ in types:
        found.update(dict.fromkeys((type_, *families().get(type_, ()))))
    return tuple(found)


def is_view(type_: str) -> bool:
    """Say whether a type has no records of its own, but shows those of others."""
    return bool(_shown(declarations()[type_]))


def together(types: Sequence[str]) -> Sequence[str]:
    """Return these types, or, where they are all the kinds there are of one family, that alone."""
    family = family_of(types[0])
    whole = len(types) > 1 and set(families().get(family, ())) == set(types)
    return (family,) if whole else types


def _accepted(types: Sequence[str]) -> Iterator[str]:
    yield from kinds(types)
    for type_ in types:
        # Of a family whose kinds are all there, the family means whichever of them it is.
        if set(families().get(family := family_of(type_), ())) <= set(types):
            yield family


def _declared() -> Iterator[type[Resource]]:
    for module in pkgutil.iter_modules(resources.__path__):
        loaded = importlib.import_module(f"{resources.__name__}.{module.name}")
        for value in vars(loaded).values():
            is_declared = isinstance(value, Declaration) and value.__module__ == loaded.__name__
            if is_declared and value.type_:
                yield _bound(value)
    yield from map(_bound, _own)


def _bound(resource: type[Resource]) -> type[Resource]:
    """Fill in the filters that follow from the members."""
    resource.filters = tuple(_filters(resource))
    return resource


def _filters(resource: type[Resource]) -> Iterator[str]:
    """Yield the top-level filter names, in the order of the public metadata."""
    if "list" not in resource.actions:
        yield "id"
        return
    filterable = {n: a for n, a in resource.attributes.items() if a.flags.filterable}
    yield from filterable
    yield "q"
    yield from (f"{n}_id" for n, r in resource.relationships.items() if r.flags.filterable)
    yield "ids"
    for name, attribute in filterable.items():
        if attribute.kind == "datetime":
            yield from (f"{name}_from", f"{name}_to")
    yield from resource.extra_filters
    yield from resource.list_scopes


def _linked(resource: type[Resource]) -> Mapping[str, Relationship]:
    return {**resource.relationships, **resource.hidden}


def _check_inverses(resource: type[Resource], declared: Registry) -> None:
    for name, relationship in resource.relationships.items():
        if not relationship.inverse:
            continue
        for type_ in relationship.types:
            target = declared.get(type_)
            holder = _linked(target).get(relationship.inverse) if target else None
            if holder:
                relationship.inverse_polymorphic = holder.polymorphic
            elif target:
                message = (
                    f"{resource.type_}.{name}: {type_} has no relationship {relationship.inverse}"
                )
                raise ValueError(message)


@derived
def known_types() -> frozenset[str]:
    """Return the declared types and those that declarations lead to."""
    linked = (r for resource in registry().values() for r in resource.relationships.values())
    return frozenset(registry()) | {
        type_ for relationship in linked for type_ in relationship.types
    }


@derived
def types_by_name() -> Mapping[str, str]:
    """Return the known types by what they may be called: the type itself, or one of it."""
    return {name: type_ for type_ in known_types() for name in (type_, singular(type_))}


def singular(type_: str) -> str:
    """Return the singular of a type, as the framework inflects: ``address``."""
    ending = next(ending for ending in ENDINGS if type_.endswith(ending))
    return type_.removesuffix(ending) + ENDINGS[ending]


def indexes() -> Mapping[str, Indexes]:
    """Return the indexes of each type: unique attributes and stored linkages."""
    return {
        type_: Indexes(dict(_indexed(resource)), tuple(resource.uniques), _shown(resource))
        for type_, resource in declarations().items()
    }


def _shown(resource: type[Resource]) -> tuple[str, ...]:
    return (resource.shows,) if resource.shows else families().get(resource.type_, ())


def _is_one_of_few(attribute: Attribute) -> bool:
    """Say whether records are asked for by an attribute that has one of few values."""
    return attribute.flags.filterable and bool(attribute.enum or attribute.kind == "boolean")


def _indexed(resource: type[Resource]) -> Iterator[tuple[str, Index]]:
    yield from ((name, i.index) for name, i in resource.internals.items() if i.indexed)
    for name, attribute in resource.attributes.items():
        if attribute.indexed or (attribute.stored and _is_one_of_few(attribute)):
            yield name, Index(attribute.kind, attribute.unique)
    for name, linked in _linked(resource).items():
        if linked.stored:
            type_field = linked.type_field if linked.polymorphic else None
            yield (
                name,
                Index("string", references=linked.types, type_field=type_field, many=linked.many),
            )
