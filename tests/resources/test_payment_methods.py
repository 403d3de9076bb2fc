"""Payment methods, and which of them an order can choose (neighbours.md §26, §7)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.samples import Samples
from tests.scene import clear, digest, market, order
from tests.till import gateway, placed

TYPE = "payment_methods"
PATH = f"/api/{TYPE}"


@pytest.fixture(autouse=True)
def _none_to_begin_with(api: Api) -> None:
    """Leave it to each test how an order can be paid."""
    clear(api, TYPE)


def method(api: Api, links: Document | None = None, **attributes: Any) -> Document:
    """Create a payment method."""
    given: Document = {"payment_source_type": "stripe_payments", "price_amount_cents": 0}
    if "market" not in (links or {}):
        given["currency_code"] = "EUR"
    values = {**given, **attributes}
    made_by = {"payment_gateway": to(gateway(api, values["payment_source_type"]))}
    return api.create(TYPE, links={**made_by, **(links or {})}, **values)


def choices(api: Api, bought: Document) -> list[str]:
    """Return the ids of the methods an order can choose, as a client includes them."""
    shown = api.get(f"{path_of(bought)}?include=available_payment_methods").json
    return [
        to_["id"] for to_ in shown["data"]["relationships"]["available_payment_methods"]["data"]
    ]


# --- what a method is ----------------------------------------------------------------------------


def test_defaults(api: Api) -> None:
    """What is not sent."""
    attributes = method(api)["attributes"]
    expected = {
        "name": "Stripe Payment",
        "moto": False,
        "require_capture": True,
        "auto_place": False,
        "auto_capture": False,
        "auto_capture_max_amount_cents": None,
        "formatted_auto_capture_max_amount": None,
        "disabled_at": None,
    }

    assert {name: attributes[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("checkout_com_payments", "Checkout Com Payment"),
        ("wire_transfers", "Wire Transfer"),
        ("adyen_payments", "Adyen Payment"),
    ],
)
def test_the_name(api: Api, type_: str, name: str) -> None:
    """Its own, or else that of the sources it takes, again when it is taken away."""
    plain = method(api, payment_source_type=type_)
    own = method(api, payment_source_type=type_, name="Mine")
    cleared = api.update(own, name=None)

    assert [each["attributes"]["name"] for each in (plain, own, cleared)] == [name, "Mine", name]


def test_amounts(api: Api) -> None:
    """In its currency."""
    attributes = method(
        api, currency_code="USD", price_amount_cents=123456, auto_capture_max_amount_cents=5
    )["attributes"]

    assert attributes["price_amount_float"] == 1234.56
    assert attributes["formatted_price_amount"] == "$1,234.56"
    assert attributes["formatted_auto_capture_max_amount"] == "$0.05"


@pytest.mark.parametrize(("code", "currency"), [("europe", "EUR"), ("usa", "USD")])
def test_the_currency_of_the_market(api: Api, code: str, currency: str) -> None:
    """It is given by the market, unless there is one of its own."""
    links = {"market": to(market(api, code))}
    given, own = method(api, links), method(api, links, currency_code="GBP")

    assert given["attributes"]["currency_code"] == currency
    assert own["attributes"]["currency_code"] == "GBP"


@pytest.mark.parametrize("sent", [{}, {"currency_code": None}, {"currency_code": ""}])
def test_no_currency(api: Api, sandbox: Sandbox, sent: Document) -> None:
    """Without a market it is required."""
    links = {"payment_gateway": to(gateway(api, "stripe_payments"))}
    given = {"payment_source_type": "stripe_payments", "price_amount_cents": 0, **sent}
    before = digest(sandbox)
    body = document(TYPE, links=links, **given)
    error = violation("attributes/currency_code", "can't be blank", "blank")

    assert got(api.post(PATH, body)) == refused_with([error])
    assert digest(sandbox) == before


def test_everything_is_missing(api: Api) -> None:
    """All of it is told at once, in order."""
    names = ("payment_source_type", "currency_code", "price_amount_cents")
    errors = [violation(f"attributes/{name}", "can't be blank", "blank") for name in names]
    errors.append(violation("relationships/payment_gateway", "can't be blank", "blank"))

    assert got(api.post(PATH, document(TYPE))) == refused_with(errors)


# --- what an order can choose --------------------------------------------------------------------


def test_what_an_order_can_choose(api: Api) -> None:
    """The enabled methods of its market, or of every market, in its currency."""
    europe, usa = ({"market": to(market(api, code))} for code in ("europe", "usa"))
    own, anywhere = method(api, europe), method(api)
    method(api, usa)
    method(api, currency_code="USD")
    method(api, europe, currency_code="USD")
    disabled = method(api, europe, _disable=True)
    bought = order(api)
    before = choices(api, bought)
    api.update(disabled, _enable=True)
    api.update(own, _disable=True)

    assert before == [own["id"], anywhere["id"]]
    assert choices(api, bought) == [anywhere["id"], disabled["id"]]
    assert ids(api.get(f"{path_of(bought)}/available_payment_methods")) == choices(api, bought)


def test_methods_of_a_store(api: Api) -> None:
    """They are for the orders of the store, which lists them."""
    links = {"market": to(market(api))}
    store, other = (api.create("stores", name=name, links=links) for name in ("Rome", "Milan"))
    own = method(api, {**links, "store": to(store)})
    orders = [order(api, {"store": to(each)} if each else {}) for each in (store, other, None)]

    assert [choices(api, each) for each in orders] == [[own["id"]], [], []]
    assert ids(api.get(f"{path_of(store)}/{TYPE}")) == [own["id"]]
    assert ids(api.get(f"{path_of(store)}/orders")) == [orders[0]["id"]]


def test_the_default(api: Api) -> None:
    """The market's, while it can be chosen."""
    europe = market(api)
    bought, own = order(api), method(api)
    api.update(europe, links={"default_payment_method": to(own)})
    path = f"{path_of(bought)}/default_payment_method"
    offered = api.get(path).json["data"]["id"]
    api.update(own, _disable=True)

    assert offered == own["id"]
    assert api.get(path).json == {"data": None}
    assert api.get(f"{path_of(europe)}/default_payment_method").json["data"]["id"] == own["id"]


