"""Addresses and payment sources of orders: cloned, and saved for the customer (neighbours §7)."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest

from mockserver.sandbox.sandbox import Sandbox
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import Refused, got, refused_with, violation
from tests.sandbox.bearers import PASSWORD, Bearers
from tests.sandbox.scene import address, digest, events, order, stored

JOHN = "john@example.com"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def said(place: Document) -> dict[str, Any]:
    """Return what an address says, apart from when it was made."""
    return {n: v for n, v in place["attributes"].items() if not n.endswith("_at")}


def linked(api: Api, object_: Document, name: str) -> Document:
    """Return the record at the end of a to-one relationship."""
    found: Document = api.get(f"{path_of(object_)}/{name}").json["data"]
    return found


def trigger(api: Api, bought: Document, **attributes: Any) -> Any:
    """Send commands to an order; return the answer."""
    return api.patch(path_of(bought), document("orders", bought["id"], **attributes))


# --- address book and wallet (customers §15) ------------------------------------------------------

BOOK = "_save_{}_to_customer_address_book"
WALLET = "_save_payment_source_to_customer_wallet"


@pytest.mark.parametrize("name", ["billing_address", "shipping_address"])
def test_saving_an_address(api: Api, sandbox: Sandbox, customer: Document, name: str) -> None:
    """An entry of the customer's book, once, however often it is saved."""
    place = address(api)
    bought = order(api, {"customer": to(customer), name: to(place)})
    for _ in range(2):
        api.update(bought, **{BOOK.format(name): True})
    (entry,) = api.get(f"{path_of(customer)}/customer_addresses").json["data"]
    kept = api.get(f"{path_of(entry)}/address").json["data"]
    api.update(place, city="Pisa")

    assert kept["id"] != place["id"]
    assert said(kept) == said(place)
    assert api.get(path_of(kept)).json["data"] == {**kept, "meta": ANY}
    assert events(sandbox, entry) == ["customer_addresses.create"]


def test_saving_both_addresses(api: Api, customer: Document) -> None:
    """One entry each; one for both when they are the same."""
    home, work = address(api), address(api, city="Pisa")
    both = {BOOK.format(name): True for name in ("billing_address", "shipping_address")}
    for billing, shipping, count in ((home, home, 1), (home, work, 2)):
        links = {"billing_address": to(billing), "shipping_address": to(shipping)}
        api.update(order(api, {"customer": to(customer), **links}), **both)

        assert len(ids(api.get(f"{path_of(customer)}/customer_addresses"))) == count


def test_saving_for_two_customers(api: Api, customer: Document) -> None:
    """One address may be in two books."""
    place = address(api)
    other = api.create("customers", email="other@example.com")
    for each in (customer, other):
        bought = order(api, {"customer": to(each), "billing_address": to(place)})
        api.update(bought, **{BOOK.format("billing_address"): True})

        assert len(ids(api.get(f"{path_of(each)}/customer_addresses"))) == 1


def test_saving_together_with_what_is_saved(api: Api) -> None:
    """Address and customer may come in the same request."""
    bought = order(api)
    api.update(
        bought,
        customer_email=JOHN,
        links={"billing_address": to(address(api))},
        **{BOOK.format("billing_address"): True},
    )

    assert len(api.get("/api/customer_addresses").json["data"]) == 1


def test_saving_a_payment_source(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """An entry of the customer's wallet, once, and available to its orders from then on."""
    source = {"type": "wire_transfers", "id": sandbox.store("wire_transfers", {})["id"]}
    bought = order(api, {"customer": to(customer), "payment_source": source})
    for _ in range(2):
        api.update(bought, **{WALLET: True})
    (kept,) = api.get(f"{path_of(customer)}/customer_payment_sources").json["data"]
    record = stored(sandbox, kept)
    available = f"{path_of(bought)}/available_customer_payment_sources"

    assert (record["payment_source_type"], record["payment_source"]) == tuple(source.values())
    assert ids(api.get(available)) == [kept["id"]]


def impossible(name: str) -> Refused:
    """Return the refusal of a trigger that has nothing to work on."""
    title = "is not allowed in the current status"
    return refused_with([violation(f"attributes/{name}", title, "invalid_transition")])


SAVES = [BOOK.format("billing_address"), BOOK.format("shipping_address"), WALLET]


@pytest.mark.parametrize("trigger", SAVES)
def test_nothing_to_save(api: Api, sandbox: Sandbox, customer: Document, trigger: str) -> None:
    """A customer without, and something without a customer."""
    place, source = address(api), sandbox.store("wire_transfers", {})
    things = {
        "billing_address": to(place),
        "shipping_address": to(place),
        "payment_source": {"type": "wire_transfers", "id": source["id"]},
    }
    for links in ({"customer": to(customer)}, things):
        bought = order(api, links)
        before = digest(sandbox)
        answer = api.patch(path_of(bought), document("orders", bought["id"], **{trigger: True}))
        ignored = api.patch(path_of(bought), document("orders", bought["id"], **{trigger: False}))

        assert got(answer) == impossible(trigger)
        assert ignored.status_code == 200
        assert digest(sandbox) == before


def test_sales_channels_save_too(bearers: Bearers, api: Api, customer: Document) -> None:
    """A logged customer its own, and a guest for whom it orders."""
    john, guest = bearers.customer(JOHN), bearers.guest()
    links = {"billing_address": to(address(api))}
    trigger = {BOOK.format("billing_address"): True}
    john.update(john.create("orders", links=links), **trigger)
    guest.update(guest.create("orders", links=links, customer_email="g@example.com"), **trigger)

    assert len(ids(john.get(f"{path_of(customer)}/customer_addresses"))) == 1
    assert len(ids(api.get("/api/customer_addresses"))) == 2
