"""How a copy of an order goes on, from ``pending`` to its end (commerce.md §18)."""

from __future__ import annotations

from functools import partial

from mockserver.commerce.copies.contents import CopiedLine, goods_of, items_of
from mockserver.commerce.copies.problems import Problems
from mockserver.commerce.copies.target_orders import ORDERS, TargetOrder
from mockserver.commerce.copies.wallet import WALLET, saved_entry
from mockserver.commerce.orders.resource_errors import keep_errors
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record

COPIES, RECURRING = "order_copies", "recurring_order_copies"
SUBSCRIPTIONS = "order_subscriptions"
PENDING, RUNNING, ABORTED, FAILED, COMPLETED = STATUSES = (
    "pending",
    "in_progress",
    "aborted",
    "failed",
    "completed",
)
TOPICS = ("create", "start", "complete", "fail", "destroy")
START = "start"
#: The statuses of subscriptions whose copies are made.
RUNS = frozenset({"active", "running"})


# --- how it begins --------------------------------------------------------------------------------


def queue(change: Change) -> None:
    """Have a new copy begin after the time that jobs wait."""
    if change.before is None:
        engine, record = change.engine, change.record
        delay = engine.delay("job_delay")
        change.after(lambda: engine.schedule(change.type_, record["id"], START, delay))


def is_of_automatic(change: Change) -> None:
    """Require a subscription that runs by itself (commerce.md §18)."""
    record = change.record
    subscription = change.engine.get(SUBSCRIPTIONS, record["order_subscription"])
    if change.before is None and subscription and not subscription["subscription_model"]:
        change.invalid("order_subscription", "invalid")


# --- how it goes on -------------------------------------------------------------------------------


def copy_order(engine: Engine, copy: Record) -> bool:
    """Carry out a copy; say whether it was completed."""
    if copy["status"] != PENDING:
        return False
    if _is_called_off(engine, copy):
        engine.change(copy["type"], copy["id"], {"status": ABORTED})
        return False
    moved = {"status": RUNNING, "started_at": engine.clock.timestamp()}
    engine.change(copy["type"], copy["id"], moved)
    engine.fire(copy["type"], copy["id"], START)
    return _carry_out(engine, copy)


def copy_later(engine: Engine, copy: Record) -> None:
    """Carry out a copy whose time has come."""
    copy_order(engine, copy)


def _is_called_off(engine: Engine, copy: Record) -> bool:
    """Say whether the subscription has been deactivated meanwhile (commerce.md §18)."""
    subscription = engine.get(SUBSCRIPTIONS, copy["order_subscription"])
    return subscription is not None and subscription["status"] not in RUNS


def _carry_out(engine: Engine, copy: Record) -> bool:
    source = engine.get(ORDERS, copy["source_order"]) or {}
    problems = Problems()
    freezes = copy["type"] == COPIES and not copy["apply_promotions"]
    target = TargetOrder(engine, source, freezes, copy["order_subscription"], problems)
    is_made = problems.noted(target.begin) and _make(engine, copy, target)
    if is_made and copy.get("cancel_source_order"):
        # Noted where it cannot be cancelled; the copy is one all the same.
        problems.noted(partial(engine.change, ORDERS, source["id"], {"_cancel": True}))
    return _end(engine, copy, target, is_made=is_made)


def _make(engine: Engine, copy: Record, target: TargetOrder) -> bool:
    """Make all of the order; say whether it has become what it should."""
    is_full = target.fill(_contents(engine, copy, target.source)) or bool(copy.get("skip_errors"))
    target.ship()
    is_paid = target.pay(_entry(engine, copy, target.source))
    if not is_full or not is_paid:
        keep_errors(engine, target.id, target.problems.errors)
        return False
    return target.place() if copy["place_target_order"] else True


def _contents(engine: Engine, copy: Record, source: Record) -> list[CopiedLine]:
    """Return the lines that are wanted: those of the source, or what a subscription is of."""
    if copy["type"] == RECURRING:
        return items_of(engine, copy["order_subscription"])
    return goods_of(engine, source)


def _entry(engine: Engine, copy: Record, source: Record) -> Record | None:
    """Return the entry of the wallet that the order is paid with."""
    if copy["type"] == RECURRING:
        subscription = engine.get(SUBSCRIPTIONS, copy["order_subscription"]) or {}
        return engine.get(WALLET, subscription.get("customer_payment_source"))
    return saved_entry(engine, source) if copy["reuse_wallet"] else None


def _end(engine: Engine, copy: Record, target: TargetOrder, *, is_made: bool) -> bool:
    status, stamp, event = (
        (COMPLETED, "completed_at", "complete") if is_made else (FAILED, "failed_at", "fail")
    )
    values = {
        "status": status,
        stamp: engine.clock.timestamp(),
        "target_order": target.id or None,
        "errors_log": target.problems.log(),
        "errors_count": len(target.problems.errors),
    }
    engine.change(copy["type"], copy["id"], values)
    engine.fire(copy["type"], copy["id"], event)
    return is_made
