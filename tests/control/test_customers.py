"""Customers by a few words: one with a past, one who is to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.control.customers import CustomerSchema
from mockserver.engine.sandbox import Sandbox
from tests.client import Api
from tests.control_clients import client_of, refused

EMAIL = "ada@example.com"
PAST = {
    "email": EMAIL,
    "first_name": "Ada",
    "last_name": "King",
    "country": "DE",
    "group": "gold",
    "tags": ["vip", "chess"],
    "addresses": 2,
    "orders": 3,
    "wallet": True,
    "metadata": {"loyalty": {"points": 1273}},
}


@pytest.fixture
def sandbox(fresh: MockServerApp) -> Sandbox:
    """Return the test mode of the first organization, which has no customers and no SKUs."""
    return next(iter(fresh.organizations)).sandbox("test")


@pytest.fixture
def api(fresh: MockServerApp) -> Api:
    """Return a client of it."""
    return client_of(fresh, fresh.plane.organizations.retrieve("acme"))


def counts(sandbox: Sandbox) -> dict[str, int]:
    """Return how many records there are of each type, but for what requests leave behind."""
    partition = sandbox.partition
    return {type_: n for type_ in partition.types() if (n := partition.count(type_))}


def test_a_customer_with_a_past(fresh: MockServerApp, api: Api) -> None:
    """Lines add up, payments fit, statuses and counters are what placing orders makes of them."""
    made = fresh.plane.customers.add("acme", PAST)
    related = "customer_group,tags,orders.line_items,customer_addresses.address"
    path = f"/api/customers/{made['id']}?include={related},customer_payment_sources"
    answer = api.get(path).json
    customer, found = answer["data"]["attributes"], answer["included"]
    by_type: dict[str, list[Any]] = {}
    for object_ in found:
        by_type.setdefault(object_["type"], []).append(object_["attributes"])

    assert ("repeat", 3, True) == tuple(
        customer[name] for name in ("status", "total_orders_count", "has_password")
    )
    assert PAST["metadata"] == customer["metadata"]
    assert ["gold"] == [group["code"] for group in by_type["customer_groups"]]
    assert {"vip", "chess"} == {tag["name"] for tag in by_type["tags"]}
    assert [("Ada King", "DE")] * 2 == [
        (address["full_name"], address["country_code"]) for address in by_type["addresses"]
    ]
    orders = by_type["orders"]
    assert sum(line["total_amount_cents"] for line in by_type["line_items"]) == sum(
        order["total_amount_with_taxes_cents"] for order in orders
    )
    assert all(order["total_amount_with_taxes_cents"] > 0 for order in orders)
    assert [("approved", "paid"), ("approved", "paid"), ("placed", "authorized")] == sorted(
        (order["status"], order["payment_status"]) for order in orders
    )
    assert {"stripe_payments"} == {o["payment_source_details"]["type"] for o in orders} or all(
        order["payment_source_details"] for order in orders
    )
    assert 1 == len(by_type["customer_payment_sources"])
    assert {order["number"] for order in orders} == {o["number"] for o in made["orders"]}


def test_by_the_rules(fresh: MockServerApp, sandbox: Sandbox) -> None:
    """What the API would tell webhooks of is told, and nothing is left to be done."""
    made = fresh.plane.customers.add("acme", {"email": EMAIL, "orders": 1})
    history = [e["event"] for e in sandbox.partition.select("event_stores")[0]]

    assert ["acquired", 1] == [made["status"], made["total_orders_count"]]
    assert [("placed", "authorized")] == [
        (order["status"], order["payment_status"]) for order in made["orders"]
    ]
    assert {"create", "update"} <= set(history)
    assert fresh.plane.jobs.list() == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"status": "prospect", "customer_addresses": [], "orders": [], "wallet": []}),
        ({"guest": True}, {"has_password": False}),
        ({"mode": "live"}, {"mode": "live"}),
    ],
    ids=["nothing", "a guest", "live"],
)
def test_the_rest_goes_without_saying(
    fresh: MockServerApp, asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Nobody has to say more than the email; what is not there yet is not made."""
    made = fresh.plane.customers.add("acme", {"email": EMAIL, **asked})
    mode = asked.get("mode", "test")
    api = client_of(fresh, fresh.plane.organizations.retrieve("acme"), mode)
    shown = api.get(f"/api/customers/{made['id']}").json["data"]
    known = {**shown["attributes"], **shown["meta"], **made}

    assert expected == {name: known[name] for name in expected}


