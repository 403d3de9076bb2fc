"""What is derived from all declarations together."""

from __future__ import annotations

import re

import pytest

from mockserver.resources.registry import (
    declarations,
    indexes,
    is_view,
    known_types,
    registry,
    singular,
    types_by_name,
)
from mockserver.schema.service_records import ServiceRecord, Token
from mockserver.situations.record_schema import known_record_schemas

IRREGULAR = {
    "addresses": "address",
    "customer_addresses": "customer_address",
    "order_copies": "order_copy",
    "tax_categories": "tax_category",
    "order_factories": "order_factory",
    "sku_lists": "sku_list",
    "packages": "package",
    "prices": "price",
    "countries": "country",
    "branches": "branch",
    "boxes": "box",
}


@pytest.mark.parametrize(("type_", "one"), IRREGULAR.items())
def test_singular(type_: str, one: str) -> None:
    """The framework's inflection: addresses are not of an addresse."""
    assert one == singular(type_)


@pytest.mark.parametrize("type_", sorted(registry()))
def test_every_declaration_is_named_by_its_singular(type_: str) -> None:
    """The class of a type is named by what one record is called."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", registry()[type_].__name__).lower()

    assert words.replace("_", "") == singular(type_).replace("_", "")


def test_names_mean_one_type() -> None:
    """Both names of a type lead to it, and no name leads to two."""
    names = types_by_name()

    assert len(names) == 2 * len(known_types())
    assert all(names[type_] == names[singular(type_)] == type_ for type_ in known_types())


def test_what_only_the_service_uses_is_declared_and_not_served() -> None:
    """The storage and record documents know it; but for tokens, which stay where they are.

    Nor do they know the types that only show records of others.
    """
    own = {t for t, declared in declarations().items() if issubclass(declared, ServiceRecord)}
    tokens = {type_ for type_ in own if issubclass(declarations()[type_], Token)}

    assert {"jobs", "files", "roles", "users", "deliveries"} <= own - tokens
    assert own == declarations().keys() - registry().keys()
    views = {type_ for type_ in registry() if is_view(type_)}
    assert tokens | views == declarations().keys() - set(known_record_schemas())
    assert {"webhook", "status"} == set(indexes()["deliveries"].fields)
    assert {"purpose"} == set(indexes()["access_tokens"].fields)


LISTS = [
    (type_, name)
    for type_, resource in registry().items()
    for name, attribute in resource.attributes.items()
    if attribute.kind == "array"
]


@pytest.mark.parametrize(("type_", "name"), LISTS)
def test_blank_elements_of_every_list_fall_away(type_: str, name: str) -> None:
    """But those of the inputs of imports, which are rows, or the lines of a text."""
    sent = ["", "a", None, " "]

    assert (sent if name == "inputs" else ["a"]) == registry()[type_].attributes[name].cast(sent)
