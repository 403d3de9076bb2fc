"""The runs of subscriptions: the alert before, the order that comes of each (commerce.md §19.5)."""

from __future__ import annotations

from typing import Any

from mockserver.clock import parse_timestamp
from mockserver.commerce.copies.copying import COPIES, RECURRING, START, copy_order
from mockserver.commerce.subscriptions.states import (
    ACTIVE,
    ALERT,
    RUN,
    RUNNING,
    TYPE,
    following,
    is_over,
)
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def alert(engine: Engine, subscription: Record) -> None:
    """Tell that it is about to run, once for each run."""
    if subscription["status"] == ACTIVE:
        due = subscription["next_run_at"]
        engine.rewrite(TYPE, subscription["id"], {"alerted_of": due})
        engine.fire(TYPE, subscription["id"], "renewal")


def run(engine: Engine, subscription: Record) -> None:
    """Make an order, as the source order was."""
    if subscription["status"] != ACTIVE:
        return
    if is_over(subscription):
        # It came as it is, past the rule that ends it.
        engine.change(TYPE, subscription["id"], {"_deactivate": True})
        return
    engine.change(TYPE, subscription["id"], {"status": RUNNING})
    _end(engine, subscription, succeeded=copy_order(engine, _factory(engine, subscription)))


def fail(engine: Engine, subscription: Record) -> None:
    """Note a run that did not come about."""
    if subscription["status"] == ACTIVE:
        _end(engine, subscription, succeeded=False)


def run_by_hand(engine: Engine, copy: Record) -> None:
    """Carry out a copy that somebody has asked for: its order is one of the subscription's."""
    if copy_order(engine, copy):
        subscription = engine.get(TYPE, copy["order_subscription"]) or {}
        counted = {"occurrencies": subscription["occurrencies"] + 1}
        engine.change(TYPE, subscription["id"], counted)


def _factory(engine: Engine, subscription: Record) -> Record:
    """Return a new copy for a run, which is carried out at once."""
    type_ = RECURRING if subscription["subscription_model"] else COPIES
    values = {
        "source_order": subscription["source_order"],
        "order_subscription": subscription["id"],
        "place_target_order": subscription["place_target_order"],
        "reuse_wallet": True,
    }
    made = engine.add(type_, values)
    engine.cancel(type_, made["id"], START)
    return made


def _end(engine: Engine, subscription: Record, *, succeeded: bool) -> None:
    """Note what came of a run; there is no other try before the next one is due."""
    due, now = parse_timestamp(subscription["next_run_at"] or ""), engine.clock.now()
    values: dict[str, Any] = {
        "status": ACTIVE,
        "succeeded_on_last_run": succeeded,
        "next_run_at": following(subscription, max(due or now, now)),
    }
    if succeeded:
        values["occurrencies"] = subscription["occurrencies"] + 1
        values["last_run_at"] = engine.clock.timestamp()
    else:
        values["errors_count"] = subscription["errors_count"] + 1
    engine.change(TYPE, subscription["id"], values)
    event = "last_run_succeeded" if succeeded else "last_run_failed"
    engine.fire(TYPE, subscription["id"], event)


JOBS = {RUN: run, ALERT: alert}
FAILURES = {RUN: fail}
