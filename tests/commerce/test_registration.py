"""Guests who register: the same customer, with everything it had (customers.md §8, §15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import address, digest, events, market, order, stored

JOHN = "john@example.com"
TAKEN = "has already been taken", "taken"


@pytest.fixture
def guest(api: Api) -> Document:
    """Return a customer that an order has brought along."""
    bought = order(api, customer_email=" John@Example.com ")
    found: Document = api.get(f"{path_of(bought)}/customer").json["data"]
    return found


#: The ways a guest becomes registered.
WAYS: dict[str, Callable[[Api, Document], Any]] = {
    "update": lambda api, guest: api.update(guest, password=PASSWORD),
    "new order": lambda api, _: order(api, customer_email=JOHN, customer_password=PASSWORD),
    "own order": lambda api, guest: api.update(
        api.get(f"{path_of(guest)}/orders").json["data"][0], customer_password=PASSWORD
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_registering(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, guest: Document, way: str
) -> None:
    """The id, the orders and all that belongs to it stay; now there is somebody to log in."""
    place = address(api)
    entry = api.create("customer_addresses", links={"customer": to(guest), "address": to(place)})
    before, bought = stored(sandbox, guest), ids(api.get(f"{path_of(guest)}/orders"))
    login = token_bearers.login(JOHN)[0]
    WAYS[way](api, guest)
    after = stored(sandbox, guest)
    own = token_bearers.customer(JOHN)

    assert login == 400
    assert {n for n in after if after[n] != before[n]} <= {"password", "updated_at"}
    assert guest["attributes"]["has_password"] is False
    assert own.get(path_of(guest)).json["data"]["attributes"]["has_password"] is True
    assert set(bought) <= set(ids(own.get("/api/orders")))
    assert ids(own.get("/api/customer_addresses")) == [entry["id"]]
    assert events(sandbox, guest) == ["customers.create", "customers.create_password"]
    assert len(ids(api.get("/api/customers"))) == 1


def test_at_the_end_of_a_guest_checkout(token_bearers: TokenBearers, guest: Document) -> None:
    """A sales channel signs the guest up through the order, though it may not set passwords."""
    channel = token_bearers.guest()
    europe = {"customer_email": JOHN, "customer_password": PASSWORD}
    made = channel.post("/api/orders", document("orders", **europe))

    assert made.status_code == 201
    assert token_bearers.login(JOHN)[1]["owner_id"] == guest["id"]


def test_signing_up_again(token_bearers: TokenBearers, sandbox: Sandbox, guest: Document) -> None:
    """The email is taken, as guest or not: who shopped as a guest does not become somebody else."""
    channel = token_bearers.guest()
    before = digest(sandbox)
    answer = channel.post(
        "/api/customers",
        document("customers", email=guest["attributes"]["email"].upper(), password=PASSWORD),
    )

    assert got(answer) == refused_with([violation("attributes/email", *TAKEN, value=JOHN)])
    assert digest(sandbox) == before


def test_a_registered_customer_is_nobodys_prey(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, guest: Document
) -> None:
    """Who only knows the email gets no other password in."""
    api.update(guest, password=PASSWORD)
    visitor, own = token_bearers.guest(), token_bearers.customer(JOHN)
    before = digest(sandbox)
    taken = violation("attributes/customer_email", *TAKEN, value=JOHN)
    through_order = visitor.post(
        "/api/orders", document("orders", customer_email=JOHN, customer_password="mine now")
    )
    directly = own.patch(path_of(guest), document("customers", guest["id"], password="mine now"))

    assert got(through_order) == refused_with([taken])
    assert got(directly) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before


def test_orders_as_a_guest_and_afterwards(
    token_bearers: TokenBearers, api: Api, guest: Document
) -> None:
    """They are one customer's, whichever token placed them."""
    before = ids(api.get(f"{path_of(guest)}/orders"))
    api.update(guest, password=PASSWORD)
    own = token_bearers.customer(JOHN).create("orders", links={"market": to(market(api))})

    assert set(ids(api.get(f"{path_of(guest)}/orders"))) == {*before, own["id"]}
