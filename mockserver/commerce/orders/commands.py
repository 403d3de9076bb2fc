"""The triggers that move an order from one status to another (commerce.md §14.2).

``status``, ``payment_status`` and ``fulfillment_status`` run beside each other. Which trigger is
allowed where is data; what more has to be there for one, the triggers' own business.
"""

from __future__ import annotations

from typing import Any

from mockserver.commerce.orders import money
from mockserver.commerce.orders.placing import PLACE, call_off_placing, place
from mockserver.commerce.orders.progress import Progress
from mockserver.commerce.orders.refreshing import bring_up_to_date
from mockserver.commerce.orders.resource_errors import forget_errors
from mockserver.commerce.payments.ledger import paid_with
from mockserver.commerce.payments.payment_status import AMOUNT, PLACE_AMOUNT, unauthorized
from mockserver.commerce.promotions.usage import hold_uses
from mockserver.commerce.shipping.fulfilment import can_be_fulfilled
from mockserver.commerce.stock.cart_checks import has_stock
from mockserver.schema.protocols import Change
from mockserver.schema.transitions import Transition

#: The payment statuses of what may be approved: all but one of which nothing is known.
KNOWN = (
    *("authorized", "partially_authorized", "paid", "partially_paid", "voided"),
    *("partially_voided", "refunded", "partially_refunded", "free"),
)
AUTHORIZED_CENTS = "_authorization_amount_cents"


# --- what follows the moves -----------------------------------------------------------------------


def _approved(change: Change, _: Any) -> None:
    """Begin to fulfill what is paid, and forget the errors there were (commerce.md §23)."""
    forget_errors(change.engine, change.record)
    Progress.of(change).start_fulfilling()


def _approved_and_captured(change: Change, value: Any) -> None:
    _approved(change, value)
    money.capture_rest(Progress.of(change))


def _called_off(change: Change, _: Any) -> None:
    """Let go of what is authorized, give back what was captured, stop fulfilling."""
    progress = Progress.of(change)
    money.void_open(progress)
    money.refund_all(progress)
    # What was free when it was placed may have come to cost something while it was edited.
    progress.settle()
    progress.stop_fulfilling()


def _authorize(change: Change, _: Any) -> None:
    """Authorize what is left of the order's amount, or the part of it that was sent."""
    progress = Progress.of(change)
    rest = unauthorized(change.record, progress.ledger())
    cents = change.sent.get(AUTHORIZED_CENTS)
    if not change.record.get("payment_source"):
        change.invalid("payment_source", "blank")
    elif within(change, AUTHORIZED_CENTS, cents, rest) and rest:
        money.authorize(progress, rest if cents is None else cents)


def within(change: Change, name: str, cents: int | None, limit: int) -> bool:
    """Say whether an amount that was sent is more than nothing and within a limit; note if not."""
    if cents is not None and cents <= 0:
        change.invalid(name, "greater_than", value=cents, count=0)
    elif cents is not None and cents > limit:
        change.invalid(name, "less_than_or_equal_to", value=cents, count=limit)
    else:
        return True
    return False


def _capture(change: Change, _: Any) -> None:
    money.capture_rest(Progress.of(change))


def _refund(change: Change, _: Any) -> None:
    money.refund_all(Progress.of(change))


def _is_capturable(change: Change) -> bool:
    return bool(money.capturable(Progress.of(change)))


def _is_refundable(change: Change) -> bool:
    return bool(Progress.of(change).ledger().refundable())


def _is_unedited(change: Change) -> bool:
    """Note that an edited order may not cost more than what was authorized (commerce.md §14.4).

    What it takes has to be there, as when it was placed (catalogue.md §15.2), and it costs what it
    does by now: a promotion may have been used up since it was edited last.
    """
    order = change.record
    bring_up_to_date(change, is_placed=True)
    has_stock(change)
    limit, total = order.get(PLACE_AMOUNT), order[AMOUNT]
    if limit is not None and total > limit:
        change.invalid("total_amount_cents", "less_than_or_equal_to", value=total, count=limit)
    return True


def _begin_editing(change: Change, _: Any) -> None:
    """Go by what the order cost when it was placed, for as long as it is edited.

    It may cost nothing since it was edited before (commerce.md §14.5).
    """
    hold_uses(change)
    Progress.of(change).settle()


def _edited(change: Change, _: Any) -> None:
    """Let the payment status follow what the order costs now."""
    Progress.of(change).settle()


def fix_payment_source(change: Change, value: Any) -> None:
    """Pay the order with the source of its last authorization, and place it."""
    standing = Progress.of(change).ledger().standing()
    if change.record["status"] != "pending" or not standing:
        PLACE.refuse(change)
        return
    type_, id_ = paid_with(standing[-1])
    change.record.update(payment_source=id_, payment_source_type=type_)
    Progress.of(change).settle()
    place(change, value)


# --- the triggers ---------------------------------------------------------------------------------

ARCHIVE = Transition(None, stamp="archived_at")
UNARCHIVE = Transition(None, sets={"archived_at": None})
PENDING = Transition("pending", ("draft", "placing"), event="pending", then=call_off_placing)
APPROVE = Transition(
    "approved",
    ("placed",),
    "approved_at",
    "approve",
    requires={"payment_status": KNOWN},
    then=_approved,
)
APPROVE_AND_CAPTURE = Transition(
    "approved",
    ("placed",),
    "approved_at",
    "approve",
    requires={"payment_status": ("authorized",)},
    then=_approved_and_captured,
)
CANCEL = Transition(
    "cancelled",
    ("placed", "editing", "approved"),
    "cancelled_at",
    "cancel",
    requires={"fulfillment_status": ("unfulfilled", "in_progress", "not_required")},
    then=_called_off,
)
AUTHORIZE = Transition(
    "authorized",
    ("unpaid", "partially_authorized", "partially_paid", "voided", "partially_voided"),
    state="payment_status",
    requires={"status": ("pending", "placed")},
    by=_authorize,
)
CAPTURE = Transition(
    "paid",
    state="payment_status",
    requires={"status": ("approved",)},
    guard=_is_capturable,
    by=_capture,
)
REFUND = Transition("refunded", state="payment_status", guard=_is_refundable, by=_refund)
FULFILL = Transition(
    "fulfilled",
    ("unfulfilled", "in_progress"),
    "fulfillment_updated_at",
    "fulfill",
    state="fulfillment_status",
    requires={"status": ("approved",)},
    guard=can_be_fulfilled,
)
START_EDITING = Transition("editing", ("placed",), event="start_editing", then=_begin_editing)
STOP_EDITING = Transition(
    "placed", ("editing",), event="stop_editing", guard=_is_unedited, then=_edited
)
