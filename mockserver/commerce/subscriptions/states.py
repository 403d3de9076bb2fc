"""The states of subscriptions, and when they run next (commerce.md §19.3, §19.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import parse_timestamp, timestamp
from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.schema.protocols import Change, Due
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


def is_over(record: Record) -> bool:
    """Say whether a subscription ends before it would run next."""
    end, due = record["expires_at"], record["next_run_at"]
    return bool(end and due and end <= due)


def end_in_time(change: Change) -> None:
    """Deactivate it when it is not to run any more: there is no state of its own for that."""
    record = change.record
    if record["status"] == ACTIVE and is_over(record):
        record["status"] = INACTIVE
        change.fire("deactivate")


def _runs_at(record: Record, _: datetime) -> datetime | None:
    return parse_timestamp(record["next_run_at"] or "") if record["status"] == ACTIVE else None


def _alerts_at(record: Record, now: datetime) -> datetime | None:
    """Return when the next run is told of before, which is done once for each run."""
    due = _runs_at(record, now)
    if due is None or record.get("alerted_of") == record["next_run_at"]:
        return None
    return due - timedelta(hours=record["renewal_alert_period"] or ALERT_HOURS[0])


DUE: Mapping[str, Due] = {RUN: _runs_at, ALERT: _alerts_at}
