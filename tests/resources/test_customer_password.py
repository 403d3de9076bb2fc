"""Passwords of customers: the rules, who may set one, and logging in with it (customers.md §8)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.passwords import verify_password
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of
from tests.ignoring import is_ignored
from tests.refusals import got, refused, refused_with, violation
from tests.scene import digest, events, stored

JOHN = "john@example.com"
CUSTOMERS = "/api/customers"
CREATED, PASSWORD_CREATED = "customers.create", "customers.create_password"

TOO_SHORT = violation(
    "attributes/password", "is too short (minimum is 6 characters)", "too_short", count=6
)
TOO_LONG = violation(
    "attributes/password", "is too long (maximum is 128 characters)", "too_long", count=128
)
INVALID = violation("attributes/password", "is invalid", "invalid")


@pytest.fixture
def guest(api: Api) -> Document:
    """Return a customer without a password."""
    return api.create("customers", email=JOHN)


@pytest.fixture
def john(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password="secret")


def setting(customer: Document, password: Any) -> Document:
    """Return the document that sets a customer's password."""
    return document("customers", customer["id"], password=password)


REFUSED = {
    "five": ("a" * 5, TOO_SHORT),
    "three-spaces": ("   ", TOO_SHORT),
    "five-of-many-bytes": ("ß" * 5, TOO_SHORT),
    "number": (12345, TOO_SHORT),
    "one-too-many": ("a" * 129, TOO_LONG),
    "object": ({"secret": "secret"}, INVALID),
    "list": (["secret"], INVALID),
    "nul": ("sec\0ret", INVALID),
}


@pytest.mark.parametrize(("password", "error"), REFUSED.values(), ids=REFUSED)
def test_passwords_that_will_not_do(
    api: Api, sandbox: Sandbox, guest: Document, password: Any, error: Document
) -> None:
    """One error each, on create and on update, that does not repeat the password."""
    before = digest(sandbox)
    created = api.post(CUSTOMERS, document("customers", email="a@b.c", password=password))
    updated = api.patch(path_of(guest), setting(guest, password))

    assert got(created) == got(updated) == refused_with([error])
    assert digest(sandbox) == before


ACCEPTED = {
    "six": "secret",
    "many": "x" * 128,
    "many-of-many-bytes": "ß" * 128,
    "six-spaces": "      ",
    "spaces-around": " secret ",
    "one-character-often": "aaaaaa",
    "lone-emoji": "🔑" * 6,
}


@pytest.mark.parametrize("password", ACCEPTED.values(), ids=ACCEPTED)
@pytest.mark.parametrize("created", [True, False], ids=["create", "update"])
def test_passwords_that_will_do(
    token_bearers: TokenBearers, api: Api, password: str, *, created: bool
) -> None:
    """Nothing but the length counts, in characters; spaces are characters too."""
    if created:
        customer = api.create("customers", email=JOHN, password=password)
    else:
        customer = api.update(api.create("customers", email=JOHN), password=password)

    assert customer["attributes"]["has_password"] is True
    assert token_bearers.login(JOHN, password)[0] == 200
    assert token_bearers.login(JOHN, password + " ")[0] == 400
    if password.strip() != password:
        assert token_bearers.login(JOHN, password.strip())[0] == 400


def test_a_number_is_text(token_bearers: TokenBearers, api: Api) -> None:
    """Values are cast before they are looked at (conventions.md §3)."""
    api.create("customers", email=JOHN, password=123456)

    assert token_bearers.login(JOHN, "123456")[0] == 200


@pytest.mark.parametrize("password", [None, ""])
def test_a_blank_counts_as_not_sent(api: Api, sandbox: Sandbox, password: str | None) -> None:
    """A guest stays one, and a password cannot be removed."""
    guest = api.create("customers", email="guest@example.com", password=password)
    john = api.create("customers", email=JOHN, password="secret")
    before = digest(sandbox)
    for customer in (guest, john):
        api.update(customer, password=password)

    assert guest["attributes"]["has_password"] is False
    assert digest(sandbox) == before


def test_only_a_salted_hash_is_stored(api: Api, sandbox: Sandbox) -> None:
    """Two customers with one password have different hashes."""
    password = "correct horse battery staple"
    found = [
        stored(sandbox, api.create("customers", email=f"{n}@example.com", password=password))
        for n in "ab"
    ]

    assert password not in repr(found)
    assert found[0]["password"] != found[1]["password"]
    assert all(verify_password(password, record["password"]) for record in found)


