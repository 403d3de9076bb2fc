"""The members that describe the token of the request, not the record (customers.md §12)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resources.registry import registry
from tests.bearers import ADMIN, EUROPE, PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.ignoring import is_ignored
from tests.refusals import got, refused
from tests.scene import clear, market

JOHN = "john@example.com"
INCLUDE = "jwt_customer,jwt_markets,jwt_stock_locations"
CLAIM = {"customer": {"first_name": "Jörg", "tags": ["a", 1, None]}}
#: The types with these members, and which of them each has.
MEMBERS = {
    type_: sorted(
        n for n in (*r.attributes, *r.relationships) if n.startswith("jwt_") and n != "jwt_filters"
    )
    for type_, r in registry().items()
}


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def seen(api: Api, customer: Document) -> dict[str, Any]:
    """Return what the members of a record say to a bearer."""
    data = api.get(f"{path_of(customer)}?include={INCLUDE}").json["data"]
    linkage = {name: data["relationships"][name]["data"] for name in INCLUDE.split(",")}
    return {"jwt_custom_claim": data["attributes"]["jwt_custom_claim"], **linkage}


NOTHING = {
    "jwt_custom_claim": None,
    "jwt_customer": None,
    "jwt_markets": [],
    "jwt_stock_locations": [],
}


def scoped(api: Api, *codes: str) -> list[Document]:
    """Return the linkage of markets."""
    return [to(market(api, code)) for code in codes]


def locations(api: Api, *codes: str) -> list[Document]:
    """Return the linkage of stock locations."""
    found = api.get("/api/stock_locations").json["data"]
    by_code = {object_["attributes"]["code"]: to(object_) for object_ in found}
    return [by_code[code] for code in codes]


def test_which_types_have_them() -> None:
    """Customers, SKUs and prices, all four."""
    every = ["jwt_custom_claim", "jwt_customer", "jwt_markets", "jwt_stock_locations"]

    assert {type_: names for type_, names in MEMBERS.items() if names} == {
        "customers": every,
        "prices": every,
        "skus": every,
    }


def test_an_integration(token_bearers: TokenBearers, customer: Document) -> None:
    """Its token says nothing of the kind."""
    assert seen(token_bearers.integration(), customer) == NOTHING


def test_an_integration_in_every_market(token_bearers: TokenBearers, customer: Document) -> None:
    """``market:all`` is no list of markets."""
    assert seen(token_bearers.integration(scope="market:all"), customer) == NOTHING


SCOPES: dict[str, tuple[str, list[str], list[str]]] = {
    "one-market": (EUROPE, ["europe"], ["milan", "rotterdam"]),
    "a-private-market": ("market:code:vip", ["vip"], ["milan"]),
    "a-stock-location": (f"{EUROPE} stock_location:code:milan", ["europe"], ["milan"]),
    "two-markets": (f"{EUROPE} market:code:usa", ["europe", "usa"], []),
}


@pytest.mark.parametrize(("scope", "markets", "stock"), SCOPES.values(), ids=SCOPES)
def test_a_scope(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    api: Api,
    customer: Document,
    *,
    scope: str,
    markets: list[str],
    stock: list[str],
) -> None:
    """The markets in scope, and the stock locations one market sells from."""
    asking = token_bearers.integration(scope=scope)
    expected = {
        **NOTHING,
        "jwt_markets": scoped(api, *markets),
        "jwt_stock_locations": locations(api, *stock),
    }

    assert seen(asking, customer) == expected
    assert asking.get(f"{path_of(customer)}/jwt_markets").json["meta"]["record_count"] == len(
        markets
    )
    assert sorted(ids(asking.get(f"{path_of(customer)}/jwt_stock_locations"))) == sorted(
        linkage["id"] for linkage in expected["jwt_stock_locations"]
    )


def test_a_market_by_id(token_bearers: TokenBearers, api: Api, customer: Document) -> None:
    """It makes no difference how the scope names it."""
    own = market(api)
    asking = token_bearers.integration(scope=f"market:id:{own['id']}")

    assert seen(asking, customer)["jwt_markets"] == [to(own)]


def test_a_customer(token_bearers: TokenBearers, api: Api, customer: Document) -> None:
    """It sees itself, and, included, what is in scope (catalogue.md §2)."""
    expected = {
        **NOTHING,
        "jwt_customer": to(customer),
        "jwt_markets": scoped(api, "europe"),
        "jwt_stock_locations": locations(api, "milan", "rotterdam"),
    }

    assert seen(token_bearers.customer(JOHN), customer) == expected


def test_on_behalf_of_a_customer(token_bearers: TokenBearers, api: Api, customer: Document) -> None:
    """The owner of the token, whichever record is read."""
    other = api.create("customers", email="other@example.com")
    owner = {"type": "Customer", "id": customer["id"]}
    asking = token_bearers.on_behalf("Integration", {"owner": owner})

    assert seen(asking, other) == seen(asking, customer)
    assert seen(asking, other) == {**NOTHING, "jwt_customer": to(customer)}


def test_on_behalf_of_a_user(token_bearers: TokenBearers, customer: Document) -> None:
    """A user is no customer."""
    assert seen(token_bearers.user(ADMIN), customer) == NOTHING


def test_a_claim(token_bearers: TokenBearers, customer: Document) -> None:
    """As it was asserted, on every record."""
    asking = token_bearers.on_behalf("Integration", {"custom_claim": CLAIM})

    assert seen(asking, customer) == {**NOTHING, "jwt_custom_claim": CLAIM}
    assert [o["attributes"]["jwt_custom_claim"] for o in asking.get("/api/customers").json["data"]]


def test_a_claim_of_a_customer(token_bearers: TokenBearers, customer: Document) -> None:
    """Owner and claim go together."""
    claims = {"owner": {"type": "Customer", "id": customer["id"]}, "custom_claim": CLAIM}
    asking = token_bearers.on_behalf("Integration", claims, scope=EUROPE)
    found = seen(asking, customer)

    assert (found["jwt_custom_claim"], found["jwt_customer"]) == (CLAIM, to(customer))
    assert len(found["jwt_markets"]) == 1


def test_a_guest(token_bearers: TokenBearers, api: Api) -> None:
    """It sees its token's members in the answer to a sign-up."""
    answer = token_bearers.guest().post(
        f"/api/customers?include={INCLUDE}", document("customers", email=JOHN)
    )
    data = answer.json["data"]

    assert data["attributes"]["jwt_custom_claim"] is None
    assert {n: data["relationships"][n]["data"] for n in INCLUDE.split(",")} == {
        "jwt_customer": None,
        "jwt_markets": scoped(api, "europe"),
        "jwt_stock_locations": locations(api, "milan", "rotterdam"),
    }


