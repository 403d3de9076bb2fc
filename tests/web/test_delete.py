"""Deleting records (conventions.md §8, customers.md §7)."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.backends import BACKENDS
from tests.client import Api, Document, path_of, to
from tests.refusals import got, refused

NOBODY = "AAAAAAAAAA"
pytestmark = pytest.mark.parametrize("storage", BACKENDS)


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a customer."""
    return api.create("customers", email="john@example.com")


@pytest.fixture
def market(api: Api) -> Document:
    """Return a market."""
    found: Document = api.get("/api/markets").json["data"][0]
    return found


def address(api: Api) -> Document:
    """Return an address."""
    return api.create(
        "addresses",
        business=True,
        company="Acme",
        line_1="Main Street 1",
        city="Rome",
        zip_code="00100",
        state_code="RM",
        country_code="IT",
        phone="1",
    )


def test_the_answer(api: Api, customer: Document) -> None:
    """204, no body, no content type, not to be cached (conventions.md §8)."""
    answer = api.delete(path_of(customer))

    assert got(answer) == (204, "")
    assert "Content-Type" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Vary"] == "Origin"


def test_what_is_deleted_is_gone(api: Api, customer: Document) -> None:
    """A second delete, a read and an update find nothing (conventions.md §8)."""
    path = path_of(customer)
    api.delete(path)

    assert got(api.delete(path)) == refused("RECORD_NOT_FOUND")
    assert got(api.get(path)) == refused("RECORD_NOT_FOUND")
    assert got(api.patch(path, {"data": to(customer)})) == refused("RECORD_NOT_FOUND")
    assert api.get("/api/customers").json["meta"]["record_count"] == 0


def test_an_unknown_id(api: Api) -> None:
    """Nobody cannot be deleted."""
    assert got(api.delete(f"/api/customers/{NOBODY}")) == refused("RECORD_NOT_FOUND")


def test_a_body_does_not_matter(api: Api, customer: Document) -> None:
    """Clients may send one, in any shape."""
    assert got(api.delete(path_of(customer), b"{oops")) == (204, "")


def test_the_event_remains(api: Api, customer: Document) -> None:
    """What happened to a record outlives it (customers.md §16)."""
    api.delete(path_of(customer))

    assert [e["attributes"]["name"] for e in api.get("/api/events").json["data"]] == [
        "customers.create",
        "customers.destroy",
    ]


def test_a_customer_with_an_order(
    api: Api, customer: Document, market: Document, sandbox: Sandbox
) -> None:
    """It is locked, and nothing is changed; the text names the hidden integer.

    conventions.md §8.
    """
    for name in ("other", "third"):
        api.create("customers", email=f"{name}@example.com")
    ordering = api.create("customers", email="orders@example.com")
    api.create("orders", customer_email="orders@example.com", links={"market": to(market)})
    number = sandbox.number("customers", ordering["id"])

    assert isinstance(number, int)
    assert got(api.delete(path_of(ordering))) == refused(
        "LOCKED", f"Failed to destroy Customer with id={number}"
    )
    assert api.get(path_of(ordering)).status_code == 200
    assert api.delete(path_of(customer)).status_code == 204


@pytest.mark.parametrize("status", ["placed", "approved", "cancelled"])
def test_a_placed_order(api: Api, market: Document, sandbox: Sandbox, status: str) -> None:
    """It stays (neighbours.md §7)."""
    order = api.create("orders", links={"market": to(market)})
    record = sandbox.get("orders", order["id"]) or {}
    sandbox.partition.put("orders", {**record, "status": status})

    assert api.delete(path_of(order)).status_code == 423
    assert api.get(path_of(order)).status_code == 200


