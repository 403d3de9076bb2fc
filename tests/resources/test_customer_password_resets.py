"""Password resets: who may ask for one, and what the token is good for (customers.md §14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of
from tests.refusals import got, refused, refused_with, violation
from tests.scene import digest, events, stored

JOHN, NEW = "john@example.com", "newsecret"
TYPE = "customer_password_resets"
PATH = f"/api/{TYPE}"
NOW = datetime(2026, 3, 15, 11, 39, 21, 250_000, UTC)

MUST_EXIST = violation("attributes/customer_email", "must exist", "required")
BLANK_EMAIL = violation("attributes/customer_email", "can't be blank", "blank")
BLANK_TOKEN = violation("attributes/_reset_password_token", "can't be blank", "blank")
BLANK_PASSWORD = violation("attributes/customer_password", "can't be blank", "blank")
TOO_SHORT = violation(
    "attributes/customer_password",
    "is too short (minimum is 6 characters)",
    "too_short",
    count=6,
)
TOO_LONG = violation(
    "attributes/customer_password",
    "is too long (maximum is 128 characters)",
    "too_long",
    count=128,
)


def wrong(token: str) -> Document:
    """Return the error object of a token that is not good."""
    return violation("attributes/_reset_password_token", "is invalid", "invalid", value=token)


@pytest.fixture
def john(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


@pytest.fixture
def reset(api: Api, john: Document) -> Document:
    """Return a reset of the customer's."""
    return api.create(TYPE, customer_email=john["attributes"]["email"])


def token_of(reset: Document) -> str:
    """Return the token that the person gets."""
    token: str = reset["attributes"]["reset_password_token"]
    return token


def use(api: Api, reset: Document, **attributes: Any) -> Any:
    """Send an update."""
    return api.patch(path_of(reset), document(TYPE, reset["id"], **attributes))


def choose(api: Api, reset: Document, password: Any = NEW) -> Any:
    """Send the right token with a password."""
    return use(api, reset, _reset_password_token=token_of(reset), customer_password=password)


# --- asking for one ------------------------------------------------------------------------------


def test_a_reset(api: Api, sandbox: Sandbox, john: Document) -> None:
    """A token of twenty URL-safe characters, nothing done yet; linked with the customer."""
    made = api.create(TYPE, customer_email=" John@Example.com ", reference="r")
    attributes = made["attributes"]

    assert list(attributes) == [
        "customer_email",
        "reset_password_token",
        "reset_password_at",
        "created_at",
        "updated_at",
        "reference",
        "reference_origin",
        "metadata",
    ]
    assert list(made["relationships"]) == ["customer", "events", "event_stores"]
    assert (attributes["customer_email"], attributes["reset_password_at"]) == (JOHN, None)
    assert re.fullmatch(r"[0-9A-Za-z_-]{20}", token_of(made))
    assert api.get(f"{path_of(made)}/customer").json["data"]["id"] == john["id"]
    assert events(sandbox, made) == [f"{TYPE}.create"]


NOBODY: dict[str, tuple[Mapping[str, Any], Document]] = {
    "unknown": ({"customer_email": "nobody@example.com"}, MUST_EXIST),
    "guest": ({"customer_email": "guest@example.com"}, MUST_EXIST),
    "malformed": ({"customer_email": "foo"}, MUST_EXIST),
    "none": ({}, BLANK_EMAIL),
    "null": ({"customer_email": None}, BLANK_EMAIL),
    "spaces": ({"customer_email": "  "}, BLANK_EMAIL),
}


@pytest.mark.parametrize(("attributes", "error"), NOBODY.values(), ids=NOBODY)
def test_of_nobody(
    api: Api, sandbox: Sandbox, attributes: Mapping[str, Any], error: Document
) -> None:
    """Only registered customers have a password to reset; nobody is created either."""
    api.create("customers", email="guest@example.com")
    before = digest(sandbox)

    assert got(api.post(PATH, document(TYPE, **attributes))) == refused_with([error])
    assert digest(sandbox) == before


