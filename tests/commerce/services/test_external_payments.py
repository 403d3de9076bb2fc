"""Payments by a gateway of the merchant's own (commerce.md §17.5, §17.6, §29.12)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mockserver.app import MockServerApp
from mockserver.webhooks.signing import signature
from tests.backends import BACKENDS
from tests.client import Api, Document, path_of, to
from tests.commerce.services.late import answer_late, posted_back
from tests.scene import shown
from tests.till import (
    EXTERNAL,
    JOHN,
    basket,
    patch,
    refusals,
    ship,
    source,
    statuses,
    transaction,
    transactions,
)
from tests.webhooks.service import ExternalService, included, is_signed, no, says, yes

pytestmark = pytest.mark.parametrize("storage", BACKENDS)

STEPS = ("authorize", "capture", "void", "refund")
DECLINED = {
    "success": False,
    "data": {
        "transaction_token": "t",
        "amount_cents": 3410,
        "error": {"code": "E1", "message": "Declined"},
    },
}


class ServedTill:
    """A way to pay by a service, and orders that are paid so."""

    def __init__(self, api: Api, service: ExternalService) -> None:
        """Open it, with a URL for every step."""
        self.api = api
        self.service = service
        urls = {f"{step}_url": service.url_of(step) for step in STEPS}
        self.gateway = api.create("external_gateways", name="Own", **urls)
        self.method = api.create(
            "payment_methods",
            links={"payment_gateway": to(self.gateway)},
            payment_source_type=EXTERNAL,
            currency_code="EUR",
            price_amount_cents=0,
        )

    def payable(self, cents: int = 3410) -> Document:
        """Create an order that can be placed."""
        order = basket(self.api, cents)
        self.api.update(order, links={"payment_method": to(self.method)})
        source(self.api, order, EXTERNAL)
        return order

    def placed(self, answer: Any, cents: int = 3410) -> Document:
        """Place such an order with this answer to its authorization."""
        order = self.payable(cents)
        self.service.otherwise = answer
        assert patch(self.api, order, _place=True).status_code == 200
        return order

    def approved(self) -> Document:
        """Create such an order, authorized and approved."""
        order = self.placed(yes(transaction_token="tok", amount_cents=3410))
        self.api.update(order, _approve=True)
        return order

    def last_path(self) -> str:
        """Return the path that was asked last."""
        return self.service.got[-1].path


@pytest.fixture
def till(api: Api, service: ExternalService) -> ServedTill:
    """Return such a till."""
    return ServedTill(api, service)


def test_placing(api: Api, till: ServedTill) -> None:
    """The source is posted, with what the table includes; token and metadata are the answer's."""
    order = till.placed(yes(transaction_token="tok", amount_cents=3410, metadata={"risk": "low"}))
    made = transaction(api, order, "T/001")["attributes"]
    received, sent = till.service.got[-1], till.service.last

    assert statuses(api, order)[:2] == ("placed", "authorized")
    assert (made["token"], made["metadata"]) == ("tok", {"risk": "low"})
    assert (received.path, sent["data"]["type"]) == ("/authorize", EXTERNAL)
    assert included(sent, "orders")[0]["total_amount_with_taxes_cents"] == 3410
    assert is_signed(received, shown(api, till.gateway)["shared_secret"])


def test_every_step(api: Api, till: ServedTill) -> None:
    """Captures and voids are asked about the authorization, refunds about the capture."""
    order = till.approved()
    service, asked = till.service, []
    authorization = transaction(api, order, "T/001")
    service.otherwise = yes(transaction_token="cap", amount_cents=1000)
    api.update(authorization, _capture=True, _capture_amount_cents=1000)
    asked.append((till.last_path(), service.last["data"]))
    service.otherwise = yes(transaction_token="ref", amount_cents=400)
    captured = transaction(api, order, "T/002")
    api.update(captured, _refund=True, _refund_amount_cents=400)
    asked.append((till.last_path(), service.last["data"]))

    assert [(path, data["type"], data["id"]) for path, data in asked] == [
        ("/capture", "authorizations", authorization["id"]),
        ("/refund", "captures", captured["id"]),
    ]
    assert asked[0][1]["attributes"]["capture_amount_cents"] == 1000
    assert asked[1][1]["attributes"]["formatted_refund_amount"] == "€4,00"
    assert transactions(api, order) == [
        ("T/001", "authorizations", 3410),
        ("T/002", "captures", 1000),
        ("T/003", "refunds", 400),
    ]


