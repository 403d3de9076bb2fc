"""Members that transactions have in common, and the balances they show (commerce.md §15.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.commerce.payments.answers import PENDING, SUCCESS
from mockserver.commerce.payments.ledger import TransactionLedger
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.commerce.payments.payment_status import due
from mockserver.schema.amounts import money
from mockserver.schema.blocks import Block
from mockserver.schema.protocols import Change, QueryScope, View
from mockserver.schema.scopes import when_true
from mockserver.schema.transitions import refuse_trigger
from mockserver.schema.vocabulary import attribute, internal, kind, named, to_one, trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

KINDS = ("authorizations", "voids", "captures", "refunds")
HAS_SUCCEEDED = Compare("succeeded", "eq", value=True)
SCOPES: Mapping[str, QueryScope] = {"succeeded": when_true(lambda _: HAS_SUCCEEDED)}


def forward(change: Change, _: Any) -> None:
    """Let a transaction succeed whose gateway never answered (commerce.md §15.2)."""
    record = change.record
    if record["succeeded"] or record["error_code"] or record["message"] not in (None, PENDING):
        refuse_trigger(change)
        return
    record["succeeded"] = True


def success_is_said(change: Change) -> None:
    """Say so when a transaction is settled: by hand, by a trigger, or by its gateway.

    While it waited, others may have moved what it was to move: that is not there twice.
    """
    before, record = change.before, change.record
    if before is None or before["succeeded"] or not record["succeeded"]:
        return
    ledger = TransactionLedger(
        change.engine.find("transactions", Compare("order", "eq", record["order"]))
    )
    if not ledger.has_room_for(record):
        change.invalid("_forward" if change.sent.get("_forward") else "succeeded", "invalid")
        return
    record.update(message=SUCCESS, error_code=None, error_detail=None)


def transaction_attributes() -> Block:
    """Declare what stands before the base of every transaction."""
    return named(
        number=attribute("string", "Rfs"),
        type=kind(KINDS),
        payment_method_type=attribute("string", "R", exported=False),
        currency_code=attribute("string", "Rf"),
        amount=money("Rfs"),
        succeeded=attribute("boolean", "URf", required=True, initial=False),
        message=attribute("string", "Rf"),
        error_code=attribute("string", "Rf"),
        error_detail=attribute("string", "Rf"),
        token=attribute("string", "Rf", secret=True),
        gateway_transaction_id=attribute("string", "Rf"),
        _forward=trigger(forward),
        # What a gateway knows an answer by that it gives later (commerce.md §17.6).
        action_id=internal("string", indexed=True),
    )


def transaction_relationships() -> Block:
    """Declare the order of a transaction, and what it was paid with."""
    return named(
        order=to_one("orders", "Rfs", on_delete="cascade"),
        payment_source=to_one(PAYMENT_SOURCES, "f"),
    )


# --- balances -------------------------------------------------------------------------------------


def balance(reckon: Callable[[TransactionLedger, Record], int]) -> Block:
    """Declare an amount that follows from a transaction and the others of its order.

    Args:
        reckon: gives it; of a transaction that failed, nothing is left.
    """

    def cents(record: Record, view: View) -> int:
        return max(0, reckon(ledger_of(record, view), record)) if record["succeeded"] else 0

    return money("R", derive_from=cents)


def ledger_of(record: Record, view: View) -> TransactionLedger:
    """Return the transactions of the order that a transaction belongs to."""
    return TransactionLedger(view.pointing_at(record, "transactions", "order", own="order"))


def capture_amount(type_: str) -> Block:
    """Declare what ``_capture`` takes unless it is told: what the order has not captured yet."""

    def cents(record: Record, view: View) -> int:
        order = view.related(record, "order", type_)
        return default_capture(record, order, ledger_of(record, view)) if order else 0

    return money("R", derive_from=cents)


def default_capture(authorization: Record, order: Record, ledger: TransactionLedger) -> int:
    """Return the amount captured of an authorization when none is said."""
    if not authorization["succeeded"]:
        return 0
    own = ledger.of_source(authorization["payment_source_type"], authorization["payment_source"])
    return max(0, min(ledger.capture_balance(authorization), own.uncaptured(due(order))))
