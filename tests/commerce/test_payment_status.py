"""The payment status, by what has become of the money, and the balances (commerce.md §14.5)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.payments.ledger import TransactionLedger, shares
from mockserver.commerce.payments.payment_status import (
    PaymentSums,
    due,
    payments_of,
    row_of,
    unauthorized,
)

Row = tuple[dict[str, Any], str, str | None]

#: What has become of 100: of an order that is placed unless it is said.
STATUSES: list[Row] = [
    ({}, "unpaid", None),
    ({"due": 0}, "free", None),
    ({"due": 0, "is_placed": False}, "unpaid", None),
    ({"authorized": 99}, "partially_authorized", None),
    ({"authorized": 100}, "authorized", "authorize"),
    ({"authorized": 101}, "authorized", "authorize"),
    ({"authorized": 100, "is_placed": False}, "authorized", "authorize"),
    ({"voided": 100}, "voided", "void"),
    ({"voided": 100, "is_placed": False}, "unpaid", None),
    ({"voided": 40, "authorized": 60}, "partially_voided", None),
    ({"voided": 40, "authorized": 60, "is_placed": False}, "partially_authorized", None),
    ({"voided": 40, "authorized": 100}, "authorized", "authorize"),
    ({"authorized": 100, "captured": 99}, "partially_paid", None),
    ({"authorized": 100, "captured": 100}, "paid", "pay"),
    ({"authorized": 100, "captured": 100, "refunded": 1}, "partially_refunded", "refund"),
    ({"authorized": 100, "captured": 50, "refunded": 50}, "refunded", "refund"),
    ({"captured": 50, "refunded": 20}, "partially_refunded", "refund"),
    ({"captured": 30, "refunded": 20, "is_placed": False}, "partially_paid", None),
]


@pytest.mark.parametrize(("sums", "status", "event"), STATUSES)
def test_the_table(*, sums: dict[str, Any], status: str, event: str | None) -> None:
    """The first row that fits."""
    row = row_of(PaymentSums(**{"due": 100, "is_placed": True, **sums}))

    assert (row.status, row.event) == (status, event)


def transaction(
    id_: str, kind: str, cents: int, to: str | None = None, **further: Any
) -> dict[str, Any]:
    """Return a transaction that has succeeded, of one payment source."""
    return {
        "id": id_,
        "type": kind,
        "amount_cents": cents,
        "succeeded": True,
        "payment_source_type": "stripe_payments",
        "payment_source": "S1",
        "reference_authorization": to,
        "reference_capture": to,
        **further,
    }


A, B = transaction("A", "authorizations", 100), transaction("B", "authorizations", 50)
LEDGER = TransactionLedger(
    [
        A,
        B,
        transaction("C", "captures", 70, "A"),
        transaction("D", "captures", 20, "A", succeeded=False),
        transaction("E", "refunds", 30, "C"),
        transaction("F", "voids", 50, "B"),
    ]
)


def test_balances() -> None:
    """What failed counts for nothing; captures do not lower what can be voided."""
    (captured,) = LEDGER.succeeded("captures")

    assert [LEDGER.capture_balance(each) for each in (A, B)] == [30, 50]
    assert [LEDGER.void_balance(each) for each in (A, B)] == [100, 0]
    assert LEDGER.refund_balance(captured) == 40
    assert (LEDGER.standing(), LEDGER.open(), LEDGER.refundable()) == ([A], [A], [captured])
    assert (LEDGER.uncaptured(100), LEDGER.uncaptured(60)) == (30, 0)
    assert not LEDGER.is_given_back(A)


def order(**fields: Any) -> dict[str, Any]:
    """Return an order that is paid with the source."""
    return {
        "status": "placed",
        "placed_at": "2030-01-01T00:00:00.000Z",
        "total_amount_with_taxes_cents": 100,
        "place_total_amount_cents": 120,
        "payment_source_type": "stripe_payments",
        "payment_source": "S1",
        **fields,
    }


def test_of_an_order() -> None:
    """Of the present source alone; before placing, what was given back was never taken."""
    placed = payments_of(order(), LEDGER)
    pending = payments_of(order(status="pending", placed_at=None), LEDGER)
    other = payments_of(order(payment_source="S2"), LEDGER)

    assert placed == PaymentSums(100, 100, 50, 70, 30, is_placed=True)
    assert pending == PaymentSums(100, 100, 50, 40, 30)
    assert other == PaymentSums(100, is_placed=True)
    assert unauthorized(order(payment_source="S2"), LEDGER) == 100


def test_a_capture_that_was_given_back_before_placing() -> None:
    """Its authorization counts as voided."""
    ledger = TransactionLedger(
        [A, transaction("C", "captures", 100, "A"), transaction("E", "refunds", 100, "C")]
    )
    before = order(status="pending", placed_at=None)

    assert row_of(payments_of(before, ledger)).status == "unpaid"
    assert row_of(payments_of(order(), ledger)).status == "refunded"


@pytest.mark.parametrize(
    ("fields", "cents"),
    [({}, 100), ({"status": "editing"}, 120), ({"total_amount_with_taxes_cents": None}, 0)],
)
def test_what_is_due(fields: dict[str, Any], cents: int) -> None:
    """While it is edited, what it cost when it was placed."""
    assert due(order(**fields)) == cents


def test_shares() -> None:
    """In turn, each up to its balance."""
    records = [{"id": "1", "left": 60}, {"id": "2", "left": 0}, {"id": "3", "left": 60}]
    found = shares(100, records, lambda record: int(record["left"]))

    assert [(record["id"], cents) for record, cents in found] == [("1", 60), ("3", 40)]
