"""The payment status of an order, which follows from its transactions (commerce.md §14.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mockserver.commerce.payments.ledger import (
    CAPTURES,
    REFUNDS,
    VOIDS,
    TransactionLedger,
    total,
)
from mockserver.late_dataclass import dataclass
from mockserver.storage.base import Record

AMOUNT = "total_amount_with_taxes_cents"
PLACE_AMOUNT = "place_total_amount_cents"


@dataclass(frozen=True, slots=True)
class PaymentSums:
    """Sums of the money of an order that has moved, in cents.

    Attributes:
        due: what there is to pay.
        authorized: what was authorized and not voided.
        voided: what was let go.
        captured: what was taken.
        refunded: what was given back.
        is_placed: whether the order has been placed; before that nothing is given back, it has
            never been taken.
    """

    due: int
    authorized: int = 0
    voided: int = 0
    captured: int = 0
    refunded: int = 0
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a status, when an order has it, and what is told when it gets there."""

    status: str
    fits: Callable[[PaymentSums], bool]
    event: str | None = None


#: The first that fits holds.
TABLE: Sequence[Row] = (
    Row("free", lambda p: p.due == 0 and p.is_placed),
    Row("refunded", lambda p: p.is_placed and 0 < p.refunded == p.captured, "refund"),
    Row("partially_refunded", lambda p: p.is_placed and p.refunded > 0, "refund"),
    Row("paid", lambda p: p.captured >= p.due > 0, "pay"),
    Row("partially_paid", lambda p: p.captured > 0),
    Row("authorized", lambda p: p.authorized >= p.due > 0, "authorize"),
    Row("voided", lambda p: p.is_placed and p.voided > 0 and p.authorized == 0, "void"),
    Row("partially_voided", lambda p: p.is_placed and p.voided > 0 and p.authorized > 0),
    Row("partially_authorized", lambda p: p.authorized > 0),
    Row("unpaid", lambda _: True),
)


def row_of(payments: PaymentSums) -> Row:
    """Return the row of the table that holds."""
    return next(row for row in TABLE if row.fits(payments))


def due(order: Record) -> int:
    """Return the cost of an order; while it is edited, that of its placing."""
    cents = order.get(PLACE_AMOUNT) if order["status"] == "editing" else None
    return int((order[AMOUNT] or 0) if cents is None else cents)


def payments_of(order: Record, ledger: TransactionLedger) -> PaymentSums:
    """Return the sums of the transactions of the order's present payment source."""
    own = ledger.of_source(order.get("payment_source_type"), order.get("payment_source"))
    is_placed = order.get("placed_at") is not None
    captured, refunded = (total(own.succeeded(kind)) for kind in (CAPTURES, REFUNDS))
    standing = [a for a in own.standing() if is_placed or not own.is_given_back(a)]
    return PaymentSums(
        due(order),
        total(standing),
        total(own.succeeded(VOIDS)),
        captured if is_placed else captured - refunded,
        refunded,
        is_placed,
    )


def unauthorized(order: Record, ledger: TransactionLedger) -> int:
    """Return the part of an order's amount that is not authorized yet."""
    payments = payments_of(order, ledger)
    return max(0, payments.due - payments.authorized)