def test_the_method_of_an_order(api: Api) -> None:
    """It is chosen by linking it, and let go of when it is deleted."""
    own = method(api)
    bought = order(api, {"payment_method": to(own)})
    path = f"{path_of(bought)}/relationships/payment_method"
    chosen = api.get(path).json["data"]
    api.delete(path_of(own))

    assert (chosen, api.get(path).json["data"]) == (to(own), None)


def test_a_method_that_was_paid_by(api: Api) -> None:
    """It stays: an order was placed with it."""
    bought = placed(api)
    chosen = api.get(f"{path_of(bought)}/payment_method").json["data"]

    assert api.delete(path_of(chosen)).status_code == 423


def test_what_cannot_be_chosen(api: Api, sandbox: Sandbox) -> None:
    """A method that the order is not offered (commerce.md §13.1)."""
    bought, other = order(api), method(api, {"market": to(market(api, "usa"))})
    before = digest(sandbox)
    body = document("orders", bought["id"], links={"payment_method": to(other)})
    error = violation("relationships/payment_method", "is invalid", "invalid")

    assert got(api.patch(path_of(bought), body)) == refused_with([error])
    assert digest(sandbox) == before


def test_what_the_gateway_does_not_make(api: Api) -> None:
    """The type of sources is that of the gateway."""
    links = {"payment_gateway": to(gateway(api, "wire_transfers"))}
    given = {"payment_source_type": "stripe_payments", "price_amount_cents": -1}
    answer = api.post(PATH, document(TYPE, links=links, currency_code="EUR", **given))
    least = "must be greater than or equal to 0"

    assert got(answer) == refused_with(
        [
            violation(
                "attributes/payment_source_type",
                "is not included in the list",
                "inclusion",
                value="stripe_payments",
            ),
            violation(
                "attributes/price_amount_cents",
                least,
                "greater_than_or_equal_to",
                value=-1,
                count=0,
            ),
        ]
    )


@pytest.mark.parametrize("holder", ["markets", "stores"])
def test_what_a_method_needs(api: Api, holder: str) -> None:
    """Without its market or store it would be open to all, so they stay."""
    europe = {"market": to(market(api))}
    held = api.create("stores", name="Rome", links=europe)
    if holder == "markets":
        held = Samples(api).new("markets", name="Asia")
    method(api, {holder.removesuffix("s"): to(held)}, currency_code="EUR")

    assert api.delete(path_of(held)).status_code == 423


# --- who may -------------------------------------------------------------------------------------


def test_sales_channels_read_those_in_scope(token_bearers: TokenBearers, api: Api) -> None:
    """One by one, of their market or of every one; never the list (authentication.md §13.1)."""
    europe, usa = (method(api, {"market": to(market(api, code))}) for code in ("europe", "usa"))
    anywhere, guest = method(api), token_bearers.guest()

    assert [guest.get(path_of(each)).status_code for each in (europe, anywhere, usa)] == [
        200,
        200,
        401,
    ]
    assert token_bearers.guest("market:all").get(path_of(usa)).status_code == 200
    assert choices(guest, order(api)) == [europe["id"], anywhere["id"]]
    assert got(guest.get(PATH)) == refused("UNAUTHORIZED")
    assert got(guest.post(PATH, document(TYPE))) == refused("UNAUTHORIZED")