@pytest.mark.parametrize(
    "name", ["reset_password_token", "customer_password", "_reset_password_token"]
)
def test_what_cannot_be_sent(api: Api, john: Document, name: str) -> None:
    """The token is the service's, and comes back with an update alone."""
    body = document(TYPE, customer_email=john["attributes"]["email"], **{name: "x"})

    assert got(api.post(PATH, body)) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def test_the_email_stays(api: Api, reset: Document) -> None:
    """It cannot be changed, and follows the customer's."""
    sent = use(api, reset, customer_email="other@example.com")
    customer = api.get(f"{path_of(reset)}/customer").json["data"]
    api.update(customer, email="new@example.com")

    assert got(sent) == refused("PARAM_NOT_ALLOWED", "customer_email is not allowed.")
    shown = api.get(path_of(reset)).json["data"]["attributes"]
    assert shown["customer_email"] == "new@example.com"


# --- choosing a password -------------------------------------------------------------------------


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_choosing(  # noqa: PLR0913, PLR0917 - everything that is looked at
    token_bearers: TokenBearers,
    api: Api,
    sandbox: Sandbox,
    clock: Clock,
    john: Document,
    reset: Document,
) -> None:
    """The new password is good and the old one is not; tokens stay good (customers.md §8)."""
    clock.freeze(NOW)
    status, session = token_bearers.login(JOHN)
    answer = choose(api, reset)

    assert (status, answer.status_code) == (200, 200)
    assert answer.json["data"]["attributes"]["reset_password_at"] == "2026-03-15T11:39:21.250Z"
    assert [token_bearers.login(JOHN, password)[0] for password in (NEW, PASSWORD)] == [200, 400]
    assert Api(token_bearers.app, session["access_token"]).get(path_of(john)).status_code == 200
    assert token_bearers.refresh(session)[0] == 200
    assert events(sandbox, reset) == [f"{TYPE}.create", f"{TYPE}.reset_password"]
    assert events(sandbox, john) == ["customers.create", "customers.create_password"]
    assert NEW not in answer.text + repr(stored(sandbox, reset))


def test_once(token_bearers: TokenBearers, api: Api, sandbox: Sandbox, reset: Document) -> None:
    """The token is spent; another reset has another one."""
    choose(api, reset)
    before = digest(sandbox)

    assert got(choose(api, reset, "another one")) == refused_with([wrong(token_of(reset))])
    assert digest(sandbox) == before
    again = api.create(TYPE, customer_email=JOHN)
    assert token_of(again) != token_of(reset)
    assert choose(api, again, "another one").status_code == 200
    assert token_bearers.login(JOHN, "another one")[0] == 200


REFUSED: dict[str, tuple[Mapping[str, Any], list[Document]]] = {
    "no-token": ({"customer_password": NEW}, [BLANK_TOKEN]),
    "null-token": ({"customer_password": NEW, "_reset_password_token": None}, [BLANK_TOKEN]),
    "empty-token": ({"customer_password": NEW, "_reset_password_token": ""}, [BLANK_TOKEN]),
    "no-password": ({"_reset_password_token": "{token}"}, [BLANK_PASSWORD]),
    "null-password": (
        {"_reset_password_token": "{token}", "customer_password": None},
        [BLANK_PASSWORD],
    ),
    "empty-password": (
        {"_reset_password_token": "{token}", "customer_password": ""},
        [BLANK_PASSWORD],
    ),
    "wrong-token": (
        {"_reset_password_token": "x", "customer_password": NEW},
        [wrong("x")],
    ),
    "wrong-token-alone": ({"_reset_password_token": "x"}, [BLANK_PASSWORD, wrong("x")]),
    "wrong-token-bad-password": (
        {"_reset_password_token": "x", "customer_password": "short"},
        [TOO_SHORT, wrong("x")],
    ),
    "too-short": (
        {"_reset_password_token": "{token}", "customer_password": "a" * 5},
        [TOO_SHORT],
    ),
    "spaces": ({"_reset_password_token": "{token}", "customer_password": "   "}, [TOO_SHORT]),
    "too-long": (
        {"_reset_password_token": "{token}", "customer_password": "a" * 129},
        [TOO_LONG],
    ),
    "object": (
        {"_reset_password_token": "{token}", "customer_password": {"a": 1}},
        [violation("attributes/customer_password", "is invalid", "invalid")],
    ),
    "object-for-token": (
        {"_reset_password_token": ["x"], "customer_password": NEW},
        [violation("attributes/_reset_password_token", "is invalid", "invalid", value=["x"])],
    ),
}


