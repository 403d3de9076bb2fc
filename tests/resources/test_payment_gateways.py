"""Payment gateways: what they are told, what they show, what is told them (commerce.md §12)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import shown
from tests.till import (
    GATEWAYS,
    STRIPE,
    basket,
    choose,
    gateway,
    method,
    patch,
    payable,
    refusals,
    source,
    statuses,
    transaction,
)

SECRETS = (
    *("api_key", "api_secret", "client_id", "client_secret", "private_key", "secret_key"),
    *("merchant_account", "merchant_account_id", "merchant_id", "skey", "pkey"),
)
#: What each shows besides its name, and what that is from the start.
SHOWN: dict[str, Document] = {
    "adyen_payments": {
        "live_url_prefix": "p",
        "api_version": 71,
        "async_api": False,
        "partial_payments": False,
        "order_expiration_mins": 1440,
        "native_customer_payment_sources": False,
    },
    "axerve_payments": {"login": "l"},
    "braintree_payments": {"descriptor_name": None},
    "checkout_com_payments": {"webhook_endpoint_id": None, "webhook_endpoint_secret": None},
    "external_payments": {
        "authorize_url": None,
        "capture_url": None,
        "void_url": None,
        "refund_url": None,
        "token_url": None,
        "circuit_state": "closed",
        "circuit_failure_count": 0,
        "external_includes": None,
    },
    "klarna_payments": {},
    "paypal_payments": {},
    "satispay_payments": {"key_id": None},
    STRIPE: {
        "connected_account": None,
        "auto_payments": False,
        "webhook_endpoint_id": None,
        "webhook_endpoint_secret": None,
    },
    "wire_transfers": {},
}
CALLED = {kind for kind in GATEWAYS if kind not in ("external_payments", "wire_transfers")} - {
    *("klarna_payments", "paypal_payments")
}


@pytest.mark.parametrize("kind", GATEWAYS)
def test_what_it_shows(api: Api, kind: str) -> None:
    """What can be read, no secret among it; where to call it is on the sandbox's own host."""
    made = gateway(api, kind)
    attributes, type_ = made["attributes"], made["type"]

    assert attributes["name"] == "Gateway"
    assert attributes["force_payments"] is False
    assert {name: attributes[name] for name in SHOWN[kind]} == SHOWN[kind]
    assert not attributes.keys() & set(SECRETS)
    url = f"http://localhost/webhook_callbacks/{type_}/{made['id']}"
    assert attributes.get("webhook_endpoint_url") == (url if kind in CALLED else None)


@pytest.mark.parametrize("kind", GATEWAYS)
def test_what_it_is_told(api: Api, kind: str) -> None:
    """All that is required is missed at once."""
    type_, required = GATEWAYS[kind]
    answer = api.post(f"/api/{type_}", document(type_))
    missed = {error["source"]["pointer"] for error in answer.json["errors"]}

    assert missed == {f"/data/attributes/{name}" for name in ("name", *required)}
    assert {error["meta"]["error"] for error in answer.json["errors"]} == {"blank"}


@pytest.mark.parametrize(("version", "status"), [(65, 422), (66, 201), (71, 201), (72, 422)])
def test_versions_of_adyen(api: Api, version: int, status: int) -> None:
    """Those that the vendor names."""
    type_, required = GATEWAYS["adyen_payments"]
    sent = {"name": "Adyen", **required, "api_version": version}
    answer = api.post(f"/api/{type_}", document(type_, **sent))

    assert answer.status_code == status
    if status == 422:
        assert got(answer) == refused_with(
            [
                violation(
                    "attributes/api_version",
                    "is not included in the list",
                    "inclusion",
                    value=version,
                )
            ]
        )


def test_an_asynchronous_adyen(api: Api) -> None:
    """It needs a secret to sign what it tells."""
    type_, required = GATEWAYS["adyen_payments"]
    sent = {"name": "Adyen", **required, "async_api": True}
    answer = api.post(f"/api/{type_}", document(type_, **sent))
    error = violation("attributes/webhook_endpoint_secret", "can't be blank", "blank")

    assert got(answer) == refused_with([error])
    made = gateway(api, "adyen_payments", async_api=True, webhook_endpoint_secret="s")
    assert made["attributes"]["webhook_endpoint_secret"] == "s"


def test_a_new_shared_secret(api: Api) -> None:
    """32 hexadecimal digits, others each time."""
    made = gateway(api, "external_payments")
    before = made["attributes"]["shared_secret"]
    after = api.update(made, _regenerate_shared_secret=True)["attributes"]["shared_secret"]

    assert len(before) == len(after) == 32
    assert int(before, 16) != int(after, 16)


