"""Every declaration is the vendor's, and none contradicts itself or another."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.resources import registry as registering
from mockserver.resources.registry import indexes, registry
from mockserver.schema.flags import Flags
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource, to_many
from mockserver.storage.base import Index
from tests.published import PUBLISHED

#: Served empty and never linked to (neighbours.md §22).
WITHDRAWN = "versions"
LETTERS = {
    "C": "creatable",
    "U": "updatable",
    "R": "fetchable",
    "f": "filterable",
    "s": "sortable",
}
Described = dict[str, Any]
IMPORTS = (ast.Import, ast.ImportFrom)


def snake_case(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def plural(singular: str) -> str:
    if singular.endswith("y") and singular[-2] not in "aeiou":
        return f"{singular[:-1]}ies"
    return f"{singular}es" if singular.endswith(("s", "x")) else f"{singular}s"


def targets(relationship: Mapping[str, Any]) -> list[str]:
    """Return the types the metadata says a relationship leads to."""
    return relationship.get("enum") or [plural(snake_case(relationship["class_name"]))]


def letters(flags: Flags) -> str:
    return "".join(letter for letter, name in LETTERS.items() if getattr(flags, name))


def described(resource: type[Resource]) -> Described:
    """Return what a declaration says, in the form of the metadata."""
    return {
        "attributes": [
            (n, a.kind, letters(a.flags), a.enum, a.prohibited, a.trigger)
            for n, a in resource.attributes.items()
        ],
        "relationships": [
            (n, r.many, letters(r.flags), r.types, r.prohibited, r.includable)
            for n, r in resource.relationships.items()
        ],
        "withheld": {
            name
            for name, member in {**resource.attributes, **resource.relationships}.items()
            if not member.exported
        },
        "deprecated": {
            name
            for name, member in {**resource.attributes, **resource.relationships}.items()
            if member.deprecated
        },
        "is_deprecated": resource.deprecated,
        "actions": tuple(resource.actions),
        "filters": set(resource.filters),
        "filter_scopes": set(resource.query_scopes),
        "singleton": resource.singleton is not None,
    }


def expected(metadata: Mapping[str, Any]) -> Described:
    """Return what the metadata of a type says."""
    return {
        "attributes": [
            (
                name,
                field["type"],
                field["flags"],
                tuple(field.get("enum", ())),
                field.get("prohibited", False),
                field.get("trigger", False),
            )
            for name, field in metadata["fields"].items()
        ],
        "relationships": [
            (
                name,
                field["type"] == "has_many",
                field["flags"],
                tuple(targets(field)),
                field.get("prohibited", False),
                field.get("includable", True),
            )
            for name, field in metadata["relationships"].items()
            if name != WITHDRAWN
        ],
        "withheld": {
            name
            for part in ("fields", "relationships")
            for name, member in metadata[part].items()
            if not member.get("exportable", True)
        },
        "deprecated": {
            name
            for part in ("fields", "relationships")
            for name, member in metadata[part].items()
            if member.get("deprecated")
        },
        "is_deprecated": metadata.get("deprecated", False),
        "actions": tuple(metadata["actions"]),
        "filters": set(metadata["filters"]),
        "filter_scopes": set(metadata["filter_scopes"]),
        "singleton": metadata.get("singleton", False),
    }


def departures(resource: type[Resource]) -> list[str]:
    """Return where a declaration says something else than the metadata, or contradicts itself."""
    found = list(contradictions(resource))
    metadata = PUBLISHED[snake_case(resource.__name__)]
    ours, theirs = described(resource), expected(metadata)
    return found + [
        f"{part}: {ours[part]} is not {theirs[part]}"
        for part in theirs
        if ours[part] != theirs[part]
    ]


def contradictions(resource: type[Resource]) -> Iterator[str]:
    """Yield what cannot be true of any declaration."""
    for name in ("id", "created_at", "updated_at", "reference", "reference_origin", "metadata"):
        if name not in resource.attributes:
            yield f"{name} is missing"
    for name, attribute in resource.attributes.items():
        yield from (f"{name} {problem}" for problem in attribute_problems(resource, attribute))
    for name, relationship in {**resource.relationships, **resource.hidden}.items():
        yield from (
            f"{name} {problem}" for problem in relationship_problems(resource, relationship)
        )
    members = {**resource.attributes, **resource.relationships}
    unknown = {name for fields in resource.uniques for name in fields} - members.keys()
    yield from (f"{name} cannot be unique: it is no field" for name in unknown)


def attribute_problems(resource: type[Resource], attribute: Attribute) -> Iterator[str]:
    flags = attribute.flags
    if attribute.command and (flags.filterable or flags.sortable):
        yield "is a command and data at once"
    if attribute.trigger and not (attribute.command and attribute.kind == "boolean"):
        yield "is a trigger but not a boolean command"
    if (flags.filterable or flags.sortable) and not (attribute.stored or attribute.path):
        yield "is filtered or sorted by, but not stored"
    if attribute.enum and attribute.initial not in (None, *attribute.enum):
        yield f"begins as {attribute.initial}, which it cannot be"
    if attribute.predicates and flags.filterable:
        yield "names predicates though every one is allowed"
    if attribute.path and not leads_somewhere(resource, *attribute.path):
        yield f"leads through {attribute.path}, which leads nowhere"


def leads_somewhere(resource: type[Resource], relationship: str, name: str) -> bool:
    step = resource.relationships.get(relationship)
    if step is None or not step.stored or step.many:
        return False
    target = registry().get(step.types[0])
    return target is None or name in target.attributes


def relationship_problems(resource: type[Resource], relationship: Relationship) -> Iterator[str]:
    flags = relationship.flags
    is_kept = relationship.stored or relationship.view_of or relationship.inverse
    if (flags.creatable or flags.updatable) and not is_kept:
        yield "can be written but is not stored"
    if relationship.virtual and (flags.filterable or flags.sortable or relationship.inverse):
        yield "is virtual but filtered by, sorted by or stored at the other end"
    for type_ in relationship.types if relationship.inverse else ():
        target = registry().get(type_)
        other = target.members.get(relationship.inverse) if target else None
        if isinstance(other, Relationship) and other.types and resource.type_ not in other.accepted:
            yield f"is stored in {type_}.{relationship.inverse}, which leads elsewhere"


@pytest.mark.parametrize("type_", sorted(registry()))
def test_as_published(type_: str) -> None:
    """Members, order, flags, enums, targets, actions and filters are the vendor's."""
    assert departures(registry()[type_]) == []


