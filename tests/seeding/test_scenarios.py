"""The situations that come with the package are coherent, and what they promise can be done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.access import MODES, Mode
from mockserver.app import MockServerApp
from mockserver.commerce.payments.payment_sources import label
from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart
from mockserver.engine.sandbox import Sandbox
from mockserver.situations import scenarios
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare
from tests.client import Api, Bearers, Document, document, ids, path_of, to
from tests.seeding.test_consistency import GENERATED, HELD, MOVING, reckoned, shown_anywhere
from tests.seeding.test_seed import declared, linked

#: Those with records of their own; the others only add customers.
TOLD = ("b2b-groups", "checkout-ready", "gdpr")
#: What a customer may have of which something is forgotten, or kept for the books.
EVERYTHING = (
    "customer_addresses",
    "customer_payment_sources",
    "customer_subscriptions",
    "order_subscriptions",
    "orders",
    "returns",
    "sku_lists",
)
CARD = "customer_payment_sources"


def played(app: MockServerApp, name: str, mode: Mode = "test") -> Sandbox:
    """Return a mode of the first organization with a scenario played on top."""
    app.plane.organizations.seed("acme", {"scenario": name})
    return next(iter(app.organizations)).sandbox(mode)


def found(sandbox: Sandbox, type_: str, **wanted: Any) -> list[Record]:
    """Return the records with this value in this field."""
    ((field, value),) = wanted.items()
    return sandbox.find(type_, Compare(field, "eq", value))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TOLD)
def test_orders_are_as_the_engine_would_have_made_them(
    app: MockServerApp, name: str, mode: Mode
) -> None:
    """Every amount is that of the line items; customers count what was placed."""
    sandbox = played(app, name, mode)
    for order in sandbox.partition.select("orders")[0]:
        lines = list(map(reckoned, found(sandbox, "line_items", order=order["id"])))
        cart = Cart({"tax_included": order["tax_included"]}, lines)
        add_up(cart)
        assert cart.order == {field: order[field] for field in cart.order}, order["number"]
        assert bool(order["payment_source"]) is bool(order["payment_method"]), order["number"]
        assert order["payment_source"] or not order["placed_at"], order["number"]
    for customer in sandbox.partition.select("customers")[0]:
        orders = found(sandbox, "orders", customer=customer["id"])
        assert customer["total_orders_count"] == sum(bool(o["placed_at"]) for o in orders)
    for entry in sandbox.partition.select(CARD)[0]:
        source = sandbox.get(entry["payment_source_type"], entry["payment_source"])
        assert source
        assert entry["name"] == label(entry["payment_source_type"], source)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TOLD)
def test_every_record_takes_what_it_shows(
    app: MockServerApp, bearers: Bearers, name: str, mode: Mode
) -> None:
    """Nothing leads nowhere, and no rule stands in the way of a change."""
    api, sandbox = bearers.integration(mode), played(app, name, mode)
    for resource, record in list(declared(sandbox)):
        assert [t for t in linked(resource, record) if sandbox.get(*t) is None] == []
        if resource.singleton or not {"retrieve", "update"} <= set(resource.actions):
            continue
        if record.get("item_type") in GENERATED or resource.type_ in HELD:
            continue
        shown = api.get(f"/api/{resource.type_}/{record['id']}").json["data"]
        attributes = shown["attributes"]
        sent = {n: v for n, v in attributes.items() if resource.attributes[n].flags.updatable}
        answer = api.update(shown, **{**sent, "reference": "seen"})["attributes"]

        moving = {n: answer[n] for n in MOVING if n in answer}

        attributes = shown_anywhere(resource, attributes)
        assert shown_anywhere(resource, answer) == {**attributes, "reference": "seen", **moving}


def offered(api: Api, cart: Document) -> list[Document]:
    """Return the payment methods that an order can be paid with."""
    query = {"include": "available_payment_methods"}
    included: list[Document] = api.get(path_of(cart), query).json["included"]
    return included


def test_a_returning_customer_checks_out(app: MockServerApp, bearers: Bearers) -> None:
    """With the card from the wallet, as a storefront does it."""
    played(app, "checkout-ready")
    number = {"filter[q][number_eq]": "CR-1002"}
    (cart,) = bearers.integration().get("/api/orders", number).json["data"]
    api = bearers.customer("ada@example.com", "secret123")
    (card,) = ids(api.get(f"{path_of(cart)}/available_customer_payment_sources"))
    methods = offered(api, cart)
    paid = api.update(cart, _customer_payment_source_id=card)
    placed = api.update(paid, _place=True)["attributes"]

    assert [m["attributes"]["payment_source_type"] for m in methods] == [
        "stripe_payments",
        "wire_transfers",
    ]
    assert paid["attributes"]["payment_source_details"]["card_last_digits"] == "4242"
    assert (placed["status"], placed["customer_type"]) == ("placed", "returning")
    assert placed["place_total_amount_cents"] == 8600


HOME = {
    "first_name": "Grace",
    "last_name": "Murray",
    "line_1": "Via Dante 12",
    "city": "Milano",
    "zip_code": "20121",
    "state_code": "MI",
    "country_code": "IT",
    "phone": "+39 02 0000 0101",
}


def test_a_guest_checks_out(app: MockServerApp, bearers: Bearers) -> None:
    """The cart becomes pending when there is an email, and can then be placed."""
    played(app, "checkout-ready")
    number = {"filter[q][number_eq]": "CR-1003"}
    (cart,) = bearers.integration().get("/api/orders", number).json["data"]
    api = bearers.guest()
    (method, _) = offered(api, cart)
    pending = api.update(cart, customer_email="grace@example.com")
    home = {"type": "addresses", "id": api.create("addresses", **HOME)["id"]}
    api.update(pending, links={"billing_address": home, "shipping_address": home})
    shipments = api.get(path_of(cart), {"include": "shipments"}).json["included"]
    way = api.get(f"{path_of(shipments[0])}/available_shipping_methods").json["data"][0]
    api.update(shipments[0], links={"shipping_method": to(way)})
    api.update(pending, links={"payment_method": to(method)})
    api.create("stripe_payments", links={"order": to(cart)})
    placed = api.update(cart, _place=True)["attributes"]

    assert [o["attributes"]["status"] for o in (cart, pending)] == ["draft", "pending"]
    assert (placed["status"], placed["guest"]) == ("placed", True)


def test_a_stock_that_runs_out(app: MockServerApp, bearers: Bearers) -> None:
    """There are four stools, of which two are in the cart."""
    sandbox = played(app, "checkout-ready")
    (stool,) = found(sandbox, "line_items", sku_code="STOOL-OAK")
    path = f"/api/line_items/{stool['id']}"
    answer = bearers.integration().patch(path, document("line_items", stool["id"], quantity=5))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["meta"]["error"] == "less_than_or_equal_to"


def test_there_is_everything_to_forget(app: MockServerApp) -> None:
    """The one who never asked has whatever a customer can have, and a note."""
    sandbox = played(app, "gdpr")
    (never,) = found(sandbox, "customers", email="never@example.com")

    assert [type_ for type_ in EVERYTHING if not found(sandbox, type_, customer=never["id"])] == []
    assert found(sandbox, "attachments", attachable=never["id"])
    assert all(never[name] for name in ("tax_exemption_code", "reference", "metadata"))


def test_everybody_who_asked_has_an_address(app: MockServerApp) -> None:
    """It is blank for who was forgotten."""
    sandbox = played(app, "gdpr")
    for customer in sandbox.partition.select("customers")[0]:
        (entry,) = found(sandbox, "customer_addresses", customer=customer["id"])
        address = sandbox.get("addresses", entry["address"]) or {}
        forgotten = customer["anonymization_status"] == "completed"

        assert (address["line_1"] == "***") is forgotten


def test_the_market_of_a_group(app: MockServerApp) -> None:
    """Its members order there, and pay on account alone."""
    sandbox = played(app, "b2b-groups")
    (market,) = found(sandbox, "markets", code="wholesale-europe")
    (order,) = found(sandbox, "orders", market=market["id"])
    (method,) = found(sandbox, "payment_methods", market=market["id"])
    buyer = sandbox.get("customers", order["customer"]) or {}

    assert buyer["customer_group"] == market["customer_group"]
    assert order["payment_method"] == method["id"]
    assert method["payment_source_type"] == "wire_transfers"


def test_both_modes_are_told_alike() -> None:
    """No file says something of one mode alone."""
    files = [json.loads((scenarios.directory() / f"{name}.json").read_text()) for name in TOLD]

    assert [set(file) for file in files] == [{"meta", "both"}] * len(TOLD)
