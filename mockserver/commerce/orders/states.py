"""The statuses of an order, and the triggers that move it from one to another (neighbours.md §7).

``status``, ``payment_status`` and ``fulfillment_status`` run beside each other. Which trigger is
allowed where is data; what more has to be there for one, the triggers' own business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.commerce.orders.placing import call_off_placing
from mockserver.schema.protocols import Change
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record

#: What becomes of an authorization.
CAPTURED: Mapping[str, str] = {"authorized": "paid", "partially_authorized": "partially_paid"}
VOIDED: Mapping[str, str] = {"authorized": "voided", "partially_authorized": "partially_voided"}
#: What is refunded in full: all that was captured, less what has been given back
#: (commerce.md §15.2).
REFUNDED: Mapping[str, str] = dict.fromkeys(
    ("paid", "partially_paid", "partially_refunded"), "refunded"
)
#: An approval captures what nobody has authorized, too (neighbours.md §7).
PAID_ON_APPROVAL: Mapping[str, str] = {"unpaid": "paid", **CAPTURED}
ALIVE = frozenset({"draft", "pending", "editing", "placing", "placed", "approved"})


def _start_fulfilling(change: Change, _: Any) -> None:
    _move(change, "fulfillment_status", {"unfulfilled": "in_progress"}, "start_fulfilling")


def _approved_and_captured(change: Change, value: Any) -> None:
    _move(change, "payment_status", PAID_ON_APPROVAL, "pay")
    _start_fulfilling(change, value)


def _called_off(change: Change, _: Any) -> None:
    _move(change, "payment_status", VOIDED, "void")
    _move(change, "payment_status", REFUNDED, "refund")
    _move(change, "fulfillment_status", {"in_progress": "unfulfilled"}, "cancel_fulfilling")


def _authorized(change: Change, _: Any) -> None:
    """Authorize a part when the amount that was sent is not all of it."""
    cents = change.sent.get("_authorization_amount_cents")
    if cents is not None and cents < change.record["total_amount_cents"]:
        change.record["payment_status"] = "partially_authorized"


def _move(change: Change, state: str, moves: Mapping[str, str], event: str) -> None:
    """Move on what moves along, in the states it does."""
    now = moves.get(change.record[state])
    if now:
        change.record[state] = now
        change.fire(event)


# --- the triggers --------------------------------------------------------------------------------

ARCHIVE = Transition(None, stamp="archived_at")
UNARCHIVE = Transition(None, sets={"archived_at": None})
PENDING = Transition("pending", ("draft", "placing"), event="pending", then=call_off_placing)
CANCEL = Transition(
    "cancelled",
    ("placed", "editing", "approved"),
    "cancelled_at",
    "cancel",
    requires={"fulfillment_status": ("unfulfilled", "in_progress", "not_required")},
    then=_called_off,
)
APPROVE = Transition("approved", ("placed",), "approved_at", "approve", then=_start_fulfilling)
APPROVE_AND_CAPTURE = Transition(
    "approved", ("placed",), "approved_at", "approve", then=_approved_and_captured
)
AUTHORIZE = Transition(
    {"unpaid": "authorized"},
    event="authorize",
    state="payment_status",
    requires={"status": ALIVE},
    then=_authorized,
)
CAPTURE = Transition(CAPTURED, event="pay", state="payment_status")
REFUND = Transition(REFUNDED, event="refund", state="payment_status")
FULFILL = Transition(
    "fulfilled",
    ("unfulfilled", "in_progress"),
    event="fulfill",
    state="fulfillment_status",
    requires={"status": ("approved",)},
)
START_EDITING = Transition("editing", ("placed",), event="start_editing")
STOP_EDITING = Transition("placed", ("editing",), event="stop_editing")

#: The states whose every move is stamped.
MOVES: Mapping[str, str] = {
    "payment_status": "payment_updated_at",
    "fulfillment_status": "fulfillment_updated_at",
}


def stamp_moves(change: Change) -> None:
    """Note when payment and fulfillment have moved."""
    for state, stamp in MOVES.items():
        if change.before and change.before.get(state) != change.record[state]:
            change.record[stamp] = change.engine.clock.timestamp()


# --- what stays as it was when it was placed -----------------------------------------------------

EDITABLE = frozenset({"draft", "pending", "editing"})
DELETABLE = frozenset({"draft", "pending"})
#: What a placed order keeps until it is edited, and the commands that would change it.
FROZEN: Mapping[str, Collection[str]] = {
    "coupon_code": (),
    "gift_card_code": (),
    "gift_card_or_coupon_code": (),
    "shipping_country_code_lock": (),
    "market": (),
    "customer": ("customer_email",),
    "shipping_address": ("_shipping_address_clone_id", "_shipping_address_same_as_billing"),
    "billing_address": ("_billing_address_clone_id", "_billing_address_same_as_shipping"),
    "store": (),
    "payment_method": (),
    "payment_source": ("_nullify_payment_source", "_customer_payment_source_id"),
}


def is_editable(order: Record) -> bool:
    """Say whether the order can be edited."""
    return is_open(order)


def is_open(order: Record) -> bool:
    """Say whether what is ordered may still be changed."""
    return order["status"] in EDITABLE


def frozen_fields(change: Change) -> None:
    """Keep what a placed order is about, unless it is being edited (commerce.md §3.1, §27)."""
    before = change.before
    if before is None or is_open(before) or is_open(change.record):
        return
    for name, commands in FROZEN.items():
        if before.get(name) != change.record.get(name):
            sent = (command for command in commands if change.sent.get(command))
            change.invalid(next(sent, name), "not_editable")