def test_customers() -> None:
    """The flags of a customer, as the contract's table has them (customers.md §3, §4)."""
    customers = registry()["customers"]
    flags = {
        **{name: letters(member.flags) for name, member in customers.attributes.items()},
        **{name: letters(member.flags) for name, member in customers.relationships.items()},
    }
    reads = ("has_password", "jwt_custom_claim", "anonymization_info")
    triggers = ("_add_tags", "_remove_tags", "_request_anonymization", "_cancel_anonymization")
    lists = ("addresses", "payment_sources", "subscriptions")
    expected_flags = {
        **dict.fromkeys(("email", "reference", "reference_origin"), "CURfs"),
        "password": "CU",
        **dict.fromkeys(("id", "status", "total_orders_count"), "Rfs"),
        **dict.fromkeys(("created_at", "updated_at", "anonymization_status"), "Rfs"),
        **dict.fromkeys(("shopper_reference", "profile_id", "tax_exemption_code"), "CUR"),
        **dict.fromkeys(reads, "R"),
        **dict.fromkeys(triggers, "U"),
        "metadata": "CURf",
        "customer_group": "CUfs",
        **{f"customer_{name}": "f" for name in lists},
        **dict.fromkeys(("order_subscriptions", "returns", "sku_lists"), "f"),
        **dict.fromkeys(("attachments", "events"), "f"),
        "tags": "CURf",
        **dict.fromkeys(("orders", "jwt_customer", "jwt_markets"), ""),
        **dict.fromkeys(("jwt_stock_locations", "event_stores"), ""),
    }

    assert expected_flags == flags


SLIPS = {
    "a lost flag": ("customers", "email", "flags", Flags("CURf")),
    "a flag too many": ("customers", "status", "flags", Flags("URfs")),
    "a lost prohibition": ("customers", "_add_tags", "prohibited", False),
    "another kind": ("customers", "total_orders_count", "kind", "string"),
    "a lost state": ("customers", "status", "enum", ("prospect", "acquired")),
    "an exported secret": ("customers", "password", "exported", True),
    "an exported token": ("customers", "jwt_customer", "exported", True),
    "another target": ("customers", "customer_group", "types", ("markets",)),
    "another number": ("customers", "orders", "many", False),
    "a lost target": ("orders", "payment_source", "types", ("wire_transfers",)),
    "an includable history": ("tags", "event_stores", "includable", True),
}


