"""Stores, and tokens that are limited to one (neighbours.md §24, authentication.md §6)."""

from __future__ import annotations

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused_with, violation
from tests.scene import address, market, order

PATH = "/api/stores"


@pytest.fixture
def rome(api: Api) -> Document:
    """Return a store of the European market."""
    return store(api, "rome")


def store(api: Api, code: str, in_market: str = "europe") -> Document:
    """Create a store."""
    links = {"market": to(market(api, in_market))}
    return api.create("stores", name=code.title(), code=code, links=links)


def linked(api: Api, object_: Document, name: str) -> Document | None:
    """Return what a to-one leads to."""
    found: Document | None = api.get(f"{path_of(object_)}/relationships/{name}").json["data"]
    return found


def test_what_is_required(api: Api) -> None:
    """A name and a market."""
    errors = [
        violation("attributes/name", "can't be blank", "blank"),
        violation("relationships/market", "can't be blank", "blank"),
    ]

    assert got(api.post(PATH, document("stores"))) == refused_with(errors)


def test_the_code_is_unique(api: Api, rome: Document) -> None:
    """Scopes name stores by it; many have none."""
    links = {"market": to(market(api))}
    again = api.post(PATH, document("stores", name="Rome", code="rome", links=links))
    error = violation("attributes/code", "has already been taken", "taken", value="rome")
    for _ in range(2):
        api.create("stores", name="Nameless", links=links)

    assert got(again) == refused_with([error])
    assert rome["attributes"]["code"] == "rome"


def test_from_the_other_end(api: Api, rome: Document) -> None:
    """Its market and its stock location know it."""
    location = api.create("stock_locations", name="Depot", links={"address": to(address(api))})
    api.update(rome, links={"stock_location": to(location)})

    assert ids(api.get(f"{path_of(market(api))}/stores"))[-1] == rome["id"]
    assert ids(api.get(f"{path_of(location)}/stores")) == [rome["id"]]
    assert api.get(f"{path_of(rome)}/events").json["data"] == []


def test_it_stays_with_its_orders(api: Api, rome: Document) -> None:
    """A store with orders is locked (catalogue.md §31); without any it goes with its market."""
    bought = order(api, {"store": to(rome)})
    locked = api.delete(path_of(rome)).status_code
    api.delete(path_of(bought))
    deleted = api.delete(path_of(rome)).status_code

    assert (locked, deleted) == (423, 204)


@pytest.mark.parametrize("form", ["store:code:{code}", "store:id:{id}"])
@pytest.mark.parametrize("before", ["", "market:code:europe ", "market:all,"])
def test_orders_in_the_scope_of_a_store(
    token_bearers: TokenBearers, api: Api, rome: Document, form: str, before: str
) -> None:
    """They get the store, and with it alone in scope its market as well."""
    item = form.format(code=rome["attributes"]["code"], id=rome["id"])
    links = {"market": to(market(api))} if "all" in before else None
    made = token_bearers.guest(f"{before}{item}").create("orders", links=links)

    assert linked(api, made, "store") == to(rome)
    assert linked(api, made, "market") == to(market(api))


def test_another_store_by_name(token_bearers: TokenBearers, api: Api, rome: Document) -> None:
    """What is sent counts; it stays when the order is changed by who has another in scope."""
    milan = store(api, "milan")
    guest = token_bearers.guest("store:code:rome")
    named = guest.create("orders", links={"store": to(milan)})
    plain = order(api)
    guest.update(plain, reference="r")

    assert linked(api, named, "store") == to(milan)
    assert linked(api, plain, "store") is None
    assert rome["id"] != milan["id"]


@pytest.mark.parametrize(
    "scope", ["market:code:europe", "store:code:rome store:code:milan", "market:all"]
)
def test_no_single_store_in_scope(
    token_bearers: TokenBearers, api: Api, rome: Document, scope: str
) -> None:
    """Then an order has none of its own accord."""
    store(api, "milan")
    made = token_bearers.guest(scope).create("orders", links={"market": to(market(api))})

    assert linked(api, made, "store") is None
    assert ids(api.get(f"{path_of(rome)}/orders")) == []


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("store:code:rome", 200),
        ("store:code:nowhere", 400),
        ("market:code:europe store:code:rome", 200),
        ("market:code:usa store:code:rome", 400),
    ],
)
def test_scopes(token_bearers: TokenBearers, rome: Document, scope: str, status: int) -> None:
    """A store is looked up among those there are, and belongs to a market that is named."""
    assert rome["type"] == "stores"
    answer = token_bearers.answer("Sales channel", "client_credentials", scope=scope)

    assert answer[0] == status
