"""Partial captures, voids, refunds, edit (commerce.md §29.10), and the same by other numbers."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, path_of, to
from tests.refusals import got, impossible, refused_with, violation
from tests.scene import events, shown
from tests.till import (
    approved,
    basket,
    choose,
    patch,
    payable,
    placed,
    ship,
    source,
    statuses,
    told,
    transaction,
    transactions,
)


def balances(api: Api, bought: Document, number: str, *names: str) -> list[int]:
    """Return amounts that a transaction shows."""
    attributes = transaction(api, bought, number)["attributes"]
    return [attributes[f"{name}_cents"] for name in names]


@pytest.mark.parametrize(
    ("total", "first", "given_back"), [(10000, 6000, 2500), (7777, 3333, 1111)]
)
def test_in_parts(api: Api, sandbox: Sandbox, *, total: int, first: int, given_back: int) -> None:
    """Captured in two parts, refunded in three: with the last one the order is cancelled."""
    bought, rest = approved(api, total), total - first
    authorization = transaction(api, bought, "T/001")

    api.update(authorization, _capture=True, _capture_amount_cents=first)
    assert statuses(api, bought) == ("approved", "partially_paid", "unfulfilled")
    assert balances(api, bought, "T/001", "capture_balance", "void_balance", "capture_amount") == [
        rest,
        total,
        rest,
    ]

    api.update(bought, _capture=True)
    assert statuses(api, bought) == ("approved", "paid", "in_progress")
    assert balances(api, bought, "T/001", "capture_balance", "void_balance", "capture_amount") == [
        0,
        total,
        0,
    ]

    one, two = transaction(api, bought, "T/002"), transaction(api, bought, "T/003")
    api.update(one, _refund=True, _refund_amount_cents=given_back)
    assert statuses(api, bought) == ("approved", "partially_refunded", "in_progress")
    left = first - given_back
    assert balances(api, bought, "T/002", "refund_balance", "refund_amount") == [left, left]
    assert balances(api, bought, "T/003", "refund_balance") == [rest]

    api.update(one, _refund=True)
    assert statuses(api, bought) == ("approved", "partially_refunded", "in_progress")
    api.update(two, _refund=True)
    assert statuses(api, bought) == ("cancelled", "refunded", "unfulfilled")
    assert transactions(api, bought) == [
        ("T/001", "authorizations", total),
        ("T/002", "captures", first),
        ("T/003", "captures", rest),
        ("T/004", "refunds", given_back),
        ("T/005", "refunds", left),
        ("T/006", "refunds", rest),
    ]
    assert events(sandbox, bought)[-3:] == [
        "orders.refund",
        "orders.cancel",
        "orders.cancel_fulfilling",
    ]


@pytest.mark.parametrize(("total", "first"), [(10000, 6000), (5432, 1)])
def test_by_the_authorization_twice(api: Api, *, total: int, first: int) -> None:
    """The second time, all that is left."""
    bought = approved(api, total)
    authorization = transaction(api, bought, "T/001")
    api.update(authorization, _capture=True, _capture_amount_cents=first)
    api.update(authorization, _capture=True)

    assert statuses(api, bought) == ("approved", "paid", "in_progress")
    assert transactions(api, bought)[1:] == [
        ("T/002", "captures", first),
        ("T/003", "captures", total - first),
    ]


@pytest.mark.parametrize("total", [10000, 5051])
def test_cancelled(api: Api, sandbox: Sandbox, total: int) -> None:
    """The authorization is voided, once; nothing leads back."""
    bought = placed(api, total)
    api.update(bought, _cancel=True)

    assert statuses(api, bought) == ("cancelled", "voided", "unfulfilled")
    assert balances(api, bought, "T/001", "void_balance") == [0]
    assert told(sandbox, bought)[-5:] == [
        "voids.create",
        "transactions.create",
        "voids.succeeded",
        "orders.cancel",
        "orders.void",
    ]
    before = told(sandbox, bought)
    api.update(bought, _cancel=True)
    assert transactions(api, bought) == [
        ("T/001", "authorizations", total),
        ("T/002", "voids", total),
    ]
    assert told(sandbox, bought) == before
    assert got(patch(api, bought, _approve=True)) == refused_with(
        [impossible("cancelled", "approved")]
    )


def lines_of(api: Api, bought: Document) -> list[Document]:
    """Return the goods of an order."""
    found = api.get(f"{path_of(bought)}/line_items").json["data"]
    return [each for each in found if each["attributes"]["item_type"] == "skus"]


@pytest.mark.parametrize(("left", "removed"), [(8000, 2000), (4321, 999)])
def test_edited_to_less(api: Api, *, left: int, removed: int) -> None:
    """What was authorized stays; what is captured is what the order costs by now."""
    bought = placed(api, left, removed)
    api.update(bought, _start_editing=True)
    gone = lines_of(api, bought)[1]
    assert api.delete(path_of(gone)).status_code == 204
    api.update(bought, _stop_editing=True)
    now = shown(api, bought)

    assert (now["status"], now["payment_status"]) == ("placed", "authorized")
    assert (now["total_amount_cents"], now["place_total_amount_cents"]) == (left, left + removed)
    assert balances(api, bought, "T/001", "capture_amount") == [left]
    api.update(bought, _approve=True)
    api.update(bought, _capture=True)
    assert transactions(api, bought)[1:] == [("T/002", "captures", left)]
    assert statuses(api, bought)[1] == "paid"
    assert balances(api, bought, "T/001", "capture_balance") == [removed]


@pytest.mark.parametrize(("total", "more"), [(10000, 500), (7654, 1)])
def test_edited_to_more(api: Api, *, total: int, more: int) -> None:
    """It may not cost more than what was authorized."""
    bought = placed(api, total)
    api.update(bought, _start_editing=True)
    added = {"name": "Wrapping", "unit_amount_cents": more, "quantity": 1}
    api.create("line_items", links={"order": to(bought)}, **added)

    where, title = "attributes/total_amount_cents", f"must be less than or equal to {total}"
    assert got(patch(api, bought, _stop_editing=True)) == refused_with(
        [violation(where, title, "less_than_or_equal_to", value=total + more, count=total)]
    )


def test_edited_twice(api: Api) -> None:
    """While it is edited it is paid by what it cost when it was placed (commerce.md §14.5)."""
    sale = api.create(
        "percentage_discount_promotions",
        name="All of it",
        percentage=100,
        starts_at="2020-01-01T00:00:00Z",
        expires_at="2099-01-01T00:00:00Z",
        _disable=True,
    )
    bought = placed(api, 10000)
    api.update(sale, _enable=True)
    found = []
    for step in ("_start_editing", "_stop_editing", "_start_editing"):
        api.update(bought, **{step: True})
        found.append(statuses(api, bought)[:2])

    assert found == [("editing", "authorized"), ("placed", "free"), ("editing", "authorized")]


def test_free_until_it_was_edited(api: Api) -> None:
    """Called off then, it is what nobody has paid (commerce.md §14.5)."""
    bought = placed(api, 0)
    before = statuses(api, bought)[:2]
    api.update(bought, _start_editing=True)
    added = {"name": "Wrapping", "unit_amount_cents": 750, "quantity": 1}
    api.create("line_items", links={"order": to(bought)}, **added)
    api.update(bought, _cancel=True)

    assert (before, statuses(api, bought)[:2]) == (("placed", "free"), ("cancelled", "unpaid"))


def test_edited_without_refreshing(api: Api) -> None:
    """It is reckoned when editing ends, as it is when it is placed (commerce.md §3.1, §14.4)."""
    bought = placed(api, 10000, 1500)
    api.update(bought, _start_editing=True, autorefresh=False)
    gone = lines_of(api, bought)[1]
    assert api.delete(path_of(gone)).status_code == 204
    stale = shown(api, bought)["total_amount_cents"]
    api.update(bought, _stop_editing=True)

    assert (stale, shown(api, bought)["total_amount_cents"]) == (11500, 10000)


@pytest.mark.parametrize(("captured", "rest"), [(6000, 4000), (10000, 0), (1234, 3333), (77, 0)])
def test_cancelled_after_a_capture(api: Api, *, captured: int, rest: int) -> None:
    """What was not captured is voided, what was is given back."""
    bought = approved(api, captured + rest)
    authorization = transaction(api, bought, "T/001")
    api.update(authorization, _capture=True, _capture_amount_cents=captured)
    api.update(bought, _cancel=True)
    voided = [("T/003", "voids", rest)] if rest else []

    assert statuses(api, bought) == ("cancelled", "refunded", "unfulfilled")
    assert transactions(api, bought)[2:] == [
        *voided,
        (f"T/00{3 + len(voided)}", "refunds", captured),
    ]


def test_what_has_arrived_is_not_cancelled(api: Api, sandbox: Sandbox) -> None:
    """Not any more."""
    bought = approved(api, 10000)
    sandbox.rewrite("orders", bought["id"], {"fulfillment_status": "fulfilled"})

    assert got(patch(api, bought, _cancel=True)) == refused_with(
        [impossible("approved", "cancelled")]
    )


@pytest.mark.parametrize(("part", "total"), [(1000, 10000), (1, 50)])
def test_before_it_is_placed(api: Api, *, part: int, total: int) -> None:
    """An authorization that is taken back leaves all of the order to be paid."""
    bought = payable(api, total)
    api.update(bought, _authorize=True, _authorization_amount_cents=part)
    assert statuses(api, bought)[:2] == ("pending", "partially_authorized")

    api.update(transaction(api, bought, "T/001"), _cancel=True)
    assert statuses(api, bought)[:2] == ("pending", "unpaid")
    api.update(bought, _place=True)
    assert statuses(api, bought)[:2] == ("placed", "authorized")
    assert transactions(api, bought) == [
        ("T/001", "authorizations", part),
        ("T/002", "voids", part),
        ("T/003", "authorizations", total),
    ]


@pytest.mark.parametrize(("unit", "discount", "estimate"), [(3000, 600, 2700), (2501, 333, 2335)])
def test_a_return_of_one_of_two(
    api: Api, sandbox: Sandbox, *, unit: int, discount: int, estimate: int
) -> None:
    """It is worth its part of what the line cost, less discounts, and refunded of the capture."""
    gone = api.create(
        "fixed_amount_promotions",
        name="Off",
        currency_code="EUR",
        fixed_amount_cents=discount,
        starts_at="2020-01-01T00:00:00Z",
        expires_at="2099-01-01T00:00:00Z",
    )
    bought = basket(api, unit)
    (row,) = lines_of(api, bought)
    api.update(row, quantity=2)
    ship(api, bought)
    choose(api, bought)
    source(api, bought)
    api.update(bought, _place=True)
    api.update(bought, _approve=True)
    api.update(bought, _capture=True)
    # What has arrived can come back.
    sandbox.rewrite("orders", bought["id"], {"fulfillment_status": "fulfilled"})
    returned = api.create("returns", links={"order": to(bought)})
    links = {"return": to(returned), "line_item": to(row)}
    api.create("return_line_items", links=links, quantity=1)
    for step in ("_request", "_approve", "_ship", "_receive"):
        api.update(returned, **{step: True})
    worth = shown(api, returned)["estimated_refund_amount_cents"]
    api.update(returned, _refund=True)

    assert gone["type"] == "fixed_amount_promotions"
    assert worth == estimate
    assert transactions(api, bought) == [
        ("T/001", "authorizations", 2 * unit - discount),
        ("T/002", "captures", 2 * unit - discount),
        ("T/003", "refunds", estimate),
    ]
    assert statuses(api, bought)[:2] == ("approved", "partially_refunded")
    assert shown(api, returned)["status"] == "refunded"
