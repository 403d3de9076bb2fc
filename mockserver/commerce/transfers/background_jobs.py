"""Background jobs: imports, exports and cleanups wait, are worked at in steps, and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any

from mockserver.errors import Refusal
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Change, Check, DeriveFrom, Engine, View
from mockserver.schema.transitions import Transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, Condition

PENDING, RUNNING, INTERRUPTED, COMPLETED = "pending", "in_progress", "interrupted", "completed"
STATUSES = (PENDING, RUNNING, INTERRUPTED, COMPLETED)
OPEN = (PENDING, RUNNING)
TOPICS = ("create", "start", "complete", "interrupt", "destroy")
START, PROCESS = "start", "process"
#: How many records an export or a cleanup is of at most (neighbours.md §38, §39).
MAXIMUM_RECORDS = 10_000
#: How many rows or records one step is about: between steps, requests get in.
STEP = 250
#: The part of errors above which the service gives up (neighbours.md §37).
TOLERATED = 0.1

Log = dict[str, Any]
Messages = Mapping[str, list[str]]


# --- how one begins ------------------------------------------------------------------------------


def supporting(types: frozenset[str]) -> Check:
    """Return the check that the resource type is one of these, and declared here."""

    def check(change: Change) -> None:
        type_ = change.record["resource_type"]
        known = type_ in types and type_ in change.engine.registry
        if change.before is None and type_ and not known:
            change.invalid("resource_type", "inclusion", value=type_)

    return check


def queued(own_type: str) -> Check:
    """Return the check that puts a new record in the queue, and one that begins again.

    A full queue takes neither; a new one begins by itself.
    """

    def check(change: Change) -> None:
        engine, record, before = change.engine, change.record, change.before or {}
        if record["status"] not in OPEN or before.get("status") in OPEN:
            return
        limit = engine.setting(f"{own_type}_max_concurrent_count")
        if engine.count(own_type, Compare("status", "in", frozenset(OPEN))) >= limit:
            change.invalid(None, "too_many_jobs", count=limit)
        if change.before is None:
            delay = engine.delay("job_delay")
            change.after(lambda: engine.schedule(own_type, record["id"], START, delay))

    return check


def selection(change: Change) -> Condition | None:
    """Return the condition of the filters of a new record, if these can be read."""
    resource_type, filters = change.record["resource_type"], change.record["filters"]
    if resource_type not in change.engine.registry:
        return None
    try:
        return change.engine.matching(resource_type, filters or {})
    except Refusal as refused:
        if refused.errors[0]["code"] == "BAD_REQUEST":
            # Too much of it, which is said in words, and not sent back.
            raise
        change.invalid("filters", "invalid", value=filters)
        return None


def selected(engine: Engine, record: Record) -> Condition:
    """Return the condition of the filters of a record."""
    filters = record["filters"]
    return engine.matching(record["resource_type"], filters) if filters else EVERYTHING


# --- how it goes on ------------------------------------------------------------------------------


def begin(engine: Engine, type_: str, record: Record, values: Mapping[str, Any]) -> None:
    """Move a record that waits to ``in_progress`` and have its first step done."""
    moved = {"status": RUNNING, "started_at": engine.clock.timestamp(), **values}
    engine.change(type_, record["id"], moved)
    engine.fire(type_, record["id"], START)
    proceed(engine, type_, record)


def proceed(engine: Engine, type_: str, record: Record, job: str = PROCESS) -> None:
    """Have the next step done, after the time that a step takes."""
    engine.schedule(type_, record["id"], job, step_time(engine))


def step_time(engine: Engine) -> timedelta:
    """Return how long a step takes: no time, where nothing waits to begin either."""
    return engine.delay("job_duration") if engine.delay("job_delay") else timedelta()


def complete(engine: Engine, type_: str, record: Record, **values: Any) -> None:
    """Move a record to ``completed``."""
    moved = {"status": COMPLETED, "completed_at": engine.clock.timestamp(), **values}
    engine.change(type_, record["id"], moved)
    engine.fire(type_, record["id"], "complete")


def give_up(engine: Engine, type_: str, record: Record) -> None:
    """Move a record with too many errors to ``interrupted``."""
    moved = {"status": INTERRUPTED, "interrupted_at": engine.clock.timestamp()}
    engine.change(type_, record["id"], moved)
    engine.fire(type_, record["id"], "interrupt")


def interruption(type_: str) -> Transition:
    """Return the effect of ``_interrupt`` on records of a type."""

    def call_off(change: Change, _: Any) -> None:
        engine, id_ = change.engine, change.record["id"]
        for job in change.engine.registry[type_].jobs:
            change.after(lambda job=job: engine.cancel(type_, id_, job))  # type: ignore[misc]

    return Transition(INTERRUPTED, OPEN, stamp="interrupted_at", event="interrupt", then=call_off)


def attachment(type_: str) -> DeriveFrom:
    """Return the derivation of the URL of a record's file, good for five minutes from now.

    What is stored is only that there is one.
    """

    def url(record: Record, view: View) -> str | None:
        if record["attachment_url"] is None:
            return None
        return view.base_url + view.engine.files.signed_path(type_, record["id"])

    return url


# --- how it is counted ---------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """Counts of the rows or records so far, and their errors.

    Attributes:
        total: how many there are.
        processed: how many went well.
        errors: how many did not.
        log: why, by what each is known by.
    """

    total: int
    processed: int = 0
    errors: int = 0
    log: Log = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record, total: str) -> Tally:
        """Return how far a record is, whose total is in this field."""
        counts = (record[total], record["processed_count"], record["errors_count"])
        return cls(*counts, log=dict(record["errors_log"]))

    @property
    def done(self) -> int:
        """How many have been looked at."""
        return self.processed + self.errors

    @property
    def is_excessive(self) -> bool:
        """Whether there are too many errors to go on."""
        return self.errors > self.total * TOLERATED

    def refuse(self, key: str, messages: Messages) -> None:
        """Note an error."""
        self.errors += 1
        known = self.log.setdefault(key, {})
        for name, texts in messages.items():
            known[name] = list(dict.fromkeys([*known.get(name, ()), *texts]))

    def values(self) -> dict[str, Any]:
        """Return the fields of a record that say this."""
        return {
            "processed_count": self.processed,
            "errors_count": self.errors,
            "errors_log": self.log,
        }