def test_a_void(api: Api, till: ServedTill) -> None:
    """Cancelling lets go of what was authorized, by the service."""
    order = till.approved()
    till.service.otherwise = yes(transaction_token="void", amount_cents=3410)
    api.update(order, _cancel=True)

    assert till.last_path() == "/void"
    assert statuses(api, order)[:2] == ("cancelled", "voided")


@pytest.mark.parametrize(
    ("answer", "code", "detail"),
    [
        (says(DECLINED), "E1", "Declined"),
        (no("Not you", "E2"), "E2", "Not you"),
        (500, None, None),
    ],
)
def test_no_authorization(
    api: Api, till: ServedTill, answer: Any, code: str | None, detail: str | None
) -> None:
    """The request goes well; the order stays as it is, and a failed transaction says why."""
    order = till.placed(answer)
    made = transaction(api, order, "T/001")["attributes"]

    assert statuses(api, order)[:2] == ("pending", "unpaid")
    assert not made["succeeded"]
    assert (made["error_code"], made["error_detail"]) == (code, detail)
    assert made["message"] == (detail or "500 Internal Server Error")


def test_a_declined_capture(api: Api, till: ServedTill) -> None:
    """As in the story: answered 200, the order is still authorized."""
    order = till.approved()
    till.service.otherwise = says(DECLINED)
    assert patch(api, transaction(api, order, "T/001"), _capture=True).status_code == 200
    failed = transaction(api, order, "T/002")["attributes"]

    assert (failed["succeeded"], failed["error_code"]) == (False, "E1")
    assert (failed["error_detail"], failed["token"]) == ("Declined", "t")
    assert statuses(api, order)[1] == "authorized"
    assert refusals(api, order) == [("E1", "Declined")]


@pytest.mark.parametrize("cents", [-1, 2**40, 1.5, "3410", True, None])
def test_an_amount_that_is_none(api: Api, till: ServedTill, cents: Any) -> None:
    """Is that which was asked for."""
    order = till.placed(yes(transaction_token="tok", amount_cents=cents))

    assert transactions(api, order) == [("T/001", "authorizations", 3410)]


def test_without_a_url(api: Api, till: ServedTill) -> None:
    """The step succeeds here, with a token of its own."""
    order = till.approved()
    api.update(till.gateway, capture_url=None)
    till.service.got.clear()
    api.update(order, _capture=True)

    assert till.service.got == []
    assert statuses(api, order)[1] == "paid"


def test_the_circuit(api: Api, till: ServedTill) -> None:
    """Failures count on the gateway."""
    till.placed(503)
    now = shown(api, till.gateway)

    assert (now["circuit_state"], now["circuit_failure_count"]) == ("closed", 1)


def test_the_wallet(api: Api, till: ServedTill) -> None:
    """What is saved is known by the tokens that the service gives."""
    api.update(till.gateway, token_url=till.service.url_of("token"))
    api.create("customers", email=JOHN, password="secret-password")
    order = till.payable()
    till.service.otherwise = yes(customer_token="cus_1", payment_source_token="pm_1")
    api.update(order, _save_payment_source_to_customer_wallet=True)
    (saved,) = api.get("/api/customer_payment_sources").json["data"]

    assert till.last_path() == "/token"
    assert saved["attributes"]["customer_token"] == "cus_1"
    assert saved["attributes"]["payment_source_token"] == "pm_1"


def test_no_tokens(api: Api, till: ServedTill) -> None:
    """Without them nothing is saved, and the request goes well."""
    api.update(till.gateway, token_url=till.service.url_of("token"))
    api.create("customers", email=JOHN, password="secret-password")
    order = till.payable()
    till.service.otherwise = no("Not now")

    assert patch(api, order, _save_payment_source_to_customer_wallet=True).status_code == 200
    assert api.get("/api/customer_payment_sources").json["data"] == []


# --- later ---------------------------------------------------------------------------------------

ACCEPTED = {
    "success": True,
    "data": {"action_id": "a1", "transaction_token": "tok", "amount_cents": 3410},
}
LATER: Document = {"action_id": "a1", "transaction_token": "x", "amount_cents": 1}


@pytest.fixture
def waiting(till: ServedTill) -> Document:
    """Return an order whose authorization was accepted."""
    return till.placed(says(ACCEPTED, 202))


def test_accepted(api: Api, till: ServedTill, waiting: Document) -> None:
    """The order is placed, and nothing is paid until the answer comes."""
    made = transaction(api, waiting, "T/001")["attributes"]
    where = till.service.last["data"]["meta"]["webhook_endpoint_url"]

    assert statuses(api, waiting)[:2] == ("placed", "unpaid")
    assert (made["succeeded"], made["message"], made["token"]) == (False, None, "tok")
    assert where.endswith(f".cl.localhost:8443/webhooks/external_gateways/{till.gateway['id']}")


