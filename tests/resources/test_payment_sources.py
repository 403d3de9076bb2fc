"""Payment sources of every type: made for an order, answered, kept (neighbours.md §27 to §36)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.sandbox import Sandbox
from tests import till
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, clear, digest, line, order, stored
from tests.till import BACK, REQUIRED, accept

JOHN = "john@example.com"
WALLET = "customer_payment_sources"


@pytest.fixture(autouse=True)
def _no_method(api: Api) -> None:
    """Have no payment method whose kind a source must be of."""
    clear(api, "payment_methods")


def source(api: Api, type_: str, bought: Document, **attributes: Any) -> Document:
    """Create a payment source for an order that can be paid so."""
    accept(api, bought, type_)
    return till.source(api, bought, type_, **attributes)


def attributes(api: Api, object_: Document) -> Document:
    """Return the attributes of a record as they are now."""
    found: Document = api.get(path_of(object_)).json["data"]["attributes"]
    return found


def paid_by(api: Api, bought: Document) -> Any:
    """Return the payment source of an order."""
    return api.get(f"{path_of(bought)}/relationships/payment_source").json["data"]


def shown_by(api: Api, bought: Document) -> Any:
    """Return what an order shows of its payment source."""
    return attributes(api, bought)["payment_source_details"]


#: How sources pay where their type does not say it; all others of a card do once it is known.
WAYS = {"external_payments": "card", "wire_transfers": "wire_transfer"}


# --- the order -----------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", PAYMENT_SOURCES)
def test_the_order_is_paid_by_it(api: Api, type_: str) -> None:
    """It is set as the payment source of its order, with what may be shown of it."""
    bought = order(api)
    made = source(api, type_, bought)

    assert paid_by(api, bought) == to(made)
    assert api.get(f"{path_of(made)}/order").json["data"]["id"] == bought["id"]
    assert shown_by(api, bought) == {
        "type": type_.removesuffix("s"),
        "payment_method_type": WAYS.get(type_, type_.removesuffix("_payments")),
        **made["attributes"]["payment_instrument"],
    }


def test_the_last_one_counts(api: Api) -> None:
    """Another source takes the place of the first, which stays as it is."""
    bought = order(api)
    first, second = source(api, "wire_transfers", bought), source(api, "stripe_payments", bought)
    api.update(first, reference="r")

    assert paid_by(api, bought) == to(second)


@pytest.mark.parametrize("status", ["placing", "placed", "approved", "cancelled"])
def test_while_the_order_is_open(api: Api, sandbox: Sandbox, status: str) -> None:
    """An order that has been placed is paid as it is; one that is not, is paid anew."""
    bought, other = order(api), order(api)
    accept(api, bought, "external_payments")
    accept(api, other, "external_payments")
    made = source(api, "external_payments", other)
    alter(sandbox, bought, status=status)
    sent = {"links": {"order": to(bought)}, **REQUIRED["external_payments"]}
    error = violation("relationships/order", "can't be changed", "not_editable")
    moved = document("external_payments", made["id"], links={"order": to(bought)})

    assert got(api.post("/api/external_payments", document("external_payments", **sent))) == (
        refused_with([error])
    )
    assert got(api.patch(path_of(made), moved)) == refused_with([error])
    assert (paid_by(api, bought), paid_by(api, other)) == (None, to(made))


def test_another_order_than_one_that_is_placed(api: Api, sandbox: Sandbox) -> None:
    """What has been placed is paid as it was."""
    first, second = order(api), order(api)
    made = source(api, "external_payments", first)
    accept(api, second, "external_payments")
    alter(sandbox, first, status="placed")
    api.update(made, links={"order": to(second)})

    assert paid_by(api, first) == paid_by(api, second) == to(made)


def test_another_order(api: Api) -> None:
    """A source pays the one it is moved to, and no longer the other."""
    first, second = order(api), order(api)
    made = source(api, "external_payments", first)
    accept(api, second, "external_payments")
    api.update(made, links={"order": to(second)})

    assert (paid_by(api, first), paid_by(api, second)) == (None, to(made))
    assert shown_by(api, first) == {}


@pytest.mark.parametrize(
    ("chosen", "title", "rule"),
    [
        (None, "can't be blank", "blank"),
        ("wire_transfers", "is invalid", "invalid"),
        ("stripe_payments", None, None),
    ],
)
def test_the_payment_method_of_the_order(
    api: Api, *, chosen: str | None, title: str | None, rule: str | None
) -> None:
    """There has to be one, and of the kind of the source: its gateway is that of the source."""
    bought, sent = order(api), {}
    if chosen:
        sent = till.choose(api, bought, chosen)
    answer = api.post(
        "/api/stripe_payments", document("stripe_payments", links={"order": to(bought)})
    )
    if title and rule:
        error = violation("attributes/payment_method", title, rule)
        assert got(answer) == refused_with([error])
        return
    gateways = [
        api.get(f"{path_of(each)}/payment_gateway").json for each in (answer.json["data"], sent)
    ]
    assert gateways[0]["data"]["id"] == gateways[1]["data"]["id"]


def test_another_kind_of_method(api: Api) -> None:
    """It lets go of the source of the one before."""
    bought = order(api)
    source(api, "stripe_payments", bought)
    till.choose(api, bought, "wire_transfers")

    assert (paid_by(api, bought), shown_by(api, bought)) == (None, {})


def test_a_token_that_has_expired(api: Api) -> None:
    """The client drops its source and makes another one on exactly this."""
    bought = order(api)
    accept(api, bought, "external_payments")
    body = document(
        "external_payments", links={"order": to(bought)}, payment_source_token="tok_expired_1"
    )
    error = violation("relationships/order", "is expired", "expired")

    assert got(api.post("/api/external_payments", body)) == refused_with([error])


def test_what_the_order_says_of_its_sources(api: Api) -> None:
    """It is merged into the options of a new one, which come first."""
    bought, type_ = order(api), "stripe_payments"
    said = {"payment_source_type": type_, "data": {"a": 1, "b": 2}}
    links = {"order": to(bought)}
    api.create("payment_options", links=links, **said)
    again = api.post("/api/payment_options", document("payment_options", links=links, **said))
    made = source(api, type_, bought, options={"b": 3})
    title = "has already been taken"

    assert made["attributes"]["options"] == {"a": 1, "b": 3}
    assert got(again) == refused_with(
        [violation("attributes/payment_source_type", title, "taken", value=type_)]
    )


# --- answers -------------------------------------------------------------------------------------

#: What a client sends after creating a source, and what it then finds; a text is a pattern.
ANSWERS: dict[str, tuple[str, Document, Document]] = {
    "adyen-authorize": (
        "adyen_payments",
        {"_authorize": True, "payment_request_data": {"a": 1}},
        {"payment_response/resultCode": "Authorised", "payment_request_data": {"a": 1}},
    ),
    "adyen-details": (
        "adyen_payments",
        {"_details": True, "payment_request_details": {"b": 2}},
        {"payment_response/resultCode": "Authorised", "payment_request_details": {"b": 2}},
    ),
    "adyen-balance": ("adyen_payments", {"_balance": True}, {"balance": 1000}),
    "axerve": (
        "axerve_payments",
        {"payment_request_data": {"c": 3}},
        {"payment_request_data": {"c": 3}},
    ),
    "braintree": (
        "braintree_payments",
        {"payment_method_nonce": "n"},
        {"payment_method_nonce": "n"},
    ),
    **{
        f"checkout{trigger}": (
            "checkout_com_payments",
            {trigger: True},
            {
                "payment_response/status": "Authorized",
                "source_id": r"src_[0-9a-f]{26}",
                "customer_token": r"cus_[0-9a-f]{26}",
            },
        )
        for trigger in ("_authorize", "_details", "_refresh")
    },
    "klarna": (
        "klarna_payments",
        {"auth_token": "t"},
        {"auth_token": "t", "payment_instrument/issuer": "klarna"},
    ),
    "paypal": (
        "paypal_payments",
        {"paypal_payer_id": "P1"},
        {"status": "approved", "name": "P1", "payment_instrument/issuer": "paypal"},
    ),
    "satispay": (
        "satispay_payments",
        {"_refresh": True},
        {"status": "ACCEPTED", "payment_response/status": "ACCEPTED"},
    ),
    "stripe": (
        "stripe_payments",
        {"_refresh": True},
        {"charge_id": r"ch_[0-9a-f]{24}", "payment_method/card/last4": r"\d{4}"},
    ),
}
BALANCE = {"_balance": True}


def at(value: Any, path: str) -> Any:
    """Return what stands at a path in nested objects."""
    for step in path.split("/"):
        value = value[step]
    return value


@pytest.mark.parametrize(("type_", "sent", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_answers(api: Api, type_: str, sent: Document, expected: Document) -> None:
    """The gateway agrees, and what it was paid with is known to the order."""
    bought = order(api)
    made = source(api, type_, bought)
    found = api.update(made, **sent)["attributes"]

    assert made["attributes"]["payment_instrument"] == {}
    for path, value in expected.items():
        told = at(found, path)
        assert re.fullmatch(value, told) if isinstance(value, str) else value == told
    if sent != BALANCE:
        assert found["payment_instrument"]["issuer"]
        instrument = found["payment_instrument"]
        way = "card" if "card_type" in instrument else type_.removesuffix("_payments")
        kind = {"type": type_.removesuffix("s"), "payment_method_type": way}
        assert shown_by(api, bought) == kind | instrument


@pytest.mark.parametrize(
    ("holder", "response"),
    [
        (
            "NOT_ENOUGH_BALANCE",
            {
                "resultCode": "Refused",
                "refusalReason": "Not enough balance",
                "refusalReasonCode": "12",
            },
        ),
        ("PENDING", {"resultCode": "Received"}),
    ],
)
def test_a_refusal_is_shown(api: Api, holder: str, response: Document) -> None:
    """Where the gateway's response is; what is asked next is answered anew."""
    made = source(api, "adyen_payments", order(api))
    data = {"paymentMethod": {"holderName": holder}}
    refused_ = api.update(made, payment_request_data=data, _authorize=True)["attributes"]
    better = {"paymentMethod": {"holderName": "J. Smith"}}
    agreed = api.update(made, payment_request_data=better, _authorize=True)["attributes"]

    assert (refused_["payment_response"], refused_["payment_instrument"]) == (response, {})
    assert agreed["payment_response"]["resultCode"] == "Authorised"
    assert agreed["payment_instrument"]["card_type"]


