"""Orders, as far as they touch customers (neighbours.md §7, customers.md §15)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.access import MODES
from mockserver.engine.sandbox import Sandbox
from tests.bearers import EUROPE, PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import address, alter, digest, events, market, order, stored

JOHN = "john@example.com"
PATH = "/api/orders"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def customers(api: Api) -> list[tuple[str, bool]]:
    """Return the email of each customer, and whether it is registered."""
    found = [object_["attributes"] for object_ in api.get("/api/customers").json["data"]]
    return [(each["email"], each["has_password"]) for each in found]


def linked(api: Api, object_: Document, name: str) -> Document | None:
    """Return the linkage of a to-one relationship."""
    found: Document | None = api.get(f"{path_of(object_)}/relationships/{name}").json["data"]
    return found


@pytest.mark.parametrize(
    ("sent", "becomes"),
    [
        ("2030-06-01 10:00:00 UTC", "2030-06-01T10:00:00.000Z"),
        ("2030-06-01T10:00:00+02:00", "2030-06-01T08:00:00.000Z"),
        ("Sat Jun 01 2030 10:00:00 GMT+0200 (CEST)", "2030-06-01T08:00:00.000Z"),
        ("2030/06/01", "2030-06-01T00:00:00.000Z"),
        ("2030-06", None),
        ("soon", None),
    ],
)
def test_a_moment_of_any_form(api: Api, sent: str, becomes: str | None) -> None:
    """On create and on update; what names no moment is null."""
    one, other = order(api, expires_at=sent), order(api, expires_at="2029-01-01")

    assert becomes == one["attributes"]["expires_at"]
    assert becomes == api.update(other, expires_at=sent)["attributes"]["expires_at"]


# --- find or create the customer (customers.md §15) -----------------------------------------------


@pytest.mark.parametrize("email", [JOHN, " John@EXAMPLE.com\t"])
def test_the_customer_is_found(api: Api, customer: Document, email: str) -> None:
    """By the email, however it is written."""
    bought = order(api, customer_email=email)

    assert linked(api, bought, "customer") == to(customer)
    assert bought["attributes"]["customer_email"] == JOHN
    assert customers(api) == [(JOHN, True)]


def test_the_customer_is_created(api: Api, sandbox: Sandbox) -> None:
    """A guest, before the order is."""
    bought = order(api, customer_email="New@Example.com")
    guest = api.get(f"{path_of(bought)}/customer").json["data"]
    names = [event["name"] for event in sandbox.partition.select("events")[0]]

    assert customers(api) == [("new@example.com", False)]
    assert guest["attributes"]["status"] == "prospect"
    assert names == ["customers.create", "orders.create", "orders.draft"]


def test_in_its_own_mode(token_bearers: TokenBearers) -> None:
    """The same email is somebody else in the other mode."""
    made = {}
    for mode in MODES:
        api = token_bearers.integration(mode)
        made[mode] = order(api, customer_email=JOHN)

        assert customers(api) == [(JOHN, False)]
    assert [each["meta"]["mode"] for each in made.values()] == ["test", "live"]


def test_one_customer_for_many_orders(api: Api, customer: Document) -> None:
    """Whatever they come by."""
    by_email = order(api, customer_email=JOHN)
    by_link = order(api, {"customer": to(customer)})

    assert ids(api.get(f"{path_of(customer)}/orders")) == [by_email["id"], by_link["id"]]


def test_on_update(api: Api, customer: Document) -> None:
    """A guest order finds, changes and loses its customer."""
    bought = order(api)
    before = linked(api, bought, "customer")
    found = api.update(bought, customer_email=JOHN)["attributes"]["customer_email"]
    other = api.update(bought, customer_email="other@example.com")["attributes"]["customer_email"]
    same = api.update(bought, customer_email=None)["attributes"]["customer_email"]
    lost = api.update(bought, links={"customer": None})["attributes"]["customer_email"]

    assert (before, found, other, same) == (None, JOHN, "other@example.com", "other@example.com")
    assert lost is None
    assert customers(api) == [(JOHN, True), ("other@example.com", False)]
    assert ids(api.get(f"{path_of(customer)}/orders")) == []


def test_the_email_wins(api: Api, customer: Document) -> None:
    """Over a linkage in the same request: attributes that do something come after linkages."""
    bought = order(api, {"customer": to(customer)}, customer_email="other@example.com")

    assert bought["attributes"]["customer_email"] == "other@example.com"


EMAILS: dict[str, tuple[Any, Document]] = {
    "invalid": (
        "foo",
        violation("attributes/customer_email", "is invalid", "invalid", value="foo"),
    ),
    "too-long": (
        f"{'a' * 255}@b",
        violation(
            "attributes/customer_email",
            "is too long (maximum is 255 characters)",
            "too_long",
            count=255,
        ),
    ),
    "object": ({}, violation("attributes/customer_email", "is invalid", "invalid", value={})),
}


@pytest.mark.parametrize(("email", "error"), EMAILS.values(), ids=EMAILS)
def test_an_email_that_will_not_do(api: Api, sandbox: Sandbox, email: Any, error: Document) -> None:
    """The rules are those of customers; nobody and nothing is created."""
    sent = document("orders", links={"market": to(market(api))}, customer_email=email)
    before = digest(sandbox)

    assert got(api.post(PATH, sent)) == refused_with([error])
    assert digest(sandbox) == before


def test_filter_by_email(api: Api) -> None:
    """Through the customer."""
    made = [order(api, customer_email=f"{n}@example.com") for n in "ab"]

    assert ids(api.get(PATH, {"filter[q][customer_email_eq]": "b@example.com"})) == [made[1]["id"]]


# --- sign up (customers.md §8, §15) ---------------------------------------------------------------


@pytest.mark.parametrize("created", [True, False], ids=["create", "update"])
@pytest.mark.parametrize("known", [True, False], ids=["guest", "nobody"])
def test_signing_up(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, *, created: bool, known: bool
) -> None:
    """A guest, or somebody new, becomes a registered customer."""
    if known:
        api.create("customers", email=JOHN)
    signing = {"customer_email": JOHN, "customer_password": PASSWORD}
    bought = order(api, **signing) if created else api.update(order(api), **signing)
    customer = api.get(f"{path_of(bought)}/customer").json["data"]

    assert "customer_password" not in bought["attributes"]
    assert customers(api) == [(JOHN, True)]
    assert token_bearers.login(JOHN)[0] == 200
    assert events(sandbox, customer) == ["customers.create", "customers.create_password"]
    assert PASSWORD not in repr(stored(sandbox, bought))


def test_signing_up_later(token_bearers: TokenBearers, api: Api) -> None:
    """The order has its customer already."""
    bought = order(api, customer_email=JOHN)
    api.update(bought, customer_password=PASSWORD)

    assert token_bearers.login(JOHN)[0] == 200


@pytest.mark.parametrize("password", [None, ""])
def test_a_blank_password(api: Api, password: str | None) -> None:
    """It counts as not sent."""
    order(api, customer_email=JOHN, customer_password=password)

    assert customers(api) == [(JOHN, False)]


SIGN_UPS: dict[str, tuple[Document, Document]] = {
    "too-short": (
        {"customer_email": "new@example.com", "customer_password": "short"},
        violation(
            "attributes/customer_password",
            "is too short (minimum is 6 characters)",
            "too_short",
            count=6,
        ),
    ),
    "too-long": (
        {"customer_email": "new@example.com", "customer_password": "x" * 129},
        violation(
            "attributes/customer_password",
            "is too long (maximum is 128 characters)",
            "too_long",
            count=128,
        ),
    ),
    "no-text": (
        {"customer_email": "new@example.com", "customer_password": ["secret"]},
        violation("attributes/customer_password", "is invalid", "invalid"),
    ),
    "no-customer": (
        {"customer_password": PASSWORD},
        violation("attributes/customer_email", "can't be blank", "blank"),
    ),
    "registered-already": (
        {"customer_email": JOHN, "customer_password": "another secret"},
        violation("attributes/customer_email", "has already been taken", "taken", value=JOHN),
    ),
}


@pytest.mark.parametrize(("attributes", "error"), SIGN_UPS.values(), ids=SIGN_UPS)
def test_signing_up_refused(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    api: Api,
    sandbox: Sandbox,
    customer: Document,
    *,
    attributes: Document,
    error: Document,
) -> None:
    """Nobody gets into an account that is there, and no order or guest is left behind."""
    before = digest(sandbox)
    sent = document("orders", links={"market": to(market(api))}, **attributes)

    assert got(api.post(PATH, sent)) == refused_with([error])
    assert digest(sandbox) == before
    assert token_bearers.login(JOHN)[0] == 200
    assert customers(api) == [(JOHN, True)]
    assert customer["attributes"]["has_password"] is True


def test_a_guest_token_signs_up(token_bearers: TokenBearers, api: Api) -> None:
    """What checkouts do; the customer itself stays out of its sight."""
    guest = token_bearers.guest()
    answer = guest.post(
        f"{PATH}?include=customer",
        document("orders", customer_email=JOHN, customer_password=PASSWORD),
    )

    assert answer.json["data"]["attributes"]["customer_email"] == JOHN
    assert answer.json["data"]["relationships"]["customer"]["data"] is None
    assert "included" not in answer.json
    assert customers(api) == [(JOHN, True)]


# --- whose order it is (authentication.md §13.2) --------------------------------------------------


def test_a_logged_customers_order_is_its_own(
    token_bearers: TokenBearers, api: Api, customer: Document
) -> None:
    """Without saying so, by its id or by its email."""
    john = token_bearers.customer(JOHN)
    mine = {"customer": to(customer)}
    made = [
        john.create("orders"),
        john.create("orders", links=mine),
        john.create("orders", customer_email=" JOHN@example.com"),
    ]

    assert [linked(api, each, "customer") for each in made] == [to(customer)] * 3
    assert ids(john.get(PATH)) == [each["id"] for each in made]


@pytest.mark.parametrize("way", ["customer", "email", "new"])
@pytest.mark.parametrize("created", [True, False], ids=["create", "update"])
def test_a_logged_customer_orders_for_nobody_else(  # noqa: PLR0913 - the cells of the table
    token_bearers: TokenBearers,
    api: Api,
    sandbox: Sandbox,
    customer: Document,
    *,
    way: str,
    created: bool,
) -> None:
    """Neither for somebody who is there nor for somebody new."""
    other = api.create("customers", email="other@example.com")
    john = token_bearers.customer(JOHN)
    sent: Document = {
        "customer": {"links": {"customer": to(other)}},
        "email": {"customer_email": "other@example.com"},
        "new": {"customer_email": "new@example.com"},
    }[way]
    mine = order(api, {"customer": to(customer)})
    before = digest(sandbox)
    if created:
        answer = john.post(PATH, document("orders", **sent))
    else:
        answer = john.patch(path_of(mine), document("orders", mine["id"], **sent))

    assert got(answer) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        ("draft", True, True),
        ("pending", True, True),
        ("placed", True, False),
        ("approved", True, False),
        ("cancelled", True, False),
        ("editing", True, False),
        ("placing", True, False),
    ],
)
def test_a_guests_orders(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, *, status: str, read: bool, write: bool
) -> None:
    """They are read in every status, and written until placed (authentication.md §13.1)."""
    bought = order(api)
    alter(sandbox, bought, status=status)
    guest = token_bearers.guest()
    reading = guest.get(path_of(bought))
    writing = guest.patch(path_of(bought), document("orders", bought["id"], reference="r"))

    assert reading.status_code == (200 if read else 401)
    assert writing.status_code == (200 if write else 401)
    assert got(guest.get(PATH)) == refused("UNAUTHORIZED")


# --- the market -----------------------------------------------------------------------------------


def test_the_market_in_scope(token_bearers: TokenBearers, api: Api) -> None:
    """With exactly one in scope it need not be said."""
    made = token_bearers.guest(EUROPE).create("orders")

    assert linked(api, made, "market") == to(market(api))


@pytest.mark.parametrize("scope", ["market:all", "market:code:europe market:code:usa"])
def test_no_single_market_in_scope(token_bearers: TokenBearers, scope: str) -> None:
    """Otherwise it is required."""
    answer = token_bearers.guest(scope).post(PATH, document("orders"))

    assert got(answer) == refused_with(
        [violation("relationships/market", "can't be blank", "blank")]
    )


def test_the_market_stays(token_bearers: TokenBearers, api: Api) -> None:
    """It is not cleared, not even by who has it in scope."""
    bought = order(api)
    answer = token_bearers.guest().patch(
        path_of(bought), document("orders", bought["id"], links={"market": None})
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("code", "currency", "included"), [("europe", "EUR", True), ("usa", "USD", False)]
)
def test_the_terms_of_the_market(api: Api, code: str, currency: str, *, included: bool) -> None:
    """Currency and taxes are those of its price list."""
    attributes = order(api, {"market": to(market(api, code))})["attributes"]

    assert (attributes["currency_code"], attributes["tax_included"]) == (currency, included)


def test_another_market(api: Api) -> None:
    """Other terms."""
    bought = order(api)
    attributes = api.update(bought, links={"market": to(market(api, "usa"))})["attributes"]

    assert (attributes["currency_code"], attributes["formatted_total_amount"]) == ("USD", "$0.00")


# --- defaults -------------------------------------------------------------------------------------


def test_a_new_order(api: Api, sandbox: Sandbox) -> None:
    """An empty cart."""
    bought = order(api)
    attributes = bought["attributes"]
    expected = {
        "number": str(stored(sandbox, bought)["serial"]),
        "autorefresh": True,
        "place_async": False,
        "status": "draft",
        "payment_status": "unpaid",
        "fulfillment_status": "unfulfilled",
        "editable": True,
        "customer_email": None,
        "customer_type": None,
        "language_code": "en",
        "currency_code": "EUR",
        "tax_included": True,
        "freight_taxable": None,
        "country_code": None,
        "total_amount_cents": 0,
        "total_amount_float": 0.0,
        "formatted_total_amount": "€0,00",
        "skus_count": 0,
        "placed_at": None,
        "reference": None,
        "metadata": {},
    }

    assert {name: attributes[name] for name in expected} == expected
    assert re.fullmatch(r"[0-9a-f]{32}", attributes["token"])
    assert events(sandbox, bought) == ["orders.create", "orders.draft"]


def test_guest_orders_are_marked(api: Api) -> None:
    """By whoever places them (customers.md §15)."""
    marked = [order(api, guest=guest)["attributes"]["guest"] for guest in (True, False)]
    found = api.get(PATH, {"filter[q][guest_true]": "true"}).json["meta"]["record_count"]

    assert (marked, found) == ([True, False], 1)


def test_tokens_differ(api: Api) -> None:
    """Who knows one order's does not know another's."""
    assert len({order(api)["attributes"]["token"] for _ in range(5)}) == 5


@pytest.mark.parametrize("name", ["status", "total_amount_cents", "placed_at", "token", "editable"])
def test_what_cannot_be_sent(api: Api, name: str) -> None:
    """What the server manages."""
    answer = api.post(PATH, document("orders", **{name: None}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def test_the_number(token_bearers: TokenBearers, api: Api) -> None:
    """Its own integer unless given; unique; not for sales channels."""
    order(api, number="A-1")
    again = api.post(PATH, document("orders", number="A-1", links={"market": to(market(api))}))
    closed = token_bearers.guest().post(PATH, document("orders", number="A-2"))

    assert got(again) == refused_with(
        [violation("attributes/number", "has already been taken", "taken", value="A-1")]
    )
    assert got(closed) == refused("PARAM_NOT_ALLOWED", "number is not allowed.")


@pytest.mark.parametrize(
    ("shipping", "billing", "expected"),
    [(None, None, None), ("IT", None, "IT"), (None, "DE", "DE"), ("IT", "DE", "IT")],
)
def test_the_country(
    api: Api, shipping: str | None, billing: str | None, expected: str | None
) -> None:
    """Where it is shipped to, or else billed to."""
    countries = {"shipping_address": shipping, "billing_address": billing}
    links = {name: to(address(api, country_code=code)) for name, code in countries.items() if code}

    assert order(api, links)["attributes"]["country_code"] == expected


def test_new_and_returning_customers(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """``new`` until there is another placed order."""
    bought = order(api, {"customer": to(customer)})
    first = api.get(path_of(bought)).json["data"]["attributes"]["customer_type"]
    alter(sandbox, bought, status="placed", placed_at="2026-01-01T00:00:00.000Z")
    alter(sandbox, customer, status="acquired", total_orders_count=1)
    placed = api.get(path_of(bought)).json["data"]["attributes"]["customer_type"]
    second = order(api, {"customer": to(customer)})["attributes"]["customer_type"]

    assert (first, placed, second) == ("new", "new", "returning")


# --- triggers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trigger",
    ["_pending", "_approve", "_approve_and_capture", "_capture", "_refund", "_fulfill"],
)
def test_triggers_for_back_ends(token_bearers: TokenBearers, api: Api, trigger: str) -> None:
    """Sales channels may not send them, not even as false."""
    bought = order(api)
    body = document("orders", bought["id"], **{trigger: False})

    assert got(token_bearers.guest().patch(path_of(bought), body)) == refused(
        "PARAM_NOT_ALLOWED", f"{trigger} is not allowed."
    )
    assert api.patch(path_of(bought), body).status_code == 200


def test_the_checkout(api: Api) -> None:
    """It is below the URL of the market, if that has one."""
    bought = order(api)
    api.update(market(api), checkout_url="https://checkout.example.com/")
    url = api.get(path_of(bought)).json["data"]["attributes"]["checkout_url"]

    assert bought["attributes"]["checkout_url"] is None
    assert url == f"https://checkout.example.com/{bought['id']}"