def test_the_late_story(app: MockServerApp, api: Api, till: ServedTill, waiting: Document) -> None:
    """The order follows; amount and token are as they were."""
    answer = answer_late(app, till.gateway, {"success": True, "data": LATER})
    made = transaction(api, waiting, "T/001")["attributes"]

    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert statuses(api, waiting)[:2] == ("placed", "authorized")
    assert (made["succeeded"], made["token"], made["amount_cents"]) == (True, "tok", 3410)
    assert answer_late(app, till.gateway, {"success": True, "data": LATER}).status_code == 200


def test_the_late_story_of_other_numbers(app: MockServerApp, api: Api, till: ServedTill) -> None:
    """777 are authorized late; a capture of 300 is declined, and succeeds the second time."""
    later = {"action_id": "b7", "transaction_token": "t7", "amount_cents": 777}
    order = till.placed(says({"success": True, "data": later}, 202), 777)
    late = {"success": True, "data": {**later, "amount_cents": 7_777_777}}
    assert answer_late(app, till.gateway, late).status_code == 200
    api.update(order, _approve=True)
    authorization = transaction(api, order, "T/001")
    part = {"_capture": True, "_capture_amount_cents": 300}
    answers = (no("Try again", "E7"), yes(transaction_token="c7", amount_cents=300))
    for answer in answers:
        till.service.otherwise = answer
        assert patch(api, authorization, **part).status_code == 200
    failed = transaction(api, order, "T/002")["attributes"]

    assert transactions(api, order) == [
        ("T/001", "authorizations", 777),
        ("T/002", "captures", 300),
        ("T/003", "captures", 300),
    ]
    assert (failed["succeeded"], failed["error_code"]) == (False, "E7")
    assert statuses(api, order)[:2] == ("approved", "partially_paid")
    assert shown(api, authorization)["capture_balance_cents"] == 477


def test_a_late_no(app: MockServerApp, api: Api, till: ServedTill, waiting: Document) -> None:
    """The transaction says why; the order is as it was."""
    error = {"code": "E1", "message": "Declined"}
    late = {"success": False, "data": {**LATER, "error": error, "avs_code": "N"}}
    assert answer_late(app, till.gateway, late).status_code == 200
    made = transaction(api, waiting, "T/001")["attributes"]

    assert (made["succeeded"], made["error_code"], made["avs_code"]) == (False, "E1", "N")
    assert (made["message"], made["error_detail"]) == ("Declined", "Declined")
    assert refusals(api, waiting) == [("E1", "Declined")]
    assert statuses(api, waiting)[:2] == ("placed", "unpaid")


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"success": True, "data": {**LATER, "action_id": "a2"}}, 404),
        ({"success": True, "data": {}}, 404),
        ({"data": LATER}, 400),
        ([], 400),
    ],
)
@pytest.mark.usefixtures("waiting")
def test_no_such_answer(app: MockServerApp, till: ServedTill, document: Any, status: int) -> None:
    """Who answers something else is told so."""
    assert answer_late(app, till.gateway, document).status_code == status


@pytest.mark.usefixtures("waiting")
def test_whose_answer(app: MockServerApp, till: ServedTill) -> None:
    """It has to be signed by the gateway that is answered for, and there."""
    body = orjson.dumps({"success": True, "data": LATER})
    other = till.api.create("external_gateways", name="Other")
    secret = shown(till.api, other)["shared_secret"]

    assert posted_back(app, till.gateway["id"], body, "").status_code == 401
    forged = signature(secret, body)
    assert posted_back(app, till.gateway["id"], body, forged).status_code == 401
    assert answer_late(app, other, {"success": True, "data": LATER}).status_code == 404
    assert posted_back(app, "nowhere", body, forged).status_code == 404
    for wrong in (b"no JSON", b"[" * 500 + b"]" * 500):
        assert answer_late(app, till.gateway, wrong).status_code == 400


def test_forced_payments(app: MockServerApp, api: Api, till: ServedTill) -> None:
    """A success that comes while the order is open sets its source on it again."""
    api.update(till.gateway, force_payments=True)
    order = till.payable()
    till.service.otherwise = says(ACCEPTED, 202)
    api.update(order, _authorize=True)
    paid = api.get(f"{path_of(order)}/payment_source").json["data"]
    api.update(order, _nullify_payment_source=True)
    answer_late(app, till.gateway, {"success": True, "data": LATER})

    assert api.get(f"{path_of(order)}/payment_source").json["data"]["id"] == paid["id"]
    ship(api, order)
    assert statuses(api, order)[:2] == ("pending", "authorized")
