"""What order subscriptions take from their source order, and how they begin (neighbours.md §9)."""

from __future__ import annotations

from typing import Any

from mockserver.clock import parse_timestamp, timestamp
from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition, refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

TYPE = "order_subscriptions"
ITEMS = "order_subscription_items"
LINES = "line_items"
#: What of an order can be subscribed to; the rest of its lines is made anew by each copy.
SUBSCRIBABLE = frozenset({"skus", "bundles", "adjustments"})
#: The hours before a run in which the renewal alert may come.
ALERT = (1, 720)


# --- what the source order gives ------------------------------------------------------------------


def details_of_source_order(change: Change) -> None:
    """Take customer, market, model and payment source from the order of a new subscription."""
    order = _source(change)
    if change.before is not None or order is None:
        return
    record, engine = change.record, change.engine
    record["customer"] = order.get("customer")
    record["market"] = record.get("market") or order.get("market")
    market = engine.get("markets", record["market"]) or {}
    record["subscription_model"] = market.get("subscription_model")
    if record.get("customer_payment_source") is None:
        record["customer_payment_source"] = _saved_source(engine, order)
    change.after(lambda: copy_lines(engine, record))


def _source(change: Change) -> Record | None:
    id_ = change.record.get("source_order")
    return change.engine.get("orders", id_) if id_ else None


def _saved_source(engine: Engine, order: Record) -> str | None:
    """Return the entry of the customer's wallet that the order is paid with."""
    fields = ("customer", "payment_source", "payment_source_type")
    if not all(order.get(field) for field in fields):
        return None
    same = both(*(Compare(field, "eq", order[field]) for field in fields))
    found = engine.find("customer_payment_sources", same)
    return str(found[0]["id"]) if found else None


def copy_lines(engine: Engine, subscription: Record) -> None:
    """Make the items of a subscription that has none, of the lines of its source order.

    Lines with a frequency belong to the subscriptions with that frequency alone.
    """
    own = Compare("order_subscription", "eq", subscription["id"])
    if engine.find(ITEMS, own):
        return
    found = engine.find(LINES, Compare("order", "eq", subscription["source_order"]))
    lines = [line for line in found if line.get("item_type") in SUBSCRIBABLE and line.get("item")]
    if any(line.get("frequency") for line in lines):
        lines = [line for line in lines if line.get("frequency") == subscription["frequency"]]
    for line in lines:
        engine.add(
            ITEMS,
            {
                "quantity": line["quantity"],
                "unit_amount_cents": line["unit_amount_cents"],
                "order_subscription": subscription["id"],
                "item": (line["item_type"], line["item"]),
                "source_line_item": line["id"],
            },
        )


# --- checks ---------------------------------------------------------------------------------------


def offered_frequency(change: Change) -> None:
    """Check that the subscription model, if there is one, offers a new frequency."""
    model_id, frequency = change.record.get("subscription_model"), change.record.get("frequency")
    model = change.engine.get("subscription_models", model_id) if model_id else None
    changed = frequency != (change.before or {}).get("frequency")
    if frequency and changed and model and frequency not in (model.get("frequencies") or ()):
        change.invalid("frequency", "inclusion", value=frequency)


def ends_after_start(change: Change) -> None:
    """Check that a new end lies behind the start."""
    end, start = change.record.get("expires_at"), change.record.get("starts_at")
    if end and start and end <= start and end != (change.before or {}).get("expires_at"):
        change.invalid("expires_at", "greater_than", value=end, count=start)


# --- states ---------------------------------------------------------------------------------------


def begin_with_source_order(change: Change) -> None:
    """Start a new subscription whose source order is placed already."""
    order = _source(change)
    if change.before is None and order and _waits_for_order(change.record) and _is_placed(order):
        ACTIVATE(change, True)


def begin(engine: Engine, subscription: Record) -> None:
    """Start a subscription whose source order is being placed; whose it is has been open so far."""
    copy_lines(engine, subscription)
    order = engine.get("orders", subscription["source_order"])
    if order and _waits_for_order(subscription):
        paid_with = subscription["customer_payment_source"] or _saved_source(engine, order)
        values = {"customer": order.get("customer"), "customer_payment_source": paid_with}
        engine.change(TYPE, subscription["id"], {**values, "_activate": True})


def set_next_run(change: Change, moment: str | None) -> None:
    """Have it run next at another moment, in the future."""
    now = change.engine.clock.timestamp()
    if moment and moment <= now and moment != change.record.get("next_run_at"):
        change.invalid("next_run_at", "greater_than", value=moment, count=now)
    change.record["next_run_at"] = moment


def _waits_for_order(record: Record) -> bool:
    return record["status"] == "draft" and bool(record.get("activate_by_source_order"))


def _is_placed(order: Record) -> bool:
    return bool(order.get("placed_at")) and order.get("status") != "cancelled"


def _schedule(change: Change, _: Any) -> None:
    """Set when it starts, unless that is known, and when it runs next, unless that is sent."""
    record, before, now = change.record, change.before or {}, change.engine.clock.now()
    is_first = before.get("status", "draft") == "draft"
    order = _source(change) if is_first and record.get("activate_by_source_order") else None
    placed_at = (order or {}).get("placed_at")
    record["starts_at"] = placed_at or record.get("starts_at") or timestamp(now)
    if record.get("next_run_at") == before.get("next_run_at"):
        start = parse_timestamp(record["starts_at"]) or now
        following = next_run(record.get("frequency") or "", start, now)
        record["next_run_at"] = timestamp(following) if following else None


def convert(change: Change, _: Any) -> None:
    """Accept the conversion to an automatic subscription, which takes a subscription model."""
    if change.record.get("status") == "cancelled":
        refuse_trigger(change)
    elif not change.record.get("subscription_model"):
        change.invalid("subscription_model", "blank")


ACTIVATE = Transition("active", ("draft", "inactive"), event="activate", then=_schedule)
DEACTIVATE = Transition("inactive", ("active",), event="deactivate")
CANCEL = Transition(
    "cancelled", ("draft", "inactive", "active"), event="cancel", sets={"next_run_at": None}
)