def test_a_gateway_that_is_used(api: Api) -> None:
    """It stays while a payment method has it; the family is read alone."""
    chosen = method(api)
    used = api.get(f"{path_of(chosen)}/payment_gateway").json["data"]

    assert api.delete(path_of(used)).status_code == 423
    assert got(api.post("/api/payment_gateways", document("payment_gateways", name="X"))) == (
        refused("METHOD_NOT_ALLOWED")
    )
    assert api.get(f"/api/payment_gateways/{used['id']}").json["data"]["type"] == used["type"]
    assert api.delete(path_of(chosen)).status_code == 204
    assert api.delete(path_of(used)).status_code == 204


# --- what gateways tell ---------------------------------------------------------------------------


def tell(api: Api, bought: Document, event: str, **object_: Any) -> Any:
    """Tell at the endpoint of a gateway of an order's payment intent; return the answer."""
    paid = api.get(f"{path_of(bought)}/payment_source").json["data"]
    own = api.get(f"{path_of(paid)}/payment_gateway").json["data"]
    intent = {"id": paid["attributes"]["stripe_id"], **object_}
    path = f"/webhook_callbacks/{own['type']}/{own['id']}"
    return api.post(path, {"type": event, "data": {"object": intent}})


def test_an_intent_that_succeeds(api: Api) -> None:
    """What waits for it goes on."""
    bought = payable(api, options={"payment_method": "async"})
    api.update(bought, _place=True)
    before = statuses(api, bought)[:2]
    answer = tell(api, bought, "payment_intent.amount_capturable_updated")

    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert (before, statuses(api, bought)[:2]) == (("placed", "unpaid"), ("placed", "authorized"))


def test_an_intent_that_fails(api: Api) -> None:
    """The transaction has failed, the order is as it was."""
    bought = payable(api, options={"payment_method": "async"})
    api.update(bought, _place=True)
    error = {"code": "card_declined", "message": "No."}
    tell(api, bought, "payment_intent.payment_failed", last_payment_error=error)
    failed = transaction(api, bought, "T/001")["attributes"]

    assert [failed[n] for n in ("succeeded", "error_code", "message")] == [
        *(False, "card_declined", "No.")
    ]
    assert refusals(api, bought) == [("CARD_DECLINED", "No.")]
    assert statuses(api, bought)[:2] == ("placed", "unpaid")


@pytest.mark.parametrize(("places", "status"), [(True, "placed"), (False, "pending")])
def test_placed_by_itself(api: Api, *, places: bool, status: str) -> None:
    """A pending order, once its payer has paid, where the method says so (commerce.md §13.1)."""
    bought = basket(api, 10000)
    choose(api, bought, STRIPE, auto_place=places)
    source(api, bought)
    tell(api, bought, "payment_intent.succeeded")

    assert statuses(api, bought)[0] == status


def test_placed_by_itself_when_something_is_missing(api: Api) -> None:
    """It stays pending, and keeps what it lacks."""
    bought = basket(api, 10000)
    choose(api, bought, STRIPE, auto_place=True)
    source(api, bought)
    api.update(bought, links={"billing_address": None})

    assert tell(api, bought, "payment_intent.succeeded").status_code == 200
    assert (statuses(api, bought)[0], shown(api, bought)["errors_count"]) == ("pending", 1)


@pytest.mark.parametrize(
    "told", [{}, [], None, "x", {"type": "charge.refunded"}, {"type": 1, "data": {"object": 2}}]
)
def test_other_news(api: Api, told: Any) -> None:
    """They are taken note of, and change nothing."""
    made = gateway(api, STRIPE)
    answer = api.post(f"/webhook_callbacks/{made['type']}/{made['id']}", told)

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["stripe_gateways/AAAAAAAAAA", "markets/AAAAAAAAAA", "x/y"])
def test_nobodys_endpoint(api: Api, path: str) -> None:
    """Nobody is called there."""
    assert got(api.post(f"/webhook_callbacks/{path}", {})) == refused("RECORD_NOT_FOUND")


def test_forced_payments(api: Api) -> None:
    """What comes through while the order is open pays it, whatever was chosen meanwhile."""
    bought = basket(api, 10000)
    links = {"payment_gateway": to(gateway(api, STRIPE, force_payments=True))}
    given = {"payment_source_type": STRIPE, "currency_code": "EUR", "price_amount_cents": 0}
    chosen = api.create("payment_methods", links=links, **given)
    api.update(bought, links={"payment_method": to(chosen)})
    first = source(api, bought, options={"payment_method": "async"})
    api.update(bought, _authorize=True)
    source(api, bought)
    assert patch(api, transaction(api, bought, "T/001"), succeeded=True).status_code == 200

    assert api.get(f"{path_of(bought)}/payment_source").json["data"]["id"] == first["id"]
    assert statuses(api, bought)[:2] == ("pending", "authorized")
