"""The order of a list (conventions.md §10)."""

from __future__ import annotations

import pytest

from mockserver.resources.registry import registry
from tests.client import Api, Document, path_of, to, values
from tests.refusals import got, refused

CUSTOMERS = registry()["customers"]
#: As the contract lists them (customers.md §1).
SORTABLE = [
    "id",
    "email",
    "status",
    "total_orders_count",
    "created_at",
    "updated_at",
    "reference",
    "reference_origin",
    "anonymization_status",
]
GROUP_SORTABLE = ["id", "name", "code", "created_at", "updated_at", "reference", "reference_origin"]
REFERENCES = ["b", None, "B", "a", "é", None, "", "aa"]


@pytest.fixture
def customers(api: Api) -> list[Document]:
    """Return customers a@ to h@ with references, of which two are null, and two groups."""
    groups = [to(api.create("customer_groups", name=name)) for name in ("Zinc", "Gold")]
    return [
        api.create(
            "customers",
            email=f"{letter}@example.com",
            reference=reference,
            reference_origin="even" if number % 2 == 0 else "odd",
            links={"customer_group": groups[number % 2] if number < 4 else None},
        )
        for number, (letter, reference) in enumerate(zip("fbgchade", REFERENCES, strict=True))
    ]


def sorted_by(api: Api, sort: str) -> str:
    """Return the first letters of the emails in the order asked for."""
    answer = api.get("/api/customers", {"sort": sort, "page[size]": "25"})
    return "".join(email[0] for email in values(answer, "email"))


ORDERS: dict[str, str] = {
    # nothing asked for, and the order of creation
    "": "fbgchade",
    "id": "fbgchade",
    "-id": "edahcgbf",
    "created_at": "fbgchade",
    "email": "abcdefgh",
    "-email": "hgfedcba",
    # by code point, nulls last; ties in the order of creation
    "reference": "dgcefhba",
    "-reference": "bahfecgd",
    "reference_origin": "fghdbcae",
    "-reference_origin": "bcaefghd",
    "status": "fbgchade",
    "-total_orders_count": "fbgchade",
    "anonymization_status": "fbgchade",
    # several
    "reference_origin,email": "dfghabce",
    "reference_origin,-email": "hgfdecba",
    "-reference_origin,email": "abcedfgh",
    "-reference_origin,-id": "eacbdhgf",
    "status,reference_origin,reference": "dgfhceba",
    "email,email": "abcdefgh",
    "email,-email": "abcdefgh",
    # through a to-one: those without a group are null
    "customer_group.name": "bcfghade",
    "-customer_group.name": "hadefgbc",
    "customer_group.id": "fgbchade",
    "-customer_group.id,email": "adehbcfg",
    "customer_group.name,-email": "cbgfheda",
    "customer_group.code": "fbgchade",
}


@pytest.mark.parametrize(("sort", "expected"), ORDERS.items(), ids=[s or "none" for s in ORDERS])
def test_orders(api: Api, customers: list[Document], sort: str, expected: str) -> None:
    """Nulls come last ascending and first descending; text goes by code point."""
    assert len(customers) == 8
    assert expected == sorted_by(api, sort)


@pytest.mark.parametrize("name", SORTABLE)
def test_what_is_sortable(api: Api, name: str) -> None:
    """Every attribute the contract lists, both ways."""
    assert api.get(f"/api/customers?sort={name},-{name}").status_code == 200


@pytest.mark.parametrize("name", GROUP_SORTABLE)
def test_what_is_sortable_of_a_group(api: Api, name: str) -> None:
    """Every sortable attribute of the related type."""
    assert api.get(f"/api/customers?sort=-customer_group.{name}").status_code == 200


@pytest.mark.parametrize("name", sorted(set(CUSTOMERS.attributes) - set(SORTABLE)))
def test_what_is_not_sortable(api: Api, name: str) -> None:
    """Every other attribute."""
    assert got(api.get(f"/api/customers?sort={name}")) == refused(
        "INVALID_SORT_CRITERIA", f"{name} is not a valid sort criteria for customers"
    )


REFUSED: dict[str, str] = {
    "password": "password",
    "-password": "password",
    "foo": "foo",
    "number": "number",
    "email,foo": "foo",
    "foo,bar": "foo",
    "customer_group": "customer_group",
    "customer_group.": "customer_group.",
    "customer_group.metadata": "customer_group.metadata",
    "-customer_group.foo": "customer_group.foo",
    "customer_group.customers.email": "customer_group.customers.email",
    "orders.number": "orders.number",
    "tags.name": "tags.name",
    "jwt_customer.email": "jwt_customer.email",
    ".email": ".email",
    "--email": "-email",
    "+email": " email",
    "%20": " ",
    "%20email": " email",
    "email,%20id": " id",
    "email%20": "email ",
    "email,": "",
    ",email": "",
    ",": "",
    "-": "",
    "EMAIL": "EMAIL",
    "email%C3%A9": "emailé",
}


@pytest.mark.parametrize(("sort", "named"), REFUSED.items())
def test_what_is_refused(api: Api, sort: str, named: str) -> None:
    """The first offender is named, without its minus; no full stop ends the text."""
    assert got(api.get(f"/api/customers?sort={sort}")) == refused(
        "INVALID_SORT_CRITERIA", f"{named} is not a valid sort criteria for customers"
    )


@pytest.mark.parametrize("query", ["sort=", "sort", "sorted=foo"])
def test_nothing_to_sort_by(api: Api, customers: list[Document], query: str) -> None:
    """The default order then."""
    answer = api.get(f"/api/customers?{query}")

    assert [c["attributes"]["email"] for c in customers] == values(answer, "email")


def test_sort_does_not_matter_to_one(api: Api, customers: list[Document]) -> None:
    """It is ignored where there is no list (conventions.md §10)."""
    path = path_of(customers[0])

    assert api.get(f"{path}?sort=nonsense").status_code == 200
    assert api.get(f"{path}/customer_group?sort=nonsense").status_code == 200
    assert api.get("/api/organization?sort=nonsense").status_code == 200


def test_sort_of_a_related_list(api: Api, customers: list[Document]) -> None:
    """It applies to the related type (conventions.md §5)."""
    group = api.get(f"{path_of(customers[0])}/customer_group").json["data"]
    answer = api.get(f"{path_of(group)}/customers?sort=-email")

    assert values(answer, "email") == ["g@example.com", "f@example.com"]
    assert got(api.get(f"{path_of(group)}/customers?sort=name")) == refused(
        "INVALID_SORT_CRITERIA", "name is not a valid sort criteria for customers"
    )


@pytest.mark.parametrize("type_", [t for t, r in sorted(registry().items()) if "list" in r.actions])
def test_sortable_attributes_of_every_type(api: Api, type_: str) -> None:
    """Whatever a declaration calls sortable can be sorted by."""
    for name, attribute in registry()[type_].attributes.items():
        expected = 200 if attribute.flags.sortable else 400
        assert (name, expected) == (name, api.get(f"/api/{type_}?sort=-{name}").status_code)
