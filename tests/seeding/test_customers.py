"""Customers agree with what belongs to them, and the named ones are what they are said to be."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from mockserver.commerce.customers.erasure import forgotten
from mockserver.engine.sandbox import Sandbox
from mockserver.passwords import verify_password
from mockserver.seeding.seed import PASSWORD, populate
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare
from tests.seeding.worlds import seeded

STATUSES = ("prospect", "acquired", "repeat")


@pytest.fixture(scope="session")
def populated() -> Sandbox:
    """Return a sandbox with enough customers for every rarity; not to be changed."""
    sandbox = seeded().sandbox("test")
    populate(sandbox, 2000)
    return sandbox


def everything(sandbox: Sandbox, type_: str) -> list[Record]:
    """Return all records of a type, oldest first."""
    return sandbox.partition.select(type_)[0]


def of(sandbox: Sandbox, type_: str, customer: Record) -> list[Record]:
    """Return what belongs to a customer."""
    return sandbox.find(type_, Compare("customer", "eq", customer["id"]))


def customer(sandbox: Sandbox, email: str) -> Record:
    """Return the customer with the email address."""
    (found,) = sandbox.find("customers", Compare("email", "eq", email))
    return found


def test_status_and_count_follow_from_placed_orders(populated: Sandbox) -> None:
    """Orders that were placed count, cancelled ones included; drafts and pendings do not."""
    placed = Counter(o["customer"] for o in everything(populated, "orders") if o["placed_at"])

    for found in everything(populated, "customers"):
        assert placed[found["id"]] == found["total_orders_count"]
        assert STATUSES[min(placed[found["id"]], 2)] == found["status"]


def test_moments_and_statuses_of_orders_agree(populated: Sandbox) -> None:
    """What an order has gone through has a moment, and nothing else has."""
    seen = set()
    for order in everything(populated, "orders"):
        status = order["status"]
        seen.add((status, order["payment_status"]))

        assert (status in {"placed", "approved", "cancelled"}) == bool(order["placed_at"])
        assert (status == "approved") == bool(order["approved_at"])
        assert (status == "cancelled") == bool(order["cancelled_at"])
        moments = (order[f"{state}_updated_at"] for state in ("payment", "fulfillment"))
        assert order["updated_at"] == max(filter(None, moments), default=order["created_at"])

    assert seen == {
        ("draft", "unpaid"),
        ("pending", "unpaid"),
        ("placed", "authorized"),
        ("approved", "paid"),
        ("cancelled", "voided"),
    }


def test_amounts_of_orders_agree(populated: Sandbox) -> None:
    """Without discounts the totals are goods and shipping; taxes come on top, or are in them."""
    for order in everything(populated, "orders"):
        total, due = order["total_amount_cents"], order["total_amount_with_taxes_cents"]
        on_top = 0 if order["tax_included"] else order["total_tax_amount_cents"]

        assert (total > 0) is (order["status"] != "draft") is (order["skus_count"] > 0)
        assert total == order["subtotal_amount_cents"] + order["shipping_amount_cents"]
        assert due == total + on_top
        assert order["place_total_amount_cents"] == (due if order["placed_at"] else None)


def test_orders_suit_their_customers(populated: Sandbox) -> None:
    """Guests order as guests; a customer's market is open to them and sells in its currency."""
    markets = {market["id"]: market for market in everything(populated, "markets")}
    for order in everything(populated, "orders"):
        buyer = populated.get("customers", order["customer"]) or {}
        market = markets[order["market"]]

        assert market["customer_group"] in (None, buyer["customer_group"])
        assert order["currency_code"] == ("USD" if market["code"] == "usa" else "EUR")
        if buyer["anonymization_status"] != "completed":
            assert order["guest"] == (buyer["password"] is None)


def test_orders_have_addresses_of_their_own(populated: Sandbox) -> None:
    """No order shares an address, which would change under it."""
    kept = {entry["address"] for entry in everything(populated, "customer_addresses")}
    orders = [order for order in everything(populated, "orders") if order["status"] != "draft"]
    ordered = [order[f"{use}_address"] for order in orders for use in ("billing", "shipping")]

    assert ordered
    assert len(set(ordered)) == len(ordered)
    assert not kept & set(ordered)


