"""Refunds of returns: what was captured for their orders is given back (commerce.md §16)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.orders.commands import within
from mockserver.commerce.orders.money import refund
from mockserver.commerce.orders.progress import going_on
from mockserver.commerce.payments.ledger import CAPTURES, TransactionLedger
from mockserver.commerce.totals.rounding import proportion
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

CAPTURE, CENTS, ESTIMATE = (
    "reference_capture",
    "_refund_amount_cents",
    "estimated_refund_amount_cents",
)


def first_capture(engine: Engine, order_id: str | None) -> str | None:
    """Return the first capture of an order of which something is left to give back."""
    found = _ledger(engine, order_id).refundable()
    return found[0]["id"] if found else None


def give_back(change: Change, _: Any) -> None:
    """Refund what was said, or else what the lines are worth, of the capture it refers to."""
    engine, record = change.engine, change.record
    record[CAPTURE] = record.get(CAPTURE) or first_capture(engine, record["order"])
    captured = engine.get(CAPTURES, record[CAPTURE])
    if captured is None:
        change.invalid(CAPTURE, "blank")
        return
    balance = _ledger(engine, captured["order"]).refund_balance(captured)
    said = change.sent.get(CENTS)
    # Lines may be worth less than nothing; nobody is asked to pay for sending them back.
    cents = max(min(record[ESTIMATE], balance), 0) if said is None else said
    if within(change, CENTS, said, balance):
        _refund(change, captured, cents)


def _refund(change: Change, captured: Record, cents: int) -> None:
    """Have it given back; what the gateway refuses leaves the return as it is."""
    engine, record = change.engine, change.record
    if cents:
        with going_on(engine, captured["order"]) as progress:
            made = refund(progress, captured, cents, **{"return": record["id"]})
        if not made["succeeded"]:
            return
        record["reference_refund"] = made["id"]
    record.update(status="refunded", refunded_at=engine.clock.timestamp())


def worth(line_item: Record, quantity: int, *, tax_included: bool) -> int:
    """Return the worth of so many pieces of a line, less discounts, with taxes on top."""
    tax = 0 if tax_included else line_item.get("tax_amount_cents") or 0
    whole = (line_item.get("total_amount_cents") or 0) + (line_item.get("discount_cents") or 0)
    return proportion(whole + tax, quantity, line_item["quantity"] or 1)


def _ledger(engine: Engine, order_id: str | None) -> TransactionLedger:
    return TransactionLedger(engine.find("transactions", Compare("order", "eq", order_id)))
