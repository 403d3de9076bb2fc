"""The shop against a sandbox: what goes well, and what goes wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from shop import InvalidCustomer, Shop, Unavailable

PASSWORD = "open sesame"
CREATE = {"type": "customers", "action": "create"}


@pytest.fixture
def waited() -> list[float]:
    """Return the seconds the shop would have waited between its tries."""
    return []


@pytest.fixture
def shop(sandbox: Any, waited: list[float]) -> Iterator[Shop]:
    """Return a shop whose API is the sandbox of the test."""
    who = sandbox.credential("integration")
    shop = Shop(sandbox.url, who.client_id, who.client_secret, timeout=0.5, wait=waited.append)
    yield shop
    shop.close()


# --- what goes well ------------------------------------------------------------------------------


def test_a_customer_signs_up(shop: Shop, sandbox: Any) -> None:
    """The record is there, and one request with these members has made it."""
    made = shop.sign_up("jane@example.com", PASSWORD)

    stored = sandbox.test.retrieve("customers", made["id"])
    assert ("jane@example.com", "prospect", True) == (
        stored["email"],
        stored["status"],
        stored["has_password"],
    )
    sandbox.journal.assert_requested(
        "POST",
        "/api/customers",
        times=1,
        body={"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}},
    )


def test_a_customer_can_log_in_afterwards(shop: Shop, sandbox: Any) -> None:
    shop.sign_up("jane@example.com", PASSWORD)

    assert sandbox.token(customer="jane@example.com", password=PASSWORD)


@pytest.mark.mockserver(customers=60, frozen="2026-01-15T10:00:00Z")
def test_lists_are_read_to_the_end(shop: Shop, sandbox: Any) -> None:
    """All pages, with one token."""
    everybody = shop.newcomers("2000-01-01", "2026-01-16")

    assert 60 == len(everybody)
    sandbox.journal.assert_requested("GET", "/api/customers", times=3)
    sandbox.journal.assert_requested("POST", "/oauth/token", times=1)


@pytest.mark.usefixtures("sandbox_environment")
def test_the_shop_is_configured_by_variables(sandbox: Any) -> None:
    """The fixture sets those that `mockserver run` sets too."""
    shop = Shop.from_environment()
    shop.sign_up("jane@example.com", PASSWORD)
    shop.close()

    assert 1 == sandbox.test.count("customers")


# --- what the API refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "reason"), [("jane", "is invalid"), ("taken@example.com", "has already been taken")]
)
def test_a_bad_customer_is_refused(shop: Shop, sandbox: Any, email: str, reason: str) -> None:
    """The shop shows the API's own words, and does not try again."""
    sandbox.test.create("customers", email="taken@example.com")
    with pytest.raises(InvalidCustomer) as refused:
        shop.sign_up(email, PASSWORD)

    assert {"email": reason} == refused.value.reasons
    sandbox.journal.assert_requested("POST", "/api/customers", times=1, status=422)


# --- what fails in passing -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "effect",
    [
        {"error": "TOO_MANY_REQUESTS"},
        {"status": 503},
        {"drop": "before"},
        {"delay": 2},
        {"timeout": True},
    ],
    ids=str,
)
def test_it_tries_again(shop: Shop, sandbox: Any, waited: list[float], effect: Any) -> None:
    """Twice it fails, the third time it works."""
    sandbox.faults.add(CREATE, effect=effect, times=2)

    assert shop.sign_up("jane@example.com", PASSWORD)["id"]
    assert [0.2, 0.4] == waited
    assert 1 == sandbox.test.count("customers")


def test_nobody_is_created_twice(shop: Shop, sandbox: Any) -> None:
    """The first request is carried out, but the connection breaks before the answer."""
    sandbox.faults.add(CREATE, effect={"drop": "after"}, times=1)
    made = shop.sign_up("jane@example.com", PASSWORD)

    assert [made["id"]] == [customer["id"] for customer in sandbox.test.list("customers")]


@pytest.mark.mockserver(faults=[{"match": {"path": "/api/*"}, "effect": {"status": 503}}])
def test_it_gives_up(shop: Shop, sandbox: Any) -> None:
    with pytest.raises(Unavailable):
        shop.find("jane@example.com")

    sandbox.journal.assert_requested("GET", "/api/customers", times=3)


# --- time ----------------------------------------------------------------------------------------


def test_a_token_is_renewed_when_it_has_expired(shop: Shop, sandbox: Any) -> None:
    """Tokens of integrations last four hours, which pass at once."""
    shop.find("jane@example.com")
    sandbox.clock.advance("PT4H")
    shop.find("jane@example.com")

    sandbox.journal.assert_requested("POST", "/oauth/token", times=2)
    assert [401] == [
        exchange["response"]["status"] for exchange in sandbox.journal.exchanges(status="4xx")
    ]


def test_a_token_that_is_refused_is_renewed(shop: Shop, sandbox: Any) -> None:
    """Whatever the reason: here the API has forgotten it."""
    shop.find("jane@example.com")
    sandbox.faults.add({"type": "customers"}, effect={"error": "INVALID_TOKEN"}, times=1)

    assert shop.find("jane@example.com") is None
    sandbox.journal.assert_requested("POST", "/oauth/token", times=2)


@pytest.mark.mockserver(frozen="2026-01-15T23:59:59Z")
def test_newcomers_are_those_of_the_day(shop: Shop, sandbox: Any) -> None:
    """A second before midnight is one day, a second later the next one."""
    shop.sign_up("early@example.com", PASSWORD)
    sandbox.clock.advance(1)
    shop.sign_up("late@example.com", PASSWORD)
    days = [("2026-01-15", "2026-01-16"), ("2026-01-16", "2026-01-17")]

    assert [["early@example.com"], ["late@example.com"]] == [
        [customer["email"] for customer in shop.newcomers(*day)] for day in days
    ]