def test_links_are_always_there(api: Api, customer: Document) -> None:
    """``data`` only when included."""
    relationships = api.get(path_of(customer)).json["data"]["relationships"]

    assert [list(relationships[name]) for name in INCLUDE.split(",")] == [["links"]] * 3


def test_what_they_lead_to(token_bearers: TokenBearers, api: Api, customer: Document) -> None:
    """The records, included, related or as linkage."""
    owner = {"type": "Customer", "id": customer["id"]}
    asking = token_bearers.on_behalf("Integration", {"owner": owner}, scope=EUROPE)
    path = path_of(customer)
    included = asking.get(f"{path}?include=jwt_markets.customer_group,jwt_stock_locations").json
    own = market(api)

    assert [to(object_) for object_ in included["included"]] == [
        to(own),
        *locations(api, "milan", "rotterdam"),
    ]
    assert asking.get(f"{path}/jwt_customer").json["data"]["id"] == customer["id"]
    assert asking.get(f"{path}/relationships/jwt_customer").json["data"] == to(customer)
    assert asking.get(f"{path}/relationships/jwt_markets").json["data"] == [to(own)]


def test_what_they_lead_to_is_there(
    token_bearers: TokenBearers, api: Api, customer: Document
) -> None:
    """A market that has been deleted since is not linked."""
    asking = token_bearers.integration(scope="market:code:usa")
    for type_ in ("payment_methods", "stores"):
        clear(api, type_)
    assert api.delete(path_of(market(api, "usa"))).status_code == 204

    assert seen(asking, customer)["jwt_markets"] == []


@pytest.mark.parametrize("name", MEMBERS["customers"])
def test_neither_filtered_nor_sorted_by(api: Api, name: str) -> None:
    """They say nothing of the record."""
    for key in (f"{name}_null", f"{name}_id_eq"):
        assert is_ignored(api, "customers", key, "true")
    answer = api.get("/api/customers", {"sort": name})
    assert got(answer) == refused(
        "INVALID_SORT_CRITERIA", f"{name} is not a valid sort criteria for customers"
    )


@pytest.mark.parametrize("name", MEMBERS["customers"])
def test_not_to_be_sent(api: Api, customer: Document, name: str) -> None:
    """The token alone decides."""
    sent = (
        document("customers", email="a@b.c", **{name: None})
        if name == "jwt_custom_claim"
        else document("customers", email="a@b.c", links={name: None})
    )
    sent_on = {"data": {**sent["data"], "id": customer["id"]}}
    expected = refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")

    assert got(api.post("/api/customers", sent)) == expected
    assert got(api.patch(path_of(customer), sent_on)) == expected
