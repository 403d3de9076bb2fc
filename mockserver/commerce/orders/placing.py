"""Placing an order, and what that makes of its customer (neighbours.md §7, customers.md §9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.commerce.orders.cart_records import has_goods, lines_of
from mockserver.commerce.orders.payments import AMOUNT, SOURCE
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record

#: The job that places an order that asked to be placed asynchronously.
PLACING = "place"
#: The status of an order that waits for that job, and what is told of it.
PLACING_STATUS = "placing"
#: The payment statuses in which something is left to authorize.
UNAUTHORIZED = frozenset({"unpaid", "partially_authorized"})
#: The kinds of line items that can be of something to ship.
SHIPPED = frozenset({None, "skus", "bundles"})
#: How far a customer has come; it never goes back.
STEPS = ("prospect", "acquired", "repeat")


def pending_by_itself(change: Change) -> None:
    """Move a draft on once it has a customer and line items (neighbours.md §7)."""
    order = change.record
    is_draft = change.before is not None and order["status"] == "draft"
    if is_draft and order.get("customer") and has_goods(change.engine, order["id"]):
        order["status"] = "pending"
        change.fire("pending")


def _has_enough(change: Change) -> bool:
    """Note what placing lacks; a draft that lacks it could not be pending (commerce.md §14.2).

    Addresses and payment are waived.
    """
    missing = [] if change.record.get("customer") else ["customer_email"]
    if not has_goods(change.engine, change.record["id"]):
        missing.append("line_items")
    for name in missing:
        change.invalid(name, "blank")
    return not missing or change.record["status"] != "draft"


def _place(change: Change, _: Any) -> None:
    """Place it at once, or in a while."""
    engine, order = change.engine, change.record
    if order.get("place_async"):
        order["status"] = PLACING_STATUS
        change.fire(PLACING_STATUS)
        delay = engine.delay("job_delay")
        change.after(lambda: engine.schedule("orders", order["id"], PLACING, delay))
        return
    placed, told = _placed(engine, order)
    order.update(placed)
    for event in told:
        change.fire(event)
    change.after(lambda: _count(engine, order))


PLACE = Transition(
    "placed", ("draft", "pending"), guard=_has_enough, underway=(PLACING_STATUS,), then=_place
)


def place_later(engine: Engine, order: Record) -> None:
    """Place an order that asked for it, unless it has gone another way since."""
    if order["status"] != PLACING_STATUS:
        return
    placed, told = _placed(engine, order)
    engine.change("orders", order["id"], placed)
    for event in told:
        engine.fire("orders", order["id"], event)
    _count(engine, order)


def call_off_placing(change: Change, _: Any) -> None:
    """Forget an order's wish to be placed: it has gone back."""
    engine, id_ = change.engine, change.record["id"]
    change.after(lambda: engine.cancel("orders", id_, PLACING))


def _placed(engine: Engine, order: Record) -> tuple[dict[str, Any], Sequence[str]]:
    """Return what becomes of an order that is placed, and what is told of that, in order."""
    payment, told = _paid(engine, order)
    placed = {
        "status": "placed",
        "placed_at": engine.clock.timestamp(),
        "place_total_amount_cents": order["total_amount_cents"],
        "payment_status": payment,
    }
    if not any(_is_shipped(engine, line) for line in lines_of(engine, order["id"])):
        placed["fulfillment_status"] = "not_required"
    return placed, (*told, "place")


def _paid(engine: Engine, order: Record) -> tuple[str, Sequence[str]]:
    """Return the payment status of an order that is placed, and what is told of it.

    The source is authorized, and captured when the method says so (commerce.md §13.1, §14.3).
    """
    status: str = order["payment_status"]
    told = []
    if not order[AMOUNT]:
        return ("free" if status == "unpaid" else status), ()
    if status in UNAUTHORIZED and order.get(SOURCE):
        status = "authorized"
        told.append("authorize")
    if status == "authorized" and _is_captured_at_once(engine, order):
        status = "paid"
        told.append("pay")
    return status, told


def _is_captured_at_once(engine: Engine, order: Record) -> bool:
    method = engine.get("payment_methods", order.get("payment_method")) or {}
    maximum = method.get("auto_capture_max_amount_cents")
    return bool(method.get("auto_capture")) and (maximum is None or order[AMOUNT] <= maximum)


def _is_shipped(engine: Engine, line: Record) -> bool:
    """Say whether there is something to ship: anything but a SKU that says it is no such thing."""
    sku = engine.get("skus", line["item"] or "") if line["item_type"] == "skus" else None
    return line["item_type"] in SHIPPED and not (sku or {}).get("do_not_ship")


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
