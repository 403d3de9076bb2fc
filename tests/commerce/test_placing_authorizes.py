"""What placing makes of the payment of an order (commerce.md §13.1, §14.2, §14.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mockserver.clock import Clock
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused_with, violation
from tests.scene import address, digest, events, line, order, shown, stored
from tests.till import (
    EXTERNAL,
    STRIPE,
    basket,
    choose,
    patch,
    payable,
    placed,
    refusals,
    source,
    statuses,
    told,
    transaction,
    transactions,
)

PLACED = ["authorizations.create", "transactions.create", "authorizations.succeeded"]


@pytest.mark.parametrize("kind", PAYMENT_SOURCES)
def test_every_source(api: Api, sandbox: Sandbox, clock: Clock, kind: str) -> None:
    """It is authorized: transactions are told of before their order, and of that last."""
    bought = payable(api, kind=kind)
    clock.freeze()
    now = api.update(bought, _place=True)["attributes"]

    assert (now["status"], now["payment_status"]) == ("placed", "authorized")
    assert now["payment_updated_at"] == now["placed_at"] == clock.timestamp()
    assert now["place_total_amount_cents"] == 10000
    assert told(sandbox, bought)[-5:] == [*PLACED, "orders.authorize", "orders.place"]


def test_the_transaction(api: Api) -> None:
    """Numbered after the order, said to have succeeded, known by what the gateway calls it."""
    bought = placed(api, 10330)
    made = transaction(api, bought, "T/001")
    expected = {
        "number": f"{shown(api, bought)['number']}/T/001",
        "type": "authorizations",
        "payment_method_type": "stripe",
        "currency_code": "EUR",
        "formatted_amount": "€103,30",
        "succeeded": True,
        "message": "Success!",
        "error_code": None,
        "error_detail": None,
        "capture_amount_cents": 10330,
        "capture_balance_cents": 10330,
        "capture_balance_float": 103.3,
        "formatted_void_balance": "€103,30",
    }
    paid = api.get(f"{path_of(made)}/payment_source").json["data"]

    assert {name: made["attributes"][name] for name in expected} == expected
    assert made["attributes"]["token"] == paid["attributes"]["stripe_id"]
    api.update(bought, _approve_and_capture=True)
    captured = transaction(api, bought, "T/002")
    assert captured["attributes"]["token"] == made["attributes"]["token"]
    leads = f"{path_of(captured)}/reference_authorization"
    assert api.get(leads).json["data"]["id"] == made["id"]


def test_what_costs_nothing(api: Api, sandbox: Sandbox) -> None:
    """It is free: neither a method nor a source is needed, and there is no transaction."""
    bought = basket(api, 0, shipped=False)
    before = statuses(api, bought)
    api.update(bought, _place=True)

    assert (before[1], statuses(api, bought)[:2]) == ("unpaid", ("placed", "free"))
    assert transactions(api, bought) == []
    assert events(sandbox, bought)[-1] == "orders.place"


LACKS: dict[str, tuple[str, str, str]] = {
    "shipping_address": ("relationships/shipping_address", "can't be blank", "blank"),
    "billing_address": ("relationships/billing_address", "can't be blank", "blank"),
    "payment_method": ("relationships/payment_method", "can't be blank", "blank"),
    "payment_source": ("relationships/payment_source", "can't be blank", "blank"),
}


def test_everything_is_missing(api: Api) -> None:
    """All of it is told together."""
    bought = basket(api, 500)
    api.update(bought, links={"billing_address": None, "shipping_address": None})
    errors = [violation(*lack) for lack in LACKS.values()]

    assert got(patch(api, bought, _place=True)) == refused_with(errors)
    kept = api.get(f"{path_of(bought)}/resource_errors").json["data"]
    said = [tuple(e["attributes"][n] for n in ("name", "code", "message")) for e in kept]
    assert said == [(name, "BLANK", "can't be blank") for name in LACKS]
    assert shown(api, bought)["errors_count"] == 4


def test_only_the_latest_errors_are_kept(api: Api) -> None:
    """Ten of them, until the order is approved."""
    bought = basket(api, 500)
    for _ in range(6):
        patch(api, bought, _place=True)
    count = shown(api, bought)["errors_count"]
    choose(api, bought)
    source(api, bought)
    api.update(bought, _place=True)
    api.update(bought, _approve=True)

    assert (count, shown(api, bought)["errors_count"]) == (10, 0)
    assert api.get(f"{path_of(bought)}/resource_errors").json["data"] == []


def test_what_is_not_shipped_needs_no_address_to_ship_to(api: Api) -> None:
    """SKUs that say so, and lines without an item."""
    bought = payable(api, shipped=False)
    line(api, bought)
    api.update(bought, links={"shipping_address": None}, _place=False)
    made = transaction_source(api, bought)
    api.update(made, _update=True)
    api.update(bought, _place=True)

    assert statuses(api, bought) == ("placed", "authorized", "not_required")


def transaction_source(api: Api, bought: Document) -> Document:
    """Return what an order is paid with."""
    found: Document = api.get(f"{path_of(bought)}/payment_source").json["data"]
    return found


def test_billing_information(api: Api) -> None:
    """It is asked for where the market has a rule, of which there is one."""
    bought = payable(api)
    market = api.get(f"{path_of(bought)}/market").json["data"]
    links = {"market": to(market)}
    before = shown(api, bought)["requires_billing_info"]
    rule = api.create("billing_info_validation_rules", links=links)
    again = document("billing_info_validation_rules", links=links)
    api.update(bought, links={"billing_address": to(address(api))})
    error = violation("relationships/billing_address", "can't be blank", "blank")
    error["detail"] = "billing_address.billing_info - can't be blank"

    assert (before, shown(api, bought)["requires_billing_info"]) == (False, True)
    assert got(patch(api, bought, _place=True)) == refused_with([error])
    assert got(api.post("/api/billing_info_validation_rules", again)) == refused_with(
        [violation("relationships/market", "has already been taken", "taken")]
    )
    place = address(api, billing_info="VAT 1")
    api.update(bought, links={"billing_address": to(place)})
    assert patch(api, bought, _place=True).status_code == 200
    assert api.delete(path_of(rule)).status_code == 204


@pytest.mark.parametrize(("locked", "status"), [("DE", 422), ("IT", 200), (None, 200)])
def test_the_country_it_is_locked_to(api: Api, *, locked: str | None, status: int) -> None:
    """No other is shipped to."""
    bought = payable(api)
    api.update(bought, shipping_country_code_lock=locked)

    assert patch(api, bought, _place=True).status_code == status


def test_an_order_that_has_expired(api: Api, clock: Clock) -> None:
    """It cannot be edited nor placed; nothing of it is gone (commerce.md §14.6)."""
    clock.freeze()
    bought = payable(api)
    then = datetime.fromisoformat(clock.timestamp()) + timedelta(hours=1)
    api.update(bought, expires_at=then.isoformat())
    editable = shown(api, bought)["editable"]
    clock.advance(timedelta(hours=1))
    error = violation("attributes/expires_at", "is invalid", "invalid")

    assert (editable, shown(api, bought)["editable"]) == (True, False)
    assert got(patch(api, bought, _place=True)) == refused_with([error])
    assert statuses(api, bought)[0] == "pending"


def test_what_has_been_sold_meanwhile(api: Api) -> None:
    """What is not there any more cannot be placed; once it is again, it can."""
    bought = payable(api)
    items = api.get("/api/stock_items", {"sort": "-created_at"}).json["data"]
    own = [each for each in items if each["attributes"]["sku_code"].endswith(bought["id"])]
    for each in own:
        api.update(each, quantity=0)
    error = violation("relationships/line_items", "is out of stock", "out_of_stock")

    assert got(patch(api, bought, _place=True)) == refused_with([error])
    for each in own:
        api.update(each, quantity=1)
    assert patch(api, bought, _place=True).status_code == 200


def test_a_shipment_without_a_method(api: Api) -> None:
    """It has to go some way (catalogue.md §29)."""
    bought = payable(api)
    for shipment in api.get(f"{path_of(bought)}/shipments").json["data"]:
        api.update(shipment, links={"shipping_method": None})
    error = violation("relationships/shipments", "must have a shipping method", "blank")

    assert got(patch(api, bought, _place=True)) == refused_with([error])


def test_what_the_gateway_has_heard(api: Api) -> None:
    """An amount that has changed since has to be told again (commerce.md §13.3)."""
    bought = payable(api)
    line(api, bought)
    error = violation("relationships/payment_source", "is invalid", "invalid")
    paid = transaction_source(api, bought)

    assert paid["attributes"]["mismatched_amounts"] is True
    assert got(patch(api, bought, _place=True)) == refused_with([error])
    api.update(paid, _update=True)
    api.update(bought, _place=True)
    assert transactions(api, bought) == [("T/001", "authorizations", 11000)]


# --- answers of gateways --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "title", "code", "detail"),
    [
        (
            {"payment_method": "tok_fail"},
            "Your card was declined.",
            "card_declined",
            "generic_decline",
        ),
        (
            {"payment_method": "pm_card_chargeDeclinedInsufficientFunds"},
            "Your card has insufficient funds.",
            "card_declined",
            "insufficient_funds",
        ),
        (
            {"card": {"number": "4000 0000 0000 0069"}},
            "Your card has expired.",
            "expired_card",
            None,
        ),
        (
            {"payment_method": "pm_card_authenticationRequired"},
            "This transaction requires authentication.",
            "authentication_required",
            None,
        ),
    ],
)
def test_declined(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    *,
    said: Document,
    title: str,
    code: str,
    detail: str | None,
) -> None:
    """The order stays pending; a failed authorization and an error tell why."""
    bought = payable(api, options=said)
    error = violation("relationships/payment_source", title, "payment_declined", code=code)

    assert got(patch(api, bought, _place=True)) == refused_with([error])
    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    failed = transaction(api, bought, "T/001")["attributes"]
    names = ("succeeded", "message", "error_code", "error_detail", "capture_balance_cents")
    assert [failed[name] for name in names] == [False, title, code, detail, 0]
    assert refusals(api, bought) == [(code.upper(), title)]
    assert told(sandbox, bought)[-2:] == ["authorizations.failed", "transactions.refused"]


def test_agreed_to_after_all(api: Api) -> None:
    """A payer who has to authenticate has, once the gateway is looked at again."""
    bought = payable(api, options={"payment_method": "pm_card_authenticationRequired"})
    patch(api, bought, _place=True)
    api.update(transaction_source(api, bought), _refresh=True)
    api.update(bought, _place=True)

    assert statuses(api, bought)[:2] == ("placed", "authorized")
    assert [number for number, *_ in transactions(api, bought)] == ["T/001", "T/002"]


def test_an_external_gateway_declines(api: Api, sandbox: Sandbox) -> None:
    """The request is answered, and the order stays as it is (commerce.md §17.5)."""
    bought = payable(api, kind=EXTERNAL, payment_source_token="tok_fail_1")
    answer = patch(api, bought, _place=True)

    assert answer.status_code == 200
    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    failed = transaction(api, bought, "T/001")["attributes"]
    assert failed["succeeded"] is False
    assert refusals(api, bought) == [(failed["error_code"].upper(), failed["message"])]
    assert "orders.place" not in events(sandbox, bought)


def test_an_answer_that_comes_later(api: Api, sandbox: Sandbox) -> None:
    """The order is placed, and paid once it is settled: by hand or by a trigger."""
    for settle in ({"succeeded": True}, {"_forward": True}):
        bought = placed(api, kind=EXTERNAL, payment_source_token="tok_async_1")
        assert statuses(api, bought)[:2] == ("placed", "unpaid")
        waiting = transaction(api, bought, "T/001")
        names = ("succeeded", "message", "error_code")
        assert [waiting["attributes"][n] for n in names] == [False, "pending", None]

        settled = api.update(waiting, **settle)
        assert settled["attributes"]["message"] == "Success!"
        assert statuses(api, bought)[:2] == ("placed", "authorized")
        assert told(sandbox, bought)[-2:] == ["authorizations.succeeded", "orders.authorize"]
        error = violation("attributes/_forward", "is invalid", "invalid")
        assert got(patch(api, waiting, _forward=True)) == refused_with([error])


def test_placed_by_itself(api: Api) -> None:
    """When the answer comes that the order has waited for, where the method says so."""
    bought = basket(api, 10000)
    choose(api, bought, EXTERNAL, auto_place=True)
    source(api, bought, EXTERNAL, payment_source_token="async")
    api.update(bought, _authorize=True)
    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    api.update(transaction(api, bought, "T/001"), _forward=True)

    assert statuses(api, bought)[:2] == ("placed", "authorized")


def test_asynchronously(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """It is authorized when it is placed; what is missing then, it keeps as errors."""
    clock.freeze()
    good, bad = payable(api), basket(api, 500)
    for bought in (good, bad):
        api.update(bought, place_async=True)
        placing = api.update(bought, _place=True)["attributes"]
        assert (placing["status"], placing["payment_status"]) == ("placing", "unpaid")
    clock.advance(timedelta(minutes=1))

    assert statuses(api, good)[:2] == ("placed", "authorized")
    assert events(sandbox, good)[-3:] == ["orders.placing", "orders.authorize", "orders.place"]
    assert statuses(api, bad)[:2] == ("placing", "unpaid")
    assert shown(api, bad)["errors_count"] == 2


@pytest.mark.parametrize(
    ("method", "status", "taken"),
    [
        ({"auto_capture": False}, "authorized", 0),
        ({"auto_capture": True}, "paid", 1000),
        ({"auto_capture": True, "auto_capture_max_amount_cents": 1000}, "paid", 1000),
        ({"auto_capture": True, "auto_capture_max_amount_cents": 999}, "authorized", 0),
    ],
    ids=["not", "all", "up to a maximum", "beyond it"],
)
def test_captured_at_once(
    api: Api, sandbox: Sandbox, *, method: Document, status: str, taken: int
) -> None:
    """Where the payment method says so."""
    bought = basket(api, 1000)
    choose(api, bought, STRIPE, **method)
    source(api, bought)
    api.update(bought, _place=True)
    captures = [("T/002", "captures", taken)] if taken else []

    assert statuses(api, bought)[:2] == ("placed", status)
    assert transactions(api, bought) == [("T/001", "authorizations", 1000), *captures]
    expected = ["orders.authorize", *["orders.pay"] * bool(taken), "orders.place"]
    assert events(sandbox, bought)[-len(expected) :] == expected


def test_placing_twice(api: Api, sandbox: Sandbox) -> None:
    """There is one authorization."""
    bought = placed(api)
    before = digest(sandbox)
    api.update(bought, _place=True)

    assert digest(sandbox) == before


def test_fixing_the_payment_source(api: Api) -> None:
    """The source of what was authorized pays, and the order is placed."""
    bought = payable(api)
    first = transaction_source(api, bought)
    api.update(bought, _authorize=True)
    source(api, bought)
    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    api.update(bought, _fix_payment_source=True)

    assert transaction_source(api, bought)["id"] == first["id"]
    assert statuses(api, bought)[:2] == ("placed", "authorized")
    assert transactions(api, bought) == [("T/001", "authorizations", 10000)]


def test_a_hosted_checkout(token_bearers: TokenBearers, api: Api) -> None:
    """A guest who places sees that it is authorized: checkouts wait for that."""
    bought = payable(api)
    guest = token_bearers.guest()

    assert guest.update(bought, _place=True)["attributes"]["payment_status"] == "authorized"
    made = transaction(guest, bought, "T/001")
    change = document("authorizations", made["id"], _void=True)
    assert guest.patch(path_of(made), change).status_code == 401


def test_an_outcome_that_is_forced(api: Api, sandbox: Sandbox) -> None:
    """A fault declines the payment once, and nothing has happened."""
    bought = payable(api)
    before = digest(sandbox)
    values = {"name": "payment_source", "rule": "invalid", "relationship": True}
    effect = {"error": "VALIDATION_ERROR", "values": values}
    api.app.plane.faults.add({"effect": effect, "times": 1})
    refused = patch(api, bought, _place=True)

    assert refused.json["errors"][0]["source"] == {"pointer": "/data/relationships/payment_source"}
    assert digest(sandbox) == before
    assert api.update(bought, _place=True)["attributes"]["payment_status"] == "authorized"


def test_what_the_payment_costs(api: Api) -> None:
    """The method has a line, which is there where it is free, and gone with the method."""
    bought = basket(api, 10000)
    choose(api, bought, STRIPE, price_amount_cents=500, name="Cards")
    now = shown(api, bought)
    assert (now["payment_method_amount_cents"], now["total_amount_cents"]) == (500, 10500)
    own = [each for each in lines(api, bought) if each["item_type"] == "payment_methods"]
    assert [(each["name"], each["total_amount_cents"], each["quantity"]) for each in own] == [
        ("Cards", 500, 1)
    ]

    api.update(bought, links={"payment_method": None})
    assert shown(api, bought)["payment_method_amount_cents"] == 0
    assert "payment_methods" not in {each["item_type"] for each in lines(api, bought)}


def lines(api: Api, bought: Document) -> list[Document]:
    """Return the attributes of the lines of an order."""
    found = api.get(f"{path_of(bought)}/line_items").json["data"]
    return [each["attributes"] for each in found]


def test_what_it_keeps_while_it_is_refused(api: Api, sandbox: Sandbox) -> None:
    """Nothing of the request is done, whatever else was sent."""
    bought = order(api, customer_email="john@example.com")
    line(api, bought)
    before = stored(sandbox, bought)
    patch(api, bought, _place=True, reference="r", language_code="it")
    after = stored(sandbox, bought)

    assert {n for n in before if before[n] != after[n]} == {"errors_count", "updated_at"}