@pytest.mark.parametrize("status", ["draft", "pending"])
def test_an_order_that_is_not_placed(
    api: Api, market: Document, sandbox: Sandbox, status: str
) -> None:
    """It can go (neighbours.md §7)."""
    order = api.create("orders", links={"market": to(market)})
    record = sandbox.get("orders", order["id"]) or {}
    sandbox.partition.put("orders", {**record, "status": status})

    assert api.delete(path_of(order)).status_code == 204


def test_what_goes_with_a_customer(api: Api, customer: Document) -> None:
    """Address book, subscriptions and attachments go; addresses and lists stay.

    customers.md §7.
    """
    place = address(api)
    link = {"customer": to(customer)}
    gone = [
        api.create("customer_addresses", links={**link, "address": to(place)}),
        api.create("customer_payment_sources", links=link),
        api.create("customer_subscriptions", customer_email="john@example.com", reference="x"),
        api.create("attachments", name="note", links={"attachable": to(customer)}),
    ]
    list_ = api.create("sku_lists", name="Wishes", links=link)

    assert api.delete(path_of(customer)).status_code == 204
    assert [api.get(path_of(object_)).status_code for object_ in gone] == [404] * 4
    assert api.get(path_of(place)).status_code == 200
    assert api.get(f"{path_of(list_)}/customer").json == {"data": None}


def test_what_stays_with_others(api: Api, customer: Document) -> None:
    """Only what belongs to the record itself goes."""
    other = api.create("customers", email="other@example.com")
    place = address(api)
    kept = api.create("customer_addresses", links={"customer": to(other), "address": to(place)})
    api.delete(path_of(customer))

    assert api.get(path_of(kept)).status_code == 200


def test_a_tag_lets_go(api: Api) -> None:
    """Deleting a tag removes its associations, and no others (customers.md §10)."""
    tags = [api.create("tags", name=name) for name in ("a", "b", "c")]
    links = {"tags": [to(tag) for tag in tags]}
    customer = api.create("customers", email="john@example.com", links=links)

    assert api.delete(path_of(tags[1])).status_code == 204
    assert api.get(f"{path_of(customer)}/relationships/tags").json["data"] == [
        to(tags[0]),
        to(tags[2]),
    ]


def test_a_group_lets_go(api: Api) -> None:
    """Its customers belong to none."""
    group = api.create("customer_groups", name="Gold")
    links = {"customer_group": to(group)}
    customer = api.create("customers", email="john@example.com", links=links)

    assert api.delete(path_of(group)).status_code == 204
    assert api.get(f"{path_of(customer)}/customer_group").json == {"data": None}


def test_a_group_with_a_market(api: Api, sandbox: Sandbox) -> None:
    """A private market holds its group: without it, it would be public."""
    group = next(g for g in api.get("/api/customer_groups").json["data"])
    number = sandbox.number("customer_groups", group["id"])

    assert got(api.delete(path_of(group))) == refused(
        "LOCKED", f"Failed to destroy CustomerGroup with id={number}"
    )


def test_an_attached_record_of_the_same_id(api: Api, sandbox: Sandbox) -> None:
    """One id may exist under two types: only what is attached to this one goes.

    conventions.md §3.
    """
    customer = api.create("customers", email="john@example.com")
    record = sandbox.get("customers", customer["id"]) or {}
    sandbox.partition.put("customer_groups", {**record, "name": "Gold"})
    twin = {"type": "customer_groups", "id": customer["id"]}
    kept = api.create("attachments", name="note", links={"attachable": twin})

    assert api.delete(path_of(customer)).status_code == 204
    assert api.get(f"{path_of(kept)}/relationships/attachable").json["data"] == twin


@pytest.mark.parametrize("type_", ["events"])
def test_a_type_that_cannot_be_deleted(api: Api, customer: Document, type_: str) -> None:
    """405, with the methods there are (conventions.md §8)."""
    event = api.get(f"{path_of(customer)}/events").json["data"][0]
    answer = api.delete(f"/api/{type_}/{event['id']}")

    assert got(answer) == refused("METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, PATCH, PUT, HEAD, OPTIONS"