@pytest.mark.parametrize(("sent", "errors"), REFUSED.values(), ids=REFUSED)
def test_what_will_not_do(  # noqa: PLR0913, PLR0917 - the cells of the table
    token_bearers: TokenBearers,
    api: Api,
    sandbox: Sandbox,
    reset: Document,
    sent: Mapping[str, Any],
    errors: list[Document],
) -> None:
    """Both must be there and good, or nothing is changed; the token is good afterwards."""
    real = {n: token_of(reset) if value == "{token}" else value for n, value in sent.items()}
    before = digest(sandbox)

    assert got(use(api, reset, **real)) == refused_with(errors)
    assert digest(sandbox) == before
    assert token_bearers.login(JOHN)[0] == 200
    assert choose(api, reset).status_code == 200


@pytest.mark.parametrize("blank", [None, ""])
def test_blanks_count_as_not_sent(api: Api, sandbox: Sandbox, reset: Document, blank: Any) -> None:
    """Without either of them it is an update like any other."""
    answer = use(api, reset, customer_password=blank, _reset_password_token=blank, reference="r")

    assert answer.json["data"]["attributes"]["reference"] == "r"
    assert answer.json["data"]["attributes"]["reset_password_at"] is None
    assert events(sandbox, reset) == [f"{TYPE}.create"]


def test_another_ones_token(api: Api, reset: Document) -> None:
    """Each reset has its own."""
    other = api.create(TYPE, customer_email=JOHN)
    answer = use(api, other, _reset_password_token=token_of(reset), customer_password=NEW)

    assert got(answer) == refused_with([wrong(token_of(reset))])


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["guest", "customer", "integration", "webapp"])
def test_who_may_choose(token_bearers: TokenBearers, api: Api, reset: Document, kind: str) -> None:
    """Whoever has the token: the page of the shop has that of a guest (authentication.md §13.1)."""
    api.create("customers", email="jane@example.com", password=PASSWORD)
    made = {
        "guest": token_bearers.guest,
        "customer": lambda: token_bearers.customer("jane@example.com"),
        "integration": token_bearers.integration,
        "webapp": token_bearers.webapp,
    }

    assert choose(made[kind](), reset).status_code == 200
    assert token_bearers.login(JOHN, NEW)[0] == 200


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_what_sales_channels_may_not(
    token_bearers: TokenBearers, reset: Document, kind: str
) -> None:
    """Ask for one, look at one, find one, remove one."""
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer(JOHN)
    answers = [
        channel.post(PATH, document(TYPE, customer_email=JOHN)),
        channel.get(PATH),
        channel.get(path_of(reset)),
        channel.delete(path_of(reset)),
    ]

    assert [got(answer) for answer in answers] == [refused("UNAUTHORIZED")] * 4


# --- found, removed ------------------------------------------------------------------------------


def test_found_by_its_token(api: Api, john: Document, reset: Document) -> None:
    """But not by the customer's email, which is the customer's to be found by."""
    api.create(TYPE, customer_email=JOHN)
    found = api.get(PATH, {"filter[q][reset_password_token_eq]": token_of(reset)})
    email = api.get(PATH, {"filter[customer_email]": JOHN})

    assert ids(found) == ids(api.get(PATH, {"filter[reset_password_token]": token_of(reset)}))
    assert ids(found) == [reset["id"]]
    assert len(ids(api.get(PATH, {"filter[q][customer_id_eq]": john["id"]}))) == 2
    assert (email.status_code, email.json["errors"][0]["code"]) == (400, "FILTER_NOT_ALLOWED")


def test_deleting(api: Api, sandbox: Sandbox, john: Document, reset: Document) -> None:
    """By itself; and with its customer (customers.md §7)."""
    other = api.create(TYPE, customer_email=JOHN)
    assert api.delete(path_of(reset)).status_code == 204
    assert events(sandbox, reset)[-1] == f"{TYPE}.destroy"
    assert api.delete(path_of(john)).status_code == 204
    assert got(api.get(path_of(other))) == refused("RECORD_NOT_FOUND")
