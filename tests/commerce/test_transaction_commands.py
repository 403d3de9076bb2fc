"""Transactions, and what can be done with them (commerce.md §15)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of
from tests.refusals import got, impossible, refused, refused_with, violation
from tests.scene import alter, digest, shown
from tests.till import (
    EXTERNAL,
    approved,
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


def too_much(name: str, value: int, count: int) -> Document:
    """Return the error object of an amount above a balance."""
    title, rule = f"must be less than or equal to {count}", "less_than_or_equal_to"
    return violation(f"attributes/{name}", title, rule, value=value, count=count)


def too_little(name: str, value: int) -> Document:
    """Return the error object of an amount that is none."""
    return violation(
        f"attributes/{name}", "must be greater than 0", "greater_than", value=value, count=0
    )


def no(name: str) -> Document:
    """Return the error object of a trigger that is not possible now."""
    return violation(f"attributes/{name}", "is invalid", "invalid")


def refused_without_a_change(
    api: Api, sandbox: Sandbox, object_: Document, error: Document, **sent: Any
) -> None:
    """Expect a refusal that leaves everything as it is."""
    before = digest(sandbox)

    assert got(patch(api, object_, **sent)) == refused_with([error])
    assert digest(sandbox) == before


@pytest.mark.parametrize(
    ("cents", "error"),
    [
        (10001, too_much("_capture_amount_cents", 10001, 10000)),
        (0, too_little("_capture_amount_cents", 0)),
        (-5, too_little("_capture_amount_cents", -5)),
    ],
)
def test_amounts_to_capture(api: Api, sandbox: Sandbox, cents: int, error: Document) -> None:
    """Something, and not more than is left."""
    made = transaction(api, approved(api), "T/001")
    refused_without_a_change(api, sandbox, made, error, _capture=True, _capture_amount_cents=cents)


def test_amounts_to_refund(api: Api, sandbox: Sandbox) -> None:
    """The same; an amount without its trigger is nothing."""
    bought = approved(api, 10330)
    api.update(bought, _capture=True)
    made = transaction(api, bought, "T/002")
    api.update(made, _refund=True, _refund_amount_cents=3000)
    name = "_refund_amount_cents"
    refused_without_a_change(
        api, sandbox, made, too_much(name, 7331, 7330), _refund=True, **{name: 7331}
    )
    refused_without_a_change(api, sandbox, made, too_little(name, 0), _refund=True, **{name: 0})
    before = digest(sandbox)

    assert patch(api, made, _refund_amount_cents=5).status_code == 200
    assert digest(sandbox) == before


def test_only_what_is_approved_is_captured(api: Api, sandbox: Sandbox) -> None:
    """Before, and once all is captured, there is nothing to capture."""
    bought = placed(api)
    made = transaction(api, bought, "T/001")
    refused_without_a_change(api, sandbox, made, no("_capture"), _capture=True)
    not_yet = impossible("authorized", "paid", "payment_status")
    refused_without_a_change(api, sandbox, bought, not_yet, _capture=True)
    api.update(bought, _approve_and_capture=True)
    refused_without_a_change(api, sandbox, made, no("_capture"), _capture=True)

    before = digest(sandbox)
    assert patch(api, bought, _capture=True).status_code == 200
    assert digest(sandbox) == before


def test_voiding(api: Api, sandbox: Sandbox) -> None:
    """An authorization of which nothing was captured, once; the order is told."""
    bought, captured = placed(api), approved(api)
    api.update(captured, _capture=True)
    whole = transaction(api, bought, "T/001")
    used = transaction(api, captured, "T/001")
    api.update(whole, _void=True)

    assert statuses(api, bought)[:2] == ("placed", "voided")
    assert told(sandbox, bought)[-4:] == [
        *("voids.create", "transactions.create", "voids.succeeded", "orders.void")
    ]
    refused_without_a_change(api, sandbox, whole, no("_void"), _void=True)
    refused_without_a_change(api, sandbox, used, no("_void"), _void=True)
    refused_without_a_change(api, sandbox, whole, no("_cancel"), _cancel=True)


def test_a_void_of_one_of_two(api: Api) -> None:
    """The rest is still there."""
    bought = payable(api)
    api.update(bought, _authorize=True, _authorization_amount_cents=4000)
    api.update(bought, _place=True)
    api.update(transaction(api, bought, "T/001"), _void=True)

    assert transactions(api, bought) == [
        ("T/001", "authorizations", 4000),
        ("T/002", "authorizations", 6000),
        ("T/003", "voids", 4000),
    ]
    assert statuses(api, bought)[1] == "partially_voided"
    api.update(bought, _authorize=True)
    assert transactions(api, bought)[-1] == ("T/004", "authorizations", 4000)
    assert statuses(api, bought)[1] == "authorized"


def test_taking_back_a_capture(api: Api) -> None:
    """Of a pending order, so that it can be paid in another way (commerce.md §15.2)."""
    bought = basket(api, 10000)
    choose(api, bought, auto_capture=True)
    source(api, bought)
    api.update(bought, _authorize=True)
    assert statuses(api, bought)[:2] == ("pending", "paid")
    captured = transaction(api, bought, "T/002")
    api.update(captured, _cancel=True)

    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    assert transactions(api, bought)[-1] == ("T/003", "refunds", 10000)
    assert shown(api, captured)["refund_balance_cents"] == 0
    source(api, bought)
    api.update(bought, _place=True)
    assert statuses(api, bought)[:2] == ("placed", "paid")


@pytest.mark.parametrize(
    ("cents", "error"),
    [
        (10001, too_much("_authorization_amount_cents", 10001, 10000)),
        (0, too_little("_authorization_amount_cents", 0)),
    ],
)
def test_amounts_to_authorize(api: Api, sandbox: Sandbox, cents: int, error: Document) -> None:
    """Something, and not more than is not authorized yet."""
    bought = payable(api)
    refused_without_a_change(
        api, sandbox, bought, error, _authorize=True, _authorization_amount_cents=cents
    )


def test_authorizing_without_a_source(api: Api, sandbox: Sandbox) -> None:
    """There is nobody to ask; nor is there of a draft or an approved order."""
    bought = basket(api, 500)
    blank = violation("relationships/payment_source", "can't be blank", "blank")
    refused_without_a_change(api, sandbox, bought, blank, _authorize=True)
    alter(sandbox, bought, status="approved")
    error = impossible("unpaid", "authorized", "payment_status")
    refused_without_a_change(api, sandbox, bought, error, _authorize=True)


@pytest.mark.parametrize(
    ("token", "step", "number", "left"),
    [
        ("decline-capture", {"_capture": True}, "T/002", ("approved", "authorized")),
        ("decline-void", {"_cancel": True}, "T/002", ("cancelled", "authorized")),
        ("decline-refund", {"_capture": True}, "T/003", ("approved", "paid")),
    ],
)
def test_what_the_gateway_refuses_later(  # noqa: PLR0913 - the row of the table
    api: Api, sandbox: Sandbox, *, token: str, step: Document, number: str, left: tuple[str, str]
) -> None:
    """The failed transaction is kept, the request answered, the payment as it was."""
    bought = approved(api, 3410, kind=EXTERNAL, payment_source_token=token)
    api.update(bought, **step)
    if number == "T/003":
        api.update(bought, _refund=True)
    failed = transaction(api, bought, number)["attributes"]

    assert (failed["succeeded"], failed["amount_cents"]) == (False, 3410)
    assert failed["error_code"] == f"{token.partition('-')[2]}_failed"
    assert statuses(api, bought)[:2] == left
    assert refusals(api, bought) == [(failed["error_code"].upper(), failed["message"])]
    refusal = [each for each in told(sandbox, bought) if each.startswith("transactions.refused")]
    assert refusal == ["transactions.refused"]


def test_a_success_that_is_taken_back(api: Api) -> None:
    """The order follows."""
    bought = placed(api)
    made = transaction(api, bought, "T/001")
    api.update(made, succeeded=False)
    assert statuses(api, bought)[:2] == ("placed", "unpaid")
    api.update(made, succeeded=True)

    assert statuses(api, bought)[:2] == ("placed", "authorized")


def test_all_at_once(api: Api) -> None:
    """One request may place, approve and capture, in this order."""
    bought = payable(api)
    api.update(bought, _place=True, _approve=True, _capture=True)

    assert statuses(api, bought) == ("approved", "paid", "in_progress")


def test_captures_that_wait(api: Api) -> None:
    """Each settles on its own."""
    bought = placed(api, 900, kind=EXTERNAL, payment_source_token="async")
    api.update(transaction(api, bought, "T/001"), _forward=True)
    api.update(bought, _approve=True)
    api.update(bought, _capture=True)
    assert statuses(api, bought) == ("approved", "authorized", "unfulfilled")
    api.update(transaction(api, bought, "T/002"), succeeded=True)

    assert statuses(api, bought) == ("approved", "paid", "in_progress")


def test_without_a_capture_first(api: Api) -> None:
    """Fulfilment starts at approval where the method says so (commerce.md §13.1)."""
    bought = basket(api, 10000)
    choose(api, bought, require_capture=False)
    source(api, bought)
    api.update(bought, _place=True)
    api.update(bought, _approve=True)

    assert statuses(api, bought) == ("approved", "authorized", "in_progress")


def test_what_is_not_paid_is_not_approved(api: Api, sandbox: Sandbox) -> None:
    """Neither alone nor with a capture."""
    bought = placed(api)
    alter(sandbox, bought, payment_status="unpaid")
    for trigger in ("_approve", "_approve_and_capture"):
        refused_without_a_change(
            api, sandbox, bought, impossible("placed", "approved"), **{trigger: True}
        )


def test_a_pending_order_goes_with_its_transactions(api: Api) -> None:
    """It can be deleted (commerce.md §14.2); a transaction cannot (commerce.md §15.2)."""
    bought = payable(api)
    api.update(bought, _authorize=True)
    made = transaction(api, bought, "T/001")

    assert got(api.delete(path_of(made))) == refused("METHOD_NOT_ALLOWED")
    assert api.delete(path_of(bought)).status_code == 204
    assert api.get(path_of(made)).status_code == 404


def test_the_family(api: Api) -> None:
    """All are found at once, each as what it is (commerce.md §1)."""
    bought = approved(api)
    api.update(bought, _capture=True)
    found = api.get("/api/transactions").json["data"]
    (first,) = api.get("/api/authorizations").json["data"]

    assert [each["type"] for each in found] == ["authorizations", "captures"]
    assert found[0]["links"]["self"].endswith(f"/api/authorizations/{first['id']}")
    assert api.get(f"/api/transactions/{first['id']}").json["data"]["type"] == "authorizations"
    included = api.get(f"{path_of(bought)}?include=transactions").json["included"]
    assert [each["type"] for each in included] == ["authorizations", "captures"]
    assert ids(api.get(f"{path_of(first)}/captures")) == [found[1]["id"]]


JANE = "jane@example.com"


@pytest.fixture
def jane(token_bearers: TokenBearers, api: Api) -> Api:
    """Return a client of a registered customer."""
    api.create("customers", email=JANE, password="secret123")
    return token_bearers.customer(JANE)


def of_jane(api: Api) -> Document:
    """Create an order of hers that can be placed."""
    bought = basket(api, 10000, email=JANE)
    choose(api, bought)
    source(api, bought)
    return bought


def test_who_reads_them(api: Api, jane: Api) -> None:
    """A customer those of its own orders, and changes none (commerce.md §26)."""
    own, other = of_jane(api), placed(api)
    api.update(own, _place=True)
    made, theirs = transaction(api, own, "T/001"), transaction(api, other, "T/001")
    change = document("authorizations", made["id"], reference="r")

    assert jane.get(path_of(made)).status_code == 200
    assert ids(jane.get(f"{path_of(own)}/captures")) == []
    assert got(jane.get(path_of(theirs))) == refused("UNAUTHORIZED")
    assert got(jane.get("/api/authorizations")) == refused("UNAUTHORIZED")
    assert got(jane.patch(path_of(made), change)) == refused("UNAUTHORIZED")


CLOSED = (
    *("_approve", "_capture", "_refund", "_approve_and_capture", "_fulfill", "_start_editing"),
    *("_stop_editing", "_pending", "_refresh_prices", "_fix_payment_source", "_reset_circuit"),
)


@pytest.mark.parametrize("trigger", CLOSED)
def test_what_sales_channels_may_not_send(
    token_bearers: TokenBearers, api: Api, trigger: str
) -> None:
    """Its name is not allowed at all (commerce.md §26)."""
    bought = payable(api)
    answer = patch(token_bearers.guest(), bought, **{trigger: True})

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{trigger} is not allowed.")


def test_what_guests_may_do(token_bearers: TokenBearers, api: Api, jane: Api) -> None:
    """Authorize and place; cancelling is the customer's, of what is placed."""
    guest, bought, hers = token_bearers.guest(), payable(api), of_jane(api)
    guest.update(bought, _authorize=True)
    guest.update(bought, _place=True)
    jane.update(hers, _place=True)

    assert got(patch(guest, bought, _cancel=True)) == refused("UNAUTHORIZED")
    assert jane.update(hers, _cancel=True)["attributes"]["payment_status"] == "voided"