@pytest.mark.parametrize(("type_", "name", "word", "value"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_noticed(
    type_: str, name: str, word: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison has eyes: one changed word of a declaration is another description."""
    resource = registry()[type_]
    before = described(resource)
    members = {**resource.attributes, **resource.relationships}
    monkeypatch.setattr(members[name], word, value)

    assert before != described(resource)
    assert departures(resource) != []


def test_a_lost_member_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that every type has is missed, whatever the metadata says."""
    customers = registry()["customers"]
    kept = {name: a for name, a in customers.attributes.items() if name != "reference"}
    monkeypatch.setattr(customers, "attributes", kept)

    assert "reference is missing" in departures(customers)


def test_a_lost_action_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions and filters are described as well."""
    tags = registry()["tags"]
    before = described(tags)
    monkeypatch.setattr(tags, "actions", ("list",))
    monkeypatch.setattr(tags, "filters", ("id",))

    changed = {part for part, said in described(tags).items() if said != before[part]}
    assert changed == {"actions", "filters"}


def test_an_inverse_that_is_not_there() -> None:
    """A relationship whose other end does not know of it stops the server at start."""

    class Stray(Resource, type_="strays"):
        customers = to_many("customers", inverse="stray")

    with pytest.raises(ValueError, match=r"strays\.customers: customers has no relationship stray"):
        registering._check_inverses(registering._bound(Stray), registry())


INDEXED: dict[str, tuple[str, str, Index]] = {
    "unique attribute": ("customers", "email", Index(unique=True)),
    # Every token looks its application up.
    "unique attribute that nobody sees": ("applications", "uid", Index(unique=True)),
    "foreign key": ("customers", "customer_group", Index(references=("customer_groups",))),
    "hidden foreign key": ("event_callbacks", "event", Index(references=("events",))),
    "list of foreign keys": ("customers", "tags", Index(references=("tags",), many=True)),
    "foreign key of any type": (
        "events",
        "resource",
        Index(references=(), type_field="resource_type"),
    ),
    "foreign key of several types": (
        "customer_payment_sources",
        "payment_source",
        Index(references=PAYMENT_SOURCES, type_field="payment_source_type"),
    ),
}


@pytest.mark.parametrize(("type_", "name", "expected"), INDEXED.values(), ids=INDEXED.keys())
def test_the_storage_is_told_what_an_indexed_field_holds(
    type_: str, name: str, expected: Index
) -> None:
    """Its kind, whether it is unique, and of which types the ids are."""
    assert expected == indexes()[type_].fields[name]


def test_nothing_else_is_indexed() -> None:
    """Records are found by unique attributes, links they store, tags, and what has few values."""
    few = {"status", "has_password"} & set(registry()["customers"].attributes)
    assert {"email", "customer_group", "tags", "status"} == set(indexes()["customers"].fields)
    assert "has_password" in few  # computed: no record holds it
    assert (("customer", "reference"),) == indexes()["customer_subscriptions"].unique_together


@pytest.mark.parametrize("type_", sorted(registry()))
def test_a_type_is_one_short_file(type_: str) -> None:
    """All members of a type stand in its declaration; what it does beyond them, elsewhere."""
    resource = registry()[type_]
    path = Path(sys.modules[resource.__module__].__file__ or "")
    nodes = [n for n in ast.parse(path.read_text()).body if not isinstance(n, IMPORTS)]
    sizes = {node: (node.end_lineno or 0) - node.lineno + 1 for node in nodes}
    own = next(node for node in nodes if getattr(node, "name", "") == resource.__name__)

    assert type_ == path.stem
    assert sizes.pop(own) <= 250
    assert sum(sizes.values()) <= 75


def test_the_neighbourhood_is_complete() -> None:
    """Every type that a customer reaches in one hop is declared (neighbours, index)."""
    reached = {
        type_
        for relationship in PUBLISHED["customer"]["relationships"].values()
        for type_ in targets(relationship)
    }

    assert "customer_groups" in reached
    assert reached <= registry().keys()


def leads_to_a_person(resource: type[Resource]) -> bool:
    """Say whether records are about a customer, and stay when it is forgotten."""
    to_ones = [r for r in resource.relationships.values() if r.stored and not r.many]
    people = [r for r in to_ones if "customers" in r.types]
    return bool(people) and all(r.on_anonymize == "keep" for r in people)


PERSONAL = ["addresses", "customers"] + [
    type_ for type_, resource in sorted(registry().items()) if leads_to_a_person(resource)
]
#: Kinds that free text, or anything, can be put into.
FREE = ("string", "object", "array")


@pytest.mark.parametrize("type_", PERSONAL)
def test_every_text_of_a_person_says_what_an_anonymization_makes_of_it(type_: str) -> None:
    """What somebody can write into says ``personal``, or that it tells of nobody."""
    assert [] == [
        name
        for name, attribute in registry()[type_].attributes.items()
        if (attribute.flags.creatable or attribute.flags.updatable)
        and (attribute.stored and not attribute.command and not attribute.path)
        and attribute.kind in FREE
        and not attribute.enum
        and attribute.personal is None
        and (not attribute.effect or attribute.flags.fetchable or attribute.digest)
    ]


def test_addresses_of_people_are_personal() -> None:
    """Every address that leads from a record of a customer is forgotten, but for our own."""
    assert {("returns", "destination_address")} == {
        (type_, name)
        for type_ in PERSONAL
        for name, relationship in registry()[type_].relationships.items()
        if relationship.types == ("addresses",) and relationship.stored
        if not relationship.personal
    }
