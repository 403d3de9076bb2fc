"""The states of subscriptions, and when they run next (commerce.md §19.3, §19.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import parse_timestamp, timestamp
from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.schema.protocols import Change
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record

TYPE = "order_subscriptions"
DRAFT, INACTIVE, ACTIVE, RUNNING, CANCELLED = STATUSES = (
    "draft",
    "inactive",
    "active",
    "running",
    "cancelled",
)
#: The jobs of a subscription that is active.
RUN, ALERT = "run", "alert"
#: Of moments as they are stored.
INSTANT = timedelta(milliseconds=1)
#: The hours before a run in which the renewal alert may come.
ALERT_HOURS = (1, 720)


# --- what moves it --------------------------------------------------------------------------------


def _activated(change: Change, _: Any) -> None:
    """Set when it starts, unless that is known, and when it runs next, unless that is sent."""
    record, before, now = change.record, change.before or {}, change.engine.clock.now()
    record["starts_at"] = record.get("starts_at") or timestamp(now)
    if record.get("next_run_at") == before.get("next_run_at"):
        record["next_run_at"] = _first_due(record, now)


def _first_due(record: Record, now: datetime) -> str | None:
    """Return the first date that is due from now on; the source order was the first one."""
    start = parse_timestamp(record["starts_at"]) or now
    just_before = now - INSTANT
    if record.get("activate_by_source_order"):
        just_before = max(just_before, start)
    return following(record, just_before)


def following(record: Record, moment: datetime) -> str | None:
    """Return the first date after a moment on which a subscription is due."""
    anchor = parse_timestamp(record.get("counted_from") or record["starts_at"])
    due = next_run(record.get("frequency") or "", anchor or moment, moment)
    return timestamp(due) if due else None


ACTIVATE = Transition(ACTIVE, (DRAFT, INACTIVE), event="activate", then=_activated)
DEACTIVATE = Transition(INACTIVE, (ACTIVE,), event="deactivate")
CANCEL = Transition(
    CANCELLED, (DRAFT, INACTIVE, ACTIVE), event="cancel", sets={"next_run_at": None}
)


def set_next_run(change: Change, moment: str | None) -> None:
    """Have it run next at another moment, in the future."""
    is_said = not change.access.is_service and moment != change.record.get("next_run_at")
    if is_said and (moment is None or moment <= change.engine.clock.timestamp()):
        change.invalid("next_run_at", "invalid", value=moment)
    change.record["next_run_at"] = moment


# --- what follows ---------------------------------------------------------------------------------


def follow_frequency(change: Change) -> None:
    """Count from the last run when it is to run more or less often than before."""
    record, before = change.record, change.before
    if before is None or record["frequency"] == before["frequency"] or change.is_refused:
        return
    record["counted_from"] = record["last_run_at"] or record["starts_at"]
    if record["status"] == ACTIVE and "next_run_at" not in change.sent:
        record["next_run_at"] = following(record, change.engine.clock.now())


def end_in_time(change: Change) -> None:
    """Deactivate it when it is not to run any more: there is no state of its own for that."""
    record = change.record
    end, due = record["expires_at"], record["next_run_at"]
    if record["status"] == ACTIVE and end and due and end <= due:
        record["status"] = INACTIVE
        change.fire("deactivate")


def keep_time(change: Change) -> None:
    """Have it run, and have that told of before, when it is due."""
    record, before = change.record, change.before or {}
    names = ("status", "next_run_at", "renewal_alert_period")
    if any(record[name] != before.get(name) for name in names):
        change.after(lambda: _plan(change))


def _plan(change: Change) -> None:
    engine, record = change.engine, change.record
    for job in (RUN, ALERT):
        engine.cancel(TYPE, record["id"], job)
    due = parse_timestamp(record["next_run_at"] or "")
    if record["status"] != ACTIVE or due is None:
        return
    engine.schedule_at(TYPE, record["id"], RUN, due)
    if record.get("alerted_of") != record["next_run_at"]:
        hours = timedelta(hours=record["renewal_alert_period"] or ALERT_HOURS[0])
        engine.schedule_at(TYPE, record["id"], ALERT, due - hours)
