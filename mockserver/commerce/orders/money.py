"""Money of an order, authorized, captured, voided and refunded (commerce.md §15.2).

Each of these is one transaction or several; the payment status follows from them.
"""

from __future__ import annotations

from mockserver.commerce.orders.progress import Progress
from mockserver.commerce.orders.resource_errors import keep_refusal
from mockserver.commerce.payments.answers import Answer, PaymentRequest
from mockserver.commerce.payments.ledger import (
    AUTHORIZATIONS,
    CAPTURES,
    REFUNDS,
    VOIDS,
    paid_with,
    shares,
)
from mockserver.commerce.payments.payment_status import AMOUNT, due
from mockserver.commerce.payments.transacting import transact
from mockserver.storage.base import Record


def authorization_of(progress: Progress, cents: int) -> PaymentRequest:
    """Return the request to the gateway of the order's payment source to authorize an amount."""
    order = progress.order
    type_ = order.get("payment_source_type")
    source = progress.engine.get(type_, order.get("payment_source")) if type_ else None
    return PaymentRequest(AUTHORIZATIONS, order, (type_ or "", source or {}), cents)


def authorize(progress: Progress, cents: int) -> Answer:
    """Authorize an amount, and capture it too where the payment method says so."""
    asked = authorization_of(progress, cents)
    authorization, answer = _transact(progress, asked)
    if answer.succeeded:
        follow_authorization(progress, authorization)
    return answer


def follow_authorization(progress: Progress, authorization: Record) -> None:
    """Settle what was authorized, and capture it at once if the method says so.

    commerce.md §13.1.
    """
    progress.settle()
    if _is_captured_at_once(progress):
        capture(progress, authorization, authorization["amount_cents"])


def _is_captured_at_once(progress: Progress) -> bool:
    order = progress.order
    method = progress.engine.get("payment_methods", order.get("payment_method")) or {}
    maximum = method.get("auto_capture_max_amount_cents")
    return bool(method.get("auto_capture")) and (maximum is None or order[AMOUNT] <= maximum)


def capture(progress: Progress, authorization: Record, cents: int) -> None:
    """Capture an amount of an authorization."""
    _refer(progress, CAPTURES, authorization, cents)


def void(progress: Progress, authorization: Record, cents: int) -> None:
    """Let go of an amount of an authorization."""
    _refer(progress, VOIDS, authorization, cents)


def refund(progress: Progress, captured: Record, cents: int, **links: str) -> Record:
    """Give back an amount of a capture; return the transaction, which may lead to a return."""
    return _refer(progress, REFUNDS, captured, cents, **links)


def _refer(progress: Progress, kind: str, reference: Record, cents: int, **links: str) -> Record:
    type_, id_ = paid_with(reference)
    source = progress.engine.get(type_, id_) if type_ else None
    paid = (type_ or "", source or {})
    asked = PaymentRequest(kind, progress.order, paid, cents, reference, links)
    made, _ = _transact(progress, asked)
    progress.settle()
    return made


def _transact(progress: Progress, asked: PaymentRequest) -> tuple[Record, Answer]:
    """Have money move; why it does not, the order keeps (commerce.md §23)."""
    made, answer = transact(progress.engine, asked)
    if answer.is_declined:
        keep_refusal(progress.engine, progress.order, made)
    return made, answer


# --- the whole order ------------------------------------------------------------------------------


def capture_rest(progress: Progress) -> None:
    """Capture what the order has not captured yet, of its oldest authorization first."""
    for authorization, cents in capturable(progress):
        capture(progress, authorization, cents)


def capturable(progress: Progress) -> list[tuple[Record, int]]:
    """Return which authorizations that is captured of, and how much of each."""
    ledger = progress.ledger()
    return shares(ledger.uncaptured(due(progress.order)), ledger.open(), ledger.capture_balance)


def void_open(progress: Progress) -> None:
    """Let go of what is authorized and not captured."""
    ledger = progress.ledger()
    for authorization in ledger.open():
        void(progress, authorization, ledger.capture_balance(authorization))


def refund_all(progress: Progress) -> None:
    """Give back all that was captured and not given back yet."""
    ledger = progress.ledger()
    for captured in ledger.refundable():
        refund(progress, captured, ledger.refund_balance(captured))