def test_only_registered_customers_keep_things(populated: Sandbox) -> None:
    """Guests have no wallet, no address book and no lists."""
    registered = {c["id"] for c in everything(populated, "customers") if c["password"]}
    forgotten = {
        c["id"]
        for c in everything(populated, "customers")
        if c["anonymization_status"] == "completed"
    }

    for type_ in ("customer_payment_sources", "customer_addresses", "sku_lists"):
        owners = {record["customer"] for record in everything(populated, type_)} - {None}
        assert owners
        assert owners <= registered | forgotten


def test_tags_are_at_most_ten(populated: Sandbox) -> None:
    """As the organization allows, and none twice."""
    lists = [c["tags"] for c in everything(populated, "customers")]

    assert max(map(len, lists)) == 10
    assert all(len(tags) == len(set(tags)) for tags in lists)


@pytest.mark.parametrize(
    ("status", "keys"),
    [
        ("requested", set()),
        ("started", {"started_at"}),
        ("completed", {"started_at", "completed_at"}),
        ("failed", {"started_at", "failed_at"}),
        ("cancelled", {"cancelled_at", "cancellation_requester"}),
    ],
)
def test_every_anonymization_status(sandbox: Sandbox, status: str, keys: set[str]) -> None:
    """There is one of each from the start, with the keys of its stage alone.

    customers.md §11.2.
    """
    found = sandbox.find("customers", Compare("anonymization_status", "eq", status))
    user = everything(sandbox, "users")[0]

    assert found
    for info in (one["anonymization_info"] for one in found):
        assert {"status", "requested_at", "requester"} | keys == set(info)
        assert status == info["status"]
        assert info["requester"] == {
            name: user[name] for name in ("id", "first_name", "last_name", "email")
        }
        assert all(info[key].endswith(" UTC") for key in info if key.endswith("_at"))


def test_forgotten_customers_have_nothing_personal(populated: Sandbox) -> None:
    """A completed anonymization has replaced the personal data everywhere (customers.md §11.4)."""
    found = populated.find("customers", Compare("anonymization_status", "eq", "completed"))
    for one in found:
        assert one["email"] == (f"anonymized-{one['id'].lower()}-{one[SERIAL]}@anonymized.invalid")
        assert tuple(
            one[n]
            for n in ("password", "tax_exemption_code", "reference", "reference_origin", "metadata")
        ) == (None, None, None, None, {})
        books = [entry["address"] for entry in of(populated, "customer_addresses", one)]
        ordered = [order["shipping_address"] for order in of(populated, "orders", one)]
        for id_ in books + ordered:
            address = populated.get("addresses", id_) or {}
            assert address == {**address, **forgotten(populated, "addresses", address)}
        assert of(populated, "customer_payment_sources", one) == []
        assert populated.find("attachments", Compare("attachable", "eq", one["id"])) == []

    assert found


def test_the_first_customer_has_one_of_everything(sandbox: Sandbox) -> None:
    """Client suites take the first of the list, and look for its orders."""
    john = everything(sandbox, "customers")[0]

    assert john["email"] == "john@example.com"
    assert (john["status"], john["total_orders_count"]) == ("repeat", 3)
    assert [o["status"] for o in of(sandbox, "orders", john)] == [
        "approved",
        "placed",
        "draft",
        "placed",
    ]
    for type_, count in (
        ("customer_addresses", 2),
        ("customer_payment_sources", 1),
        ("customer_subscriptions", 1),
        ("order_subscriptions", 1),
        ("returns", 1),
        ("sku_lists", 1),
    ):
        assert count == len(of(sandbox, type_, john)), type_
    assert len(sandbox.find("attachments", Compare("attachable", "eq", john["id"]))) == 1
    assert john["customer_group"]
    assert john["tags"]


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("mary@example.com", {"status": "prospect", "password": None, "tags": []}),
        ("peter@example.com", {"status": "acquired", "total_orders_count": 1}),
        ("greta@example.com", {"status": "acquired", "password": None}),
        ("paul@example.com", {"status": "prospect", "total_orders_count": 0}),
        ("valentina@example.com", {"status": "acquired"}),
        ("buyer@wholesale.example.com", {"status": "repeat", "tax_exemption_code": "TX-1234567"}),
        ("tara@example.com", {"status": "prospect"}),
        ("jose+test@example.com", {"status": "prospect"}),
    ],
)
def test_the_cast(sandbox: Sandbox, email: str, expected: dict[str, Any]) -> None:
    """Documented customers are what they are documented to be."""
    found = customer(sandbox, email)

    assert expected == {name: found[name] for name in expected}