@pytest.mark.parametrize("country", list(CustomerSchema().fields["country"].validate.choices))
def test_every_country(fresh: MockServerApp, country: str) -> None:
    """Its people order in the market they belong to."""
    made = fresh.plane.customers.add("acme", {"email": EMAIL, "country": country, "orders": 1})

    assert ["USD" if country == "US" else "EUR"] == [o["currency_code"] for o in made["orders"]]


@pytest.mark.parametrize(
    ("locale", "country"), [("ja-JP", "JP"), ("it_IT", "IT"), ("en_US", "US"), (None, "GR")]
)
def test_from_somewhere(fresh: MockServerApp, locale: str | None, country: str) -> None:
    """Name and addresses are of the locale that is named, else of one of the organization's."""
    fresh.plane.organizations.create({"slug": "shop", "locale": "el_GR"})
    asked = {"email": EMAIL, "addresses": 1, "orders": 1, **({"locale": locale} if locale else {})}
    made = fresh.plane.customers.add("shop", asked)
    api = client_of(fresh, fresh.plane.organizations.retrieve("shop"))
    book = api.get(f"/api/customer_addresses/{made['customer_addresses'][0]}?include=address").json
    address = book["included"][0]["attributes"]

    assert address["country_code"] == country
    assert address["first_name"].isascii() is (country in {"IT", "US"})
    assert made["orders"][0]["currency_code"] == ("USD" if country == "US" else "EUR")


def test_a_country_counts_before_the_locales_of_the_organization(fresh: MockServerApp) -> None:
    """Who is said to live elsewhere does."""
    fresh.plane.organizations.create({"slug": "shop", "locale": "el_GR"})
    made = fresh.plane.customers.add("shop", {"email": EMAIL, "addresses": 1, "country": "FR"})
    sandbox = fresh.plane.organizations.find("shop").sandbox("test")
    (address,) = sandbox.partition.select("addresses")[0][-1:]

    assert made["customer_addresses"]
    assert address["country_code"] == "FR"


def test_what_is_there_is_taken(fresh: MockServerApp, sandbox: Sandbox) -> None:
    """Tags, groups and SKUs of the organization are not made a second time."""
    fresh.plane.organizations.seed("acme", {"customers": 1})
    before = counts(sandbox)
    asked = {"email": EMAIL, "group": "vip", "tags": ["vip"], "orders": 2, "market": "vip"}
    fresh.plane.customers.add("acme", asked)
    after = counts(sandbox)

    same = ("customer_groups", "tags", "skus", "markets")
    assert [before[type_] for type_ in same] == [after[type_] for type_ in same]
    assert before["orders"] + 2 == after["orders"]