def test_a_refusal_of_checkout_com(api: Api) -> None:
    """As its own sandbox says it."""
    made = source(api, "checkout_com_payments", order(api), token="tok_fail")
    shown_ = api.update(made, _details=True)["attributes"]

    assert shown_["payment_response"]["status"] == "Declined"
    assert shown_["source_id"] is None


@pytest.mark.parametrize(("type_", "sent", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_asking_twice(api: Api, type_: str, sent: Document, expected: Document) -> None:
    """It says the same again; asked for nothing, it says nothing."""
    assert expected
    made = source(api, type_, order(api))
    nothing = {name: False if value is True else None for name, value in sent.items()}
    api.update(made, **nothing)
    unasked = attributes(api, made)
    first = api.update(made, **sent)["attributes"]
    second = api.update(made, **sent)["attributes"]

    assert unasked["payment_instrument"] == {}
    assert second == first


#: The form of what a source has from the start.
FORMS = {
    ("adyen_payments", "public_key"): r"pub_test_[0-9a-f]{32}",
    ("axerve_payments", "login"): r"shop_test_[0-9a-f]{32}",
    ("braintree_payments", "client_token"): r"[0-9a-f]{64}",
    ("checkout_com_payments", "public_key"): r"pk_test_[0-9a-f]{32}",
    ("klarna_payments", "session_id"): r"[0-9a-f-]{36}",
    ("klarna_payments", "client_token"): r"[0-9a-f]{64}",
    ("paypal_payments", "paypal_id"): r"PAYID-[0-9A-F]{24}",
    ("paypal_payments", "status"): r"created",
    ("satispay_payments", "payment_id"): r"[0-9a-f-]{36}",
    ("satispay_payments", "flow"): r"MATCH_CODE",
    ("satispay_payments", "status"): r"PENDING",
    ("satispay_payments", "payment_url"): r"https://payments\.example/\?payment_id=[0-9a-f-]{36}",
    ("stripe_payments", "stripe_id"): r"pi_[0-9a-f]{24}",
    ("stripe_payments", "client_secret"): r"(pi_[0-9a-f]{24})_secret_[0-9a-f]{24}",
    ("stripe_payments", "publishable_key"): r"pk_test_[0-9a-f]{32}",
}


@pytest.mark.parametrize(("type_", "name", "form"), [(*key, form) for key, form in FORMS.items()])
def test_what_a_source_begins_with(api: Api, type_: str, name: str, form: str) -> None:
    """Well-formed, and another for each source but for what is the account's or always the same."""
    first, second = (source(api, type_, order(api))["attributes"][name] for _ in range(2))
    is_shared = name in ("public_key", "login", "publishable_key", "flow", "status")

    assert re.fullmatch(form, first)
    assert re.fullmatch(form, second)
    assert (first == second) is is_shared


LISTS = [
    ("adyen_payments", "payment_methods/paymentMethods"),
    ("klarna_payments", "payment_methods"),
]


@pytest.mark.parametrize(("type_", "path"), LISTS)
def test_ways_to_pay(api: Api, type_: str, path: str) -> None:
    """What the gateways' own client libraries need is there from the start."""
    assert at(source(api, type_, order(api))["attributes"], path)


def test_a_stripe_payment_of_the_clients(api: Api) -> None:
    """What it sends is kept; what it leaves to the gateway, by null as well, is built on that."""
    kept, built, blank = (
        source(api, "stripe_payments", order(api), **sent)["attributes"]
        for sent in (
            {"stripe_id": "pi_1", "client_secret": "pi_1_secret_2"},
            {"stripe_id": "pi_1"},
            {"stripe_id": None, "client_secret": None},
        )
    )

    assert (kept["stripe_id"], kept["client_secret"]) == ("pi_1", "pi_1_secret_2")
    assert built["client_secret"].startswith("pi_1_secret_")
    assert blank["client_secret"].startswith(f"{blank['stripe_id']}_secret_")


@pytest.mark.parametrize(
    ("type_", "name", "way", "parameters"),
    [
        ("paypal_payments", "return_url", "approval_url", ["paymentId", "token", "PayerID"]),
        ("checkout_com_payments", "success_url", "redirect_uri", ["cko-session-id"]),
        ("satispay_payments", "redirect_url", "payment_url", ["payment_id"]),
    ],
)
@pytest.mark.parametrize("back", [BACK, f"{BACK}?a=1"])
def test_the_payer_comes_back(  # noqa: PLR0913 - the row of the table
    api: Api, type_: str, name: str, way: str, parameters: list[str], *, back: str
) -> None:
    """Where it is sent is the client's own page, with what the gateway would add."""
    url: str = source(api, type_, order(api), **{name: back})["attributes"][way]
    separator = "&" if "?" in back else "?"
    added = "&".join(f"{parameter}=[0-9A-Za-z_-]+" for parameter in parameters)

    assert re.fullmatch(re.escape(back + separator) + added, url)


def test_a_way_back_that_changes(api: Api) -> None:
    """A Satispay payment leads to the newest one."""
    made = source(api, "satispay_payments", order(api), redirect_url=f"{BACK}/1")
    changed = api.update(made, redirect_url=f"{BACK}/2")["attributes"]

    assert changed["payment_url"].startswith(f"{BACK}/2?")


@pytest.mark.parametrize("number", ["4111111111111111", "5555-5555-5555-4444", "3782 822463 10005"])
def test_card_numbers(api: Api, sandbox: Sandbox, number: str) -> None:
    """They are rejected where a token is wanted, and not repeated."""
    bought, type_ = order(api), "external_payments"
    accept(api, bought, type_)
    before = digest(sandbox)
    body = document(type_, links={"order": to(bought)}, payment_source_token=number)
    error = violation("attributes/payment_source_token", "is invalid", "invalid")

    assert got(api.post(f"/api/{type_}", body)) == refused_with([error])
    assert digest(sandbox) == before


@pytest.mark.parametrize("token", ["4111111111111112", "41111111", "4111111111111111a", "tok-1"])
def test_tokens(api: Api, token: str) -> None:
    """What is no card number is a token, digits or not."""
    made = source(api, "external_payments", order(api), payment_source_token=token)

    assert made["attributes"]["payment_source_token"] == token
    assert made["attributes"]["payment_instrument"]["issuer_type"] == "credit-card"


def test_the_expiry_of_cards(app: MockServerApp, api: Api) -> None:
    """Made-up cards are good by the clock of the organization."""
    clock = next(iter(app.organizations)).clock
    clock.freeze(clock.now() + timedelta(days=3650))
    made = source(api, "external_payments", order(api))
    year = int(made["attributes"]["payment_instrument"]["card_expiry_year"])

    assert 1 <= year - clock.now().year <= 5


# --- amounts -------------------------------------------------------------------------------------

#: What tells a gateway of the new amount.
ASKED_ANEW = {
    "adyen_payments": {"_authorize": True},
    "axerve_payments": {"_update": True},
    "checkout_com_payments": {"_authorize": True},
    "klarna_payments": {"_update": True},
    "stripe_payments": {"_update": True},
}


@pytest.mark.parametrize(("type_", "sent"), ASKED_ANEW.items())
def test_mismatched_amounts(api: Api, type_: str, sent: Document) -> None:
    """An order that costs something else is another one than the gateway knows, until told."""
    bought = order(api)
    made = source(api, type_, bought)
    line(api, bought)
    changed = attributes(api, made)
    untold = api.update(made, **dict.fromkeys(sent, False))["attributes"]
    told = api.update(made, **sent)["attributes"]

    assert [each["mismatched_amounts"] for each in (made["attributes"], changed, untold, told)] == [
        False,
        True,
        True,
        False,
    ]


def test_filtering_mismatched_amounts(api: Api) -> None:
    """Those of an order that has changed since are found."""
    bought = order(api)
    made = source(api, "klarna_payments", bought)
    source(api, "klarna_payments", order(api))
    line(api, bought)

    found = api.get("/api/klarna_payments", {"filter[q][mismatched_amounts_true]": "1"})
    assert ids(found) == [made["id"]]


# --- the wallet ----------------------------------------------------------------------------------


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def save(api: Api, bought: Document) -> Document:
    """Save the payment source of an order to the wallet; return the newest entry."""
    api.update(bought, _save_payment_source_to_customer_wallet=True)
    found: Document = api.get(f"/api/{WALLET}", {"sort": "-id"}).json["data"][0]
    return found


@pytest.mark.parametrize("type_", PAYMENT_SOURCES)
def test_saving(api: Api, customer: Document, type_: str) -> None:
    """A source of any type is saved through its order, and included from the wallet."""
    bought = order(api, {"customer": to(customer)})
    made = source(api, type_, bought)
    entry = save(api, bought)
    shown = api.get(f"{path_of(entry)}?include=payment_source").json

    assert shown["data"]["relationships"]["payment_source"]["data"] == to(made)
    assert [to(object_) for object_ in shown["included"]] == [to(made)]


NAMES = {
    "adyen_payments": "Adyen Payment",
    "axerve_payments": "Axerve Payment",
    "braintree_payments": "Braintree Payment",
    "checkout_com_payments": "Checkout Com Payment",
    "klarna_payments": "Klarna Payment",
    "paypal_payments": "Paypal Payment",
    "satispay_payments": "Satispay Payment",
    "stripe_payments": "Stripe Payment",
    "wire_transfers": "Wire Transfer",
}


@pytest.mark.parametrize(("type_", "name"), NAMES.items())
def test_the_name_without_a_card(api: Api, customer: Document, type_: str, name: str) -> None:
    """An entry is called what its source is as long as no card is known."""
    bought = order(api, {"customer": to(customer)})
    source(api, type_, bought)

    assert save(api, bought)["attributes"]["name"] == name


def test_the_name_of_a_card(api: Api, customer: Document) -> None:
    """The masked number, known from the start or later."""
    names, digits = [], []
    for type_, sent in (("external_payments", {}), ("stripe_payments", {"_refresh": True})):
        bought = order(api, {"customer": to(customer)})
        made = source(api, type_, bought)
        entry = save(api, bought)
        instrument = api.update(made, **sent)["attributes"]["payment_instrument"]
        names.append(attributes(api, entry)["name"])
        digits.append(instrument["card_last_digits"])

    assert names == [f"XXXX-XXXX-XXXX-{each}" for each in digits]


def test_the_wallet_of_an_external_payment(api: Api, customer: Document) -> None:
    """The entry that keeps its token, none before."""
    bought = order(api, {"customer": to(customer)})
    made = source(api, "external_payments", bought, payment_source_token="tok-1")
    before = api.get(f"{path_of(made)}/wallet").json["data"]
    entry = save(api, bought)

    assert before is None
    assert api.get(f"{path_of(made)}/relationships/wallet").json["data"] == to(entry)
    assert entry["attributes"]["payment_source_token"] == "tok-1"


def test_a_saved_source_is_kept(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """It is locked while somebody may pay with it, and survives its order."""
    bought = order(api, {"customer": to(customer)})
    made = source(api, "stripe_payments", bought)
    entry = save(api, bought)
    number = stored(sandbox, made)["serial"]
    locked = refused("LOCKED", f"Failed to destroy StripePayment with id={number}")

    assert got(api.delete(path_of(made))) == locked
    assert api.delete(path_of(bought)).status_code == 204
    assert api.get(f"{path_of(made)}/order").json == {"data": None}
    assert api.get(f"{path_of(entry)}/payment_source").json["data"]["id"] == made["id"]
    assert api.delete(path_of(entry)).status_code == 204
    assert api.delete(path_of(made)).status_code == 204


def test_a_source_goes_with_its_order(api: Api) -> None:
    """With all that were made for it, and with no other's."""
    bought, other = order(api), order(api)
    for each in (bought, bought, other):
        source(api, "wire_transfers", each)
    api.delete(path_of(bought))

    assert [paid_by(api, other)["id"]] == ids(api.get("/api/wire_transfers"))


def test_an_order_without_its_source(api: Api) -> None:
    """A source that is deleted pays no longer."""
    bought = order(api)
    first, second = (source(api, "wire_transfers", bought) for _ in range(2))
    api.delete(path_of(first))
    paid, shown = paid_by(api, bought), shown_by(api, bought)
    api.delete(path_of(second))

    assert (paid, shown) == (
        to(second),
        {"type": "wire_transfer", "payment_method_type": "wire_transfer"},
    )
    assert (paid_by(api, bought), shown_by(api, bought)) == (None, {})


# --- who may -------------------------------------------------------------------------------------


def test_a_guest_pays(token_bearers: TokenBearers, api: Api, sandbox: Sandbox) -> None:
    """While the order is open; what it has paid with it reads until the order is approved."""
    guest = token_bearers.guest()
    bought = order(api)
    accept(api, bought, "stripe_payments")
    made = source(guest, "stripe_payments", bought)
    guest.update(made, _refresh=True)
    alter(sandbox, bought, status="placed")
    late = document("wire_transfers", links={"order": to(bought)})
    change = document("stripe_payments", made["id"], reference="r")
    before = digest(sandbox)

    assert guest.get(path_of(made)).status_code == 200
    assert got(guest.patch(path_of(made), change)) == refused("UNAUTHORIZED")
    assert got(guest.post("/api/wire_transfers", late)) == refused("UNAUTHORIZED")
    assert got(guest.get("/api/stripe_payments")) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before


def test_a_customer_sees_what_it_has_saved(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, customer: Document
) -> None:
    """Whatever has become of the order, in its own wallet alone."""
    api.create("customers", email="jane@example.com", password=PASSWORD)
    john, jane = token_bearers.customer(JOHN), token_bearers.customer("jane@example.com")
    bought = john.create("orders")
    accept(api, bought, "stripe_payments")
    made = source(john, "stripe_payments", bought)
    john.update(bought, _save_payment_source_to_customer_wallet=True)
    alter(sandbox, bought, status="approved")
    shown = john.get(f"/api/{WALLET}?include=payment_source").json

    assert [to(object_) for object_ in shown["included"]] == [to(made)]
    assert api.get(f"{path_of(customer)}/{WALLET}").json["meta"]["record_count"] == 1
    assert got(jane.get(path_of(made))) == refused("UNAUTHORIZED")