def test_what_waits_cannot_be_moved_twice(api: Api) -> None:
    """Of two captures that wait for all there is one is let through (commerce.md §15.1)."""
    bought = placed(api, 10000, kind=EXTERNAL, payment_source_token="tok_async")
    api.update(transaction(api, bought, "T/001"), _forward=True)
    api.update(bought, _approve=True)
    for _ in range(2):
        api.update(bought, _capture=True)
    first, second = (transaction(api, bought, number) for number in ("T/002", "T/003"))
    api.update(first, _forward=True)
    again = patch(api, second, _forward=True), patch(api, second, succeeded=True)

    assert [got(answer) for answer in again] == [
        refused_with([violation(f"attributes/{name}", "is invalid", "invalid")])
        for name in ("_forward", "succeeded")
    ]
    assert transactions(api, bought)[1:] == [
        ("T/002", "captures", 10000),
        ("T/003", "captures", 10000),
    ]
    assert shown(api, transaction(api, bought, "T/001"))["capture_balance_cents"] == 0

    for _ in range(2):
        api.update(first, _refund=True, _refund_amount_cents=6000)
    refunds = [transaction(api, bought, number) for number in ("T/004", "T/005")]
    api.update(refunds[0], _forward=True)
    assert patch(api, refunds[1], _forward=True).status_code == 422
    assert shown(api, first)["refund_balance_cents"] == 4000