def test_the_same_seed_gives_the_same_customer(make: Callable[..., MockServerApp]) -> None:
    """Two servers with the same history make the same person."""
    made = [make().plane.customers.add("acme", PAST) for _ in range(2)]

    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"email": "taken@example.com"}, (422, "/email")),
        ({"email": "nonsense"}, (422, "/email")),
        ({"email": None}, (422, "/email")),
        ({"country": "XX"}, (422, "/country")),
        ({"locale": "it_TI"}, (422, "/locale")),
        ({"locale": ["it_IT"]}, (422, "/locale")),
        ({"locale": "it_IT", "country": "IT"}, (422, "/locale")),
        ({"market": "moon", "orders": 1}, (422, "/market")),
        ({"orders": 101}, (422, "/orders")),
        ({"addresses": -1}, (422, "/addresses")),
        ({"wallet": True}, (422, "/wallet")),
        ({"guest": True, "password": "secret123"}, (422, "/password")),
        ({"tags": [str(n) for n in range(11)], "orders": 1}, (422, "/tags")),
        ({"tags": ["not a tag!"]}, (422, "/tags")),
        ({"group": ""}, (422, "/group")),
        ({"shoe_size": 43}, (422, "/shoe_size")),
        ({"mode": "both"}, (422, "/mode")),
    ],
    ids=str,
)
def test_refused(
    fresh: MockServerApp, sandbox: Sandbox, asked: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a pointer to the word, and nothing has been stored."""
    fresh.plane.customers.add("acme", {"email": "taken@example.com"})
    before = counts(sandbox)

    found = refused(lambda: fresh.plane.customers.add("acme", {"email": EMAIL, **asked}))
    assert expected in found
    assert before == counts(sandbox)


def test_nothing_to_buy(fresh: MockServerApp, sandbox: Sandbox) -> None:
    """Where nothing is in stock nobody orders, and there is no customer either."""
    sku = {"type": "skus", "attributes": {"code": "GONE", "name": "Gone"}}
    fresh.plane.organizations.records("acme", {"data": sku})

    asked = {"email": EMAIL, "orders": 1}
    assert [(422, "/orders")] == refused(lambda: fresh.plane.customers.add("acme", asked))
    assert 0 == sandbox.partition.count("customers")


def test_anonymize(fresh: MockServerApp, sandbox: Sandbox, api: Api) -> None:
    """Asked for by a user, and done at once if somebody says so; nobody else is touched."""
    fresh.plane.customers.add("acme", PAST)
    other = fresh.plane.customers.add("acme", {"email": "other@example.com"})
    fresh.plane.customers.anonymize("acme", {"email": "other@example.com"})
    asked = fresh.plane.customers.anonymize("acme", {"email": " ADA@example.com", "now": True})
    shown = api.get(f"/api/customers/{asked['id']}").json["data"]["attributes"]

    assert "completed" == asked["anonymization_status"]
    assert asked["email"].endswith("@anonymized.invalid")
    assert "admin@example.com" == shown["anonymization_info"]["requester"]["email"]
    assert (3, []) == (asked["total_orders_count"], asked["wallet"])
    waiting = sandbox.get("customers", other["id"]) or {}
    assert "requested" == waiting["anonymization_status"]
    assert [other["id"]] == [job["resource"] for job in fresh.plane.jobs.list()]


def test_what_is_requested_already_is_done_now(fresh: MockServerApp) -> None:
    """And not asked for twice; afterwards there is nobody of that email."""
    fresh.plane.customers.add("acme", {"email": EMAIL})
    fresh.plane.customers.anonymize("acme", {"email": EMAIL})

    left = fresh.plane.customers.anonymize("acme", {"email": EMAIL, "now": True})

    assert "completed" == left["anonymization_status"]
    assert [] == list(fresh.plane.jobs.list())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"email": "nobody@example.com"}, [(404, "")]),
        ({"email": EMAIL, "mode": "live"}, [(404, "")]),
        ({"email": EMAIL}, [(422, "/email")]),
        ({}, [(422, "/email")]),
        ({"email": EMAIL, "now": 1}, [(422, "/now")]),
    ],
    ids=str,
)
def test_who_cannot_be_forgotten(
    fresh: MockServerApp, asked: dict[str, Any], expected: list[tuple[int, str]]
) -> None:
    """Nobody, or who is being forgotten already."""
    fresh.plane.customers.add("acme", {"email": EMAIL})
    fresh.plane.customers.anonymize("acme", {"email": EMAIL})

    found = refused(lambda: fresh.plane.customers.anonymize("acme", asked))
    assert expected == [(status, pointer) for status, pointer in found]


def test_in_python() -> None:
    """A test says it in one call, in the mode of its world."""
    with MockServer(tls_port=None) as server:
        world = server.organization(mode="live")
        made = world.add_customer(EMAIL, orders=2, wallet=True)
        assert made["id"] == world.live.list("customers", email_eq=EMAIL)[0]["id"]
        assert 2 == len(made["orders"])


def test_orders_of_a_customer_there_is(plane: ControlPlane) -> None:
    """Each is placed as those of a new one are, in the mode and the market that are asked for."""
    plane.customers.add("acme", {"email": "ada@example.com"})
    asked = {"email": " ADA@example.com", "orders": 2, "market": "usa"}
    found = plane.customers.order("acme", asked)

    assert [order["currency_code"] for order in found["orders"]] == ["USD", "USD"]
    assert (found["status"], found["total_orders_count"]) == ("repeat", 2)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [(422, "/email")]),
        ({"email": "nobody@example.com"}, [(404, "")]),
        ({"email": "ada@example.com", "orders": 0}, [(422, "/orders")]),
        ({"email": "ada@example.com", "market": "moon"}, [(422, "/market")]),
        ({"email": "ada@example.com", "mode": "live"}, [(404, "")]),
    ],
)
def test_no_order_of_nobody(
    plane: ControlPlane, body: dict[str, object], found: list[tuple[int, str]]
) -> None:
    plane.customers.add("acme", {"email": "ada@example.com"})

    assert refused(lambda: plane.customers.order("acme", body)) == found