def test_it_is_never_shown(api: Api) -> None:
    """Not in any document, even if asked for; nor can it be sorted or searched by."""
    password = "unmistakable"
    created = api.post(
        f"{CUSTOMERS}?fields[customers]=password,email",
        document("customers", email=JOHN, password=password),
    )
    customer = created.json["data"]
    path = path_of(customer)
    answers = [
        created,
        api.get(path),
        api.get(CUSTOMERS),
        api.get(f"{path}?fields[customers]=password"),
        api.patch(path, setting(customer, password)),
        api.patch(path, document("customers", customer["id"], password=password, email="x")),
    ]

    assert [a.text for a in answers if password in a.text or "scrypt" in a.text] == []
    assert created.json["data"]["attributes"] == {"email": JOHN}
    for key in ("password_eq", "password_start", "password_cont", "password_in"):
        assert is_ignored(api, "customers", key, password)


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("present", "true", ["registered"]),
        ("present", "false", ["guest"]),
        ("blank", "true", ["guest"]),
        ("blank", "false", ["registered"]),
        ("null", "true", ["guest"]),
        ("null", "false", ["registered"]),
    ],
)
def test_whether_there_is_one_can_be_asked(
    api: Api, key: str, value: str, found: list[str]
) -> None:
    """The vendor's dashboard tells guests from registered customers so (customers.md §1)."""
    api.create("customers", email="guest@example.com")
    api.create("customers", email="registered@example.com", password="secret")
    answer = api.get(CUSTOMERS, {f"filter[q][password_{key}]": value})

    assert [f"{n}@example.com" for n in found] == [
        each["attributes"]["email"] for each in answer.json["data"]
    ]


# --- the first one, and another one ---------------------------------------------------------------


def test_the_first_one_is_an_event(api: Api, sandbox: Sandbox, guest: Document) -> None:
    """Setting one makes a guest registered; setting another one fires nothing."""
    for password in ("secret", "another", "another"):
        api.update(guest, password=password)

    assert events(sandbox, guest) == [CREATED, PASSWORD_CREATED]


def test_both_events_of_a_registration(sandbox: Sandbox, john: Document) -> None:
    """In this order (customers.md §5)."""
    assert events(sandbox, john) == [CREATED, PASSWORD_CREATED]


def test_another_password(token_bearers: TokenBearers, api: Api, john: Document) -> None:
    """The new one is good, the old one is not; tokens live on, also for refreshing."""
    _, response = token_bearers.login(JOHN, "secret")
    token = Api(token_bearers.app, response["access_token"])
    api.update(john, password="another")

    assert token_bearers.login(JOHN, "secret")[0] == 400
    assert token_bearers.login(JOHN, "another")[0] == 200
    assert ids(token.get(CUSTOMERS)) == [john["id"]]
    assert token_bearers.refresh(response)[0] == 200


def test_login(token_bearers: TokenBearers, john: Document) -> None:
    """By email, however it is written; the token is the customer's."""
    status, response = token_bearers.login(" John@EXAMPLE.com ", "secret")

    assert status == 200
    assert (response["owner_id"], response["owner_type"]) == (john["id"], "customer")


@pytest.mark.parametrize("password", ["", "secret", " ", "None", "null"])
def test_a_guest_cannot_log_in(token_bearers: TokenBearers, guest: Document, password: str) -> None:
    """There is no password that fits."""
    assert guest["attributes"]["has_password"] is False
    assert token_bearers.login(JOHN, password)[0] == 400


# --- who may (customers.md §8) --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["integration", "webapp"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "another"])
def test_back_ends_set_any_password(
    token_bearers: TokenBearers, api: Api, kind: str, *, first: bool
) -> None:
    """A guest's first one as well as a registered customer's."""
    customer = api.create("customers", email=JOHN, password=None if first else "secret")
    back_end: Api = getattr(token_bearers, kind)()
    back_end.update(customer, password="another")

    assert token_bearers.login(JOHN, "another")[0] == 200


def test_a_guest_token_signs_up_but_does_not_change(
    token_bearers: TokenBearers, sandbox: Sandbox, guest: Document
) -> None:
    """POST is open to it, PATCH is not."""
    channel = token_bearers.guest()
    created = channel.post(CUSTOMERS, document("customers", email="a@b.c", password="secret"))
    before = digest(sandbox)
    answer = channel.patch(path_of(guest), setting(guest, "secret"))

    assert created.json["data"]["attributes"]["has_password"] is True
    assert got(answer) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before


PATCHED = {
    "good": ("another", 401),
    "bad": ("x", 401),
    "its-own": ("secret", 401),
    "null": (None, 200),
    "empty": ("", 200),
}


@pytest.mark.parametrize(("password", "status"), PATCHED.values(), ids=PATCHED)
def test_a_logged_customer_does_not_change_its_own(
    token_bearers: TokenBearers, sandbox: Sandbox, john: Document, password: str | None, status: int
) -> None:
    """It goes through the reset flow; a blank is nothing sent."""
    token = token_bearers.customer(JOHN, "secret")
    before = digest(sandbox)
    answer = token.patch(path_of(john), setting(john, password))

    assert answer.status_code == status
    assert status == 200 or got(answer) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before


def test_nothing_else_of_the_request_is_done(
    token_bearers: TokenBearers, sandbox: Sandbox, john: Document
) -> None:
    """A password among other attributes refuses them all."""
    token = token_bearers.customer(JOHN, "secret")
    before = digest(sandbox)
    sent = document("customers", john["id"], password="another", reference="r")

    assert got(token.patch(path_of(john), sent)) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before