def test_everybody_has_the_published_password(sandbox: Sandbox) -> None:
    """Registered customers can log in, and share one hash."""
    hashes = {c["password"] for c in everything(sandbox, "customers")} - {None}

    assert len(hashes) == 1
    assert verify_password(PASSWORD, hashes.pop())


def test_members_of_the_private_market(sandbox: Sandbox) -> None:
    """There is a public and a private market, and somebody who may enter the latter."""
    markets = {market["code"]: market for market in everything(sandbox, "markets")}
    member = customer(sandbox, "valentina@example.com")

    assert markets["europe"]["customer_group"] is None
    assert markets["vip"]["customer_group"] == member["customer_group"]
    assert markets["vip"]["id"] == of(sandbox, "orders", member)[0]["market"]


def test_there_is_something_of_everything(sandbox: Sandbox) -> None:
    """What the published clients' own suites look for (clients.md §6)."""
    found = everything(sandbox, "customers")

    assert sandbox.partition.count("customer_groups") == 2
    assert sandbox.partition.count("tags") >= 5
    assert {c["status"] for c in found} == set(STATUSES)
    assert {c["password"] is None for c in found} == {True, False}
    assert any(o["customer"] == found[0]["id"] for o in everything(sandbox, "orders"))


def test_rarities_of_random_customers(populated: Sandbox) -> None:
    """Among the random ones, too, there are returns, subscriptions, notes and lists."""
    for type_ in ("returns", "order_subscriptions", "attachments", "sku_lists"):
        assert populated.partition.count(type_) > 5, type_
    assert {r["status"] for r in everything(populated, "returns")} == {
        "requested",
        "approved",
        "shipped",
        "received",
    }


def test_line_items_make_up_their_orders(populated: Sandbox) -> None:
    """Line items add up to the totals; those of SKUs are at the prices of their currency."""
    skus = {sku["id"]: sku for sku in everything(populated, "skus")}
    prices = everything(populated, "prices")
    cents = {(price["sku"], price["currency_code"]): price["amount_cents"] for price in prices}
    totals: Counter[str] = Counter()
    for line in everything(populated, "line_items"):
        totals[line["order"]] += line["unit_amount_cents"] * line["quantity"]
        if line["item_type"] == "skus":
            assert line["sku_code"] == skus[line["item"]]["code"]
            assert line["unit_amount_cents"] == cents[line["item"], line["currency_code"]]
    assert {o["id"]: o["total_amount_cents"] for o in everything(populated, "orders")} == {
        order["id"]: totals[order["id"]] for order in everything(populated, "orders")
    }


def test_people_look_like_people(populated: Sandbox) -> None:
    """Nobody is called after a status, has round points, or the number after a neighbour's."""
    addresses, customers = everything(populated, "addresses"), everything(populated, "customers")
    names = {address[name] for address in addresses for name in ("first_name", "last_name")}
    points = [c["metadata"]["loyalty_points"] for c in customers if "loyalty" in str(c["metadata"])]
    codes = [int(c["tax_exemption_code"][3:]) for c in customers if c["tax_exemption_code"]]

    assert not names & {"Requested", "Started", "Completed", "Failed", "Cancelled", "Test"}
    assert len(points) > 10
    assert [p for p in points if p % 10 == 0] == []
    assert len(codes) == len(set(codes))
    assert min(abs(after - before) for before, after in pairwise(codes)) > 100
