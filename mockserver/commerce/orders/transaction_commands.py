"""The triggers of transactions, and what an order makes of those (commerce.md §15.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.commerce.orders import money
from mockserver.commerce.orders.commands import within
from mockserver.commerce.orders.progress import Progress, going_on
from mockserver.commerce.orders.states import is_open
from mockserver.commerce.payments.ledger import AUTHORIZATIONS, TransactionLedger, paid_with
from mockserver.commerce.payments.transaction_members import default_capture
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record

CAPTURE_CENTS, REFUND_CENTS = "_capture_amount_cents", "_refund_amount_cents"


def capture(change: Change, _: Any) -> None:
    """Capture of an authorization what is said, or else what the order still needs."""
    order, ledger, record = _order(change), _ledger(change), change.record
    balance = ledger.capture_balance(record)
    said = change.sent.get(CAPTURE_CENTS)
    cents = default_capture(record, order, ledger) if said is None else said
    is_open_one = record["succeeded"] and not ledger.void_balance(record) < record["amount_cents"]
    if not is_open_one or order.get("status") != "approved" or balance <= 0:
        refuse_trigger(change)
    elif within(change, CAPTURE_CENTS, said, balance):
        _move(change, money.capture, cents)


def void(change: Change, _: Any) -> None:
    """Let go of an authorization of which nothing was captured."""
    if _is_untouched(change):
        _move(change, money.void, _ledger(change).void_balance(change.record))


def cancel_authorization(change: Change, _: Any) -> None:
    """Let go of it, so that a pending order can be paid in another way."""
    if _order(change).get("status") != "pending":
        refuse_trigger(change)
    else:
        void(change, _)


def _is_untouched(change: Change) -> bool:
    """Say whether all of an authorization is left; note if not."""
    ledger, record = _ledger(change), change.record
    is_whole = ledger.capture_balance(record) == ledger.void_balance(record) > 0
    if not (record["succeeded"] and is_whole):
        refuse_trigger(change)
        return False
    return True


def refund(change: Change, _: Any) -> None:
    """Give back of a capture what is said, or else all that is left of it."""
    balance = _ledger(change).refund_balance(change.record)
    said = change.sent.get(REFUND_CENTS)
    if not change.record["succeeded"] or balance <= 0:
        refuse_trigger(change)
    elif within(change, REFUND_CENTS, said, balance):
        _move(change, money.refund, balance if said is None else said)


def cancel_capture(change: Change, _: Any) -> None:
    """Give all of it back, so that a pending order can be paid in another way."""
    balance = _ledger(change).refund_balance(change.record)
    is_pending = _order(change).get("status") == "pending"
    if not (change.record["succeeded"] and is_pending and balance > 0):
        refuse_trigger(change)
    else:
        _move(change, money.refund, balance)


def settle_order(change: Change) -> None:
    """Tell of a transaction that succeeds after all, or has not, and have its order follow."""
    before, record, engine = change.before, change.record, change.engine
    if before is None or before["succeeded"] == record["succeeded"] or change.is_refused:
        return
    if record["succeeded"]:
        change.after(lambda: engine.fire(record["type"], record["id"], "succeeded"))
        change.after(lambda: follow_success(engine, record))
    else:
        change.after(lambda: follow_failure(engine, record))


def follow_success(engine: Engine, transaction: Record) -> None:
    """Let an order go on as after a success, which an answer that came late has turned out to be.

    commerce.md §13.1, §17.6.
    """
    _pay_with_it(engine, transaction)
    with going_on(engine, transaction["order"]) as progress:
        if transaction["type"] == AUTHORIZATIONS:
            money.follow_authorization(progress, transaction)
        else:
            progress.settle()
        is_placed_now = transaction["type"] == AUTHORIZATIONS and _is_placed_by_itself(progress)
    if is_placed_now:
        engine.change("orders", transaction["order"], {"_place": True})


def follow_failure(engine: Engine, transaction: Record) -> None:
    """Let an order go on as if a transaction had never succeeded."""
    with going_on(engine, transaction["order"]) as progress:
        progress.settle()


def _pay_with_it(engine: Engine, transaction: Record) -> None:
    """Let the source pay the order while that is open, where its gateway insists."""
    type_, id_ = paid_with(transaction)
    source = (engine.get(type_, id_) if type_ else None) or {}
    gateway = engine.get("payment_gateways", source.get("payment_gateway")) or {}
    order = engine.get("orders", transaction["order"])
    if order and gateway.get("force_payments") and is_open(order):
        engine.change("orders", order["id"], {"payment_source": (type_, id_)})


def _is_placed_by_itself(progress: Progress) -> bool:
    method = progress.engine.get("payment_methods", progress.order.get("payment_method")) or {}
    return bool(method.get("auto_place")) and progress.order["status"] == "pending"


# --- steps ----------------------------------------------------------------------------------------


def _order(change: Change) -> Record:
    return change.engine.get("orders", change.record["order"]) or {}


def _ledger(change: Change) -> TransactionLedger:
    return Progress(change.engine, _order(change), change.fire).ledger()


def _move(change: Change, doing: Callable[[Progress, Record, int], object], cents: int) -> None:
    """Have money moved once the transaction itself is stored, and the order follow."""
    record = change.record

    def move() -> None:
        with going_on(change.engine, record["order"]) as progress:
            doing(progress, record, cents)

    change.after(move)
