"""What placing makes of the payment of an order (commerce.md §13.1, §14.2, §14.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of
from tests.resources.test_payment_sources import source
from tests.scene import alter, cart, clear, digest, events, line, order, sku

PLACED = ("orders.authorize", "orders.place")


@pytest.fixture(autouse=True)
def _no_method(api: Api) -> None:
    """Have no payment method whose kind a source must be of."""
    clear(api, "payment_methods")


def paid_with(api: Api, type_: str = "stripe_payments", **attributes: Any) -> Document:
    """Return an order of 10.00 that can be placed, with a payment source."""
    bought = cart(api, **attributes)
    source(api, type_, bought)
    return bought


def place(api: Api, bought: Document) -> Document:
    """Place an order; return its attributes."""
    attributes: Document = api.update(bought, _place=True)["attributes"]
    return attributes


@pytest.mark.parametrize("type_", PAYMENT_SOURCES)
def test_every_source(api: Api, sandbox: Sandbox, clock: Clock, type_: str) -> None:
    """It is authorized: before the order is placed, and at that moment."""
    bought = paid_with(api, type_)
    clock.freeze()
    placed = place(api, bought)

    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")
    assert placed["payment_updated_at"] == placed["placed_at"] == clock.timestamp()
    assert tuple(events(sandbox, bought)[-2:]) == PLACED


def test_without_a_source(api: Api, sandbox: Sandbox) -> None:
    """There is nothing to authorize; a payment is waived."""
    bought = cart(api)
    placed = place(api, bought)

    assert (placed["payment_status"], placed["payment_updated_at"]) == ("unpaid", None)
    assert "orders.authorize" not in events(sandbox, bought)


def test_what_costs_nothing(api: Api, sandbox: Sandbox) -> None:
    """It is free, whatever it would be paid with."""
    bought = order(api, customer_email="john@example.com")
    line(api, bought, unit_amount_cents=0)
    source(api, "wire_transfers", bought)

    assert place(api, bought)["payment_status"] == "free"
    assert events(sandbox, bought)[-1] == "orders.place"
    assert "orders.authorize" not in events(sandbox, bought)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("unpaid", "authorized", True),
        ("partially_authorized", "authorized", True),
        ("authorized", "authorized", False),
        ("paid", "paid", False),
        ("partially_paid", "partially_paid", False),
        ("free", "free", False),
    ],
)
def test_what_is_known_of_the_payment(
    api: Api, sandbox: Sandbox, *, before: str, after: str, told: bool
) -> None:
    """What is authorized is not authorized again; a status that was set stays."""
    bought = paid_with(api)
    alter(sandbox, bought, payment_status=before)

    assert place(api, bought)["payment_status"] == after
    assert ("orders.authorize" in events(sandbox, bought)) is told


def test_asynchronously(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """It is authorized when it is placed."""
    clock.freeze()
    bought = paid_with(api, place_async=True)
    placing = place(api, bought)
    clock.advance(timedelta(minutes=1))
    placed = api.get(path_of(bought)).json["data"]["attributes"]

    assert (placing["status"], placing["payment_status"]) == ("placing", "unpaid")
    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")
    assert placed["payment_updated_at"] == placed["placed_at"]
    assert tuple(events(sandbox, bought)[-3:]) == ("orders.placing", *PLACED)


@pytest.mark.parametrize(
    ("method", "status"),
    [
        ({"auto_capture": False}, "authorized"),
        ({"auto_capture": True}, "paid"),
        ({"auto_capture": True, "auto_capture_max_amount_cents": 1000}, "paid"),
        ({"auto_capture": True, "auto_capture_max_amount_cents": 999}, "authorized"),
    ],
    ids=["not", "all", "up to a maximum", "beyond it"],
)
def test_captured_at_once(api: Api, sandbox: Sandbox, method: Document, status: str) -> None:
    """Where the payment method says so."""
    taken = {"payment_source_type": "stripe_payments", "price_amount_cents": 0, **method}
    api.create("payment_methods", currency_code="EUR", **taken)
    bought = paid_with(api)

    assert place(api, bought)["payment_status"] == status
    expected = ["orders.authorize", *["orders.pay"] * (status == "paid"), "orders.place"]
    assert events(sandbox, bought)[-len(expected) :] == expected


def test_placing_twice(api: Api, sandbox: Sandbox) -> None:
    """There is one authorization."""
    bought = paid_with(api)
    place(api, bought)
    before = digest(sandbox)
    place(api, bought)

    assert digest(sandbox) == before


def test_a_hosted_checkout(token_bearers: TokenBearers, api: Api) -> None:
    """A guest who places sees that it is authorized: checkouts wait for that."""
    sku(api)
    guest = token_bearers.guest()
    bought = guest.create("orders", customer_email="john@example.com")
    line(guest, bought, sku_code="CAP")
    source(guest, "wire_transfers", bought)

    assert place(guest, bought)["payment_status"] == "authorized"
    assert guest.get(path_of(bought)).json["data"]["attributes"]["payment_status"] == "authorized"


def test_an_outcome_that_is_forced(api: Api, sandbox: Sandbox) -> None:
    """A fault declines the payment once, and nothing has happened."""
    bought = paid_with(api)
    before = digest(sandbox)
    values = {"name": "payment_source", "rule": "invalid", "relationship": True}
    effect = {"error": "VALIDATION_ERROR", "values": values}
    api.app.plane.faults.add({"effect": effect, "times": 1})
    refused = api.patch(path_of(bought), document("orders", bought["id"], _place=True))

    assert refused.json["errors"][0]["source"] == {"pointer": "/data/relationships/payment_source"}
    assert digest(sandbox) == before
    assert place(api, bought)["payment_status"] == "authorized"
