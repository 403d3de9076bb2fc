"""Placing an order, and what that makes of its customer (commerce.md §14.2, customers.md §9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.commerce.gift_cards.orders import (
    card_still_pays,
    code_still_counts,
)
from mockserver.commerce.orders.cart_records import has_goods
from mockserver.commerce.orders.money import authorization_of, follow_authorization
from mockserver.commerce.orders.progress import Progress
from mockserver.commerce.orders.refreshing import bring_up_to_date
from mockserver.commerce.orders.requirements import (
    REQUIREMENTS,
    requires_customer,
    requires_goods,
)
from mockserver.commerce.orders.resource_errors import keep_errors, keep_refusal
from mockserver.commerce.payments.payment_status import AMOUNT, PLACE_AMOUNT, unauthorized
from mockserver.commerce.payments.transacting import ask_gateway, keep
from mockserver.commerce.promotions.order_codes import coupon_still_counts
from mockserver.errors import Refusal
from mockserver.schema.protocols import Change, Check, Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record

#: The job that places an order that asked to be placed asynchronously.
PLACING = "place"
#: The status of an order that waits for that job, and what is told of it.
PLACING_STATUS = "placing"
#: What the codes of an order are held to when it is placed.
CODES: Sequence[Check] = (code_still_counts, coupon_still_counts, card_still_pays)
#: How far a customer has come; it never goes back.
STEPS = ("prospect", "acquired", "repeat")


def pending_by_itself(change: Change) -> None:
    """Begin as a draft, and move on once there are a customer and goods (commerce.md §14.2)."""
    order = change.record
    if change.before is None and order["status"] == "draft":
        change.fire("draft")
    is_draft = change.before is not None and order["status"] == "draft"
    if is_draft and order.get("customer") and has_goods(change.engine, order["id"]):
        order["status"] = "pending"
        change.fire("pending")


def _could_be_pending(change: Change) -> bool:
    """Note what a draft lacks: what could not be pending cannot be placed either."""
    if change.record["status"] != "draft":
        return True
    requires_customer(change)
    requires_goods(change)
    return False


def place(change: Change, value: Any) -> None:
    """Place an order, or note why it cannot be: an order keeps such errors (commerce.md §23)."""
    engine, id_ = change.engine, change.record["id"]
    change.if_refused(lambda errors: keep_errors(engine, id_, errors))
    is_due = change.access.is_service and change.record["status"] == PLACING_STATUS
    (PLACE_DUE if is_due else PLACE)(change, value)


def _begin(change: Change, value: Any) -> None:
    """Place it at once, or in a while."""
    engine, order = change.engine, change.record
    if not order.get("place_async"):
        _finish(change, value)
        return
    order["status"] = PLACING_STATUS
    change.fire(PLACING_STATUS)
    delay = engine.delay("job_delay")
    change.after(lambda: engine.schedule("orders", order["id"], PLACING, delay))


def _finish(change: Change, _: Any) -> None:
    """Place it, if nothing is missing and the payment is authorized."""
    _note_lacks(change)
    if change.is_refused or not _is_paid(change):
        return
    progress, order = Progress.of(change), change.record
    order.update({"placed_at": change.engine.clock.timestamp(), PLACE_AMOUNT: order[AMOUNT]})
    progress.move("status", "placed")
    progress.settle()
    progress.tell("place")
    change.after(lambda: _count(change.engine, order))


def _note_lacks(change: Change) -> None:
    """Note all that an order lacks, by what it costs now (commerce.md §14.3)."""
    # Codes are of what was to be paid by them, not of what is once they count for less.
    for code in CODES:
        code(change)
    if not change.is_refused:
        bring_up_to_date(change, is_placed=True)
    for requirement in REQUIREMENTS:
        requirement(change)


PLACE = Transition(
    "placed",
    ("draft", "pending"),
    guard=_could_be_pending,
    underway=(PLACING_STATUS,),
    by=_begin,
)
#: The same, of an order that has waited for it.
PLACE_DUE = Transition("placed", (PLACING_STATUS,), by=_finish)


def _is_paid(change: Change) -> bool:
    """Authorize what is not authorized yet, and say whether the order may be placed.

    A gateway that says no refuses the request, but for those that are asked over the wire: of
    their answer the failed transaction tells alone (commerce.md §14.3, §17.5).
    """
    progress, engine = Progress.of(change), change.engine
    cents = unauthorized(change.record, progress.ledger())
    if not cents:
        return True
    asked = authorization_of(progress, cents)
    answer = ask_gateway(engine, asked)
    if answer.is_declined and not engine.registry[asked.source[0]].declines_quietly:
        change.if_refused(lambda _: keep(engine, asked, answer))
        words = {"message": answer.message or ""}
        change.invalid("payment_source", "payment_declined", words=words, code=answer.error_code)
        return False
    authorization = keep(engine, asked, answer)
    if answer.succeeded:
        follow_authorization(progress, authorization)
    if answer.is_declined:
        keep_refusal(engine, change.record, authorization)
    return not answer.is_declined


def place_later(engine: Engine, order: Record) -> None:
    """Place an order that asked for it, unless it has gone another way since.

    What is missing then, the order keeps as its errors, and stays as it is (commerce.md §14.2).
    """
    if order["status"] != PLACING_STATUS:
        return
    try:
        engine.change("orders", order["id"], {"_place": True})
    except Refusal:
        return


def call_off_placing(change: Change, _: Any) -> None:
    """Forget an order's wish to be placed: it has gone back."""
    engine, id_ = change.engine, change.record["id"]
    change.after(lambda: engine.cancel("orders", id_, PLACING))


def _count(engine: Engine, order: Record) -> None:
    """Count a placed order for its customer, who comes a step further with it (customers.md §9)."""
    id_ = order["customer"]
    customer = engine.get("customers", id_)
    if customer is None:
        return
    total = customer["total_orders_count"] + 1
    step = max(customer["status"], "acquired" if total == 1 else "repeat", key=STEPS.index)
    engine.change("customers", id_, {"status": step, "total_orders_count": total})
    if step != customer["status"]:
        engine.fire("customers", id_, step)
