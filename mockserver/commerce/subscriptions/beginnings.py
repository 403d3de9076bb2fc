"""How subscriptions begin: made of an order, by hand, or converted (commerce.md §19.2)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.copies.wallet import saved_entry
from mockserver.commerce.subscriptions.items import copy_lines, subscribable
from mockserver.commerce.subscriptions.states import ACTIVATE, CANCEL, CANCELLED, TYPE
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

MODELS = "subscription_models"


def details_of_source_order(change: Change) -> None:
    """Take customer, market and payment source from the order of a new subscription."""
    order = _source(change)
    if change.before is not None or order is None:
        return
    record, engine = change.record, change.engine
    record["customer"] = order.get("customer")
    record["market"] = record.get("market") or order.get("market")
    if record.get("customer_payment_source") is None:
        entry = saved_entry(engine, order)
        record["customer_payment_source"] = entry["id"] if entry else None


def begin_with_source_order(change: Change) -> None:
    """Start a new subscription with its source order, which has to be placed already."""
    order, record = _source(change), change.record
    if change.before or order is None or not record["activate_by_source_order"]:
        return
    if not order.get("placed_at") or order["status"] == "cancelled":
        change.invalid("source_order", "invalid")
        return
    record["starts_at"] = order["placed_at"]
    model = change.engine.get(MODELS, record["subscription_model"])
    if model is None or model["auto_activate"]:
        ACTIVATE(change, True)


def offered_frequency(change: Change) -> None:
    """Check that the subscription model of its market, if there is one, offers a new frequency."""
    record, before = change.record, change.before or {}
    names = ("frequency", "subscription_model")
    model = _model(change.engine, record)
    if (
        model is None
        or change.is_broken("frequency")
        or all(record[name] == before.get(name) for name in names)
    ):
        return
    frequency = record["frequency"]
    if frequency and frequency not in (model["frequencies"] or ()):
        change.invalid("frequency", "inclusion", value=frequency)


def convert(change: Change, _: Any) -> None:
    """Have a subscription run of its own items from now on, as those made of an order do."""
    record, engine = change.record, change.engine
    if record["status"] == CANCELLED:
        refuse_trigger(change)
        return
    if record["subscription_model"]:
        return
    model = _model(engine, record)
    if model is None:
        change.invalid("subscription_model", "blank")
        return
    record["subscription_model"] = model["id"]
    change.after(lambda: _take_lines(engine, record))


def _take_lines(engine: Engine, record: Record) -> None:
    """Make items of the source's lines, unless somebody has made some."""
    own = Compare("order_subscription", "eq", record["id"])
    if not engine.count("order_subscription_items", own):
        copy_lines(engine, record["id"], subscribable(engine, record["source_order"]))


def _model(engine: Engine, record: Record) -> Record | None:
    """Return its subscription model, or that of its market."""
    market = engine.get("markets", record["market"]) or {}
    return engine.get(MODELS, record["subscription_model"] or market.get("subscription_model"))


def _source(change: Change) -> Record | None:
    return change.engine.get("orders", change.record["source_order"])


# --- what its order does --------------------------------------------------------------------------


def end_with_source_order(engine: Engine, subscription: Record) -> None:
    """Cancel what was made of an order that is cancelled, if its model says so; tell it once."""
    model = engine.get(MODELS, subscription["subscription_model"])
    if model is None or not model["auto_cancel"] or subscription["status"] not in CANCEL.sources:
        return
    engine.change(TYPE, subscription["id"], {"_cancel": True})
    order, event = subscription["source_order"], "cancel_subscriptions"
    same = Compare("resource", "eq", order)
    if all(each["name"] != f"orders.{event}" for each in engine.find("events", same)):
        engine.fire("orders", order, event)
