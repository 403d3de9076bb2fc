"""How an export is worked at: record by record, in steps, into a file (neighbours §38)."""

from __future__ import annotations

import logging
from datetime import timedelta

from mockserver.clock import timestamp
from mockserver.resources.background_jobs import (
    MAXIMUM_RECORDS,
    PENDING,
    RUNNING,
    STEP,
    begin,
    complete,
    proceed,
    selected,
    step_time,
)
from mockserver.resources.behaviour import World
from mockserver.resources.export_plans import Plan, Printer
from mockserver.resources.import_inputs import JSON
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, both

TYPE, FAILED = "exports", "failed"

log = logging.getLogger(__name__)


class TooMany(RuntimeError):  # noqa: N818 - what the records are
    """There are more records than an export can hold."""


class TooSlow(RuntimeError):  # noqa: N818 - what the query is
    """An export takes longer than it may."""


def start(world: World, record: Record) -> None:
    """Begin with an export that waits."""
    if record["status"] == PENDING:
        begin(world, TYPE, record, {"estimated_completion_at": estimate(world, record)})


def process(world: World, record: Record) -> None:
    """Add the next records to the file; what goes wrong fails the export."""
    if record["status"] != RUNNING:
        return
    try:
        with world.transaction():
            _process(world, record)
    except Exception as error:
        if not isinstance(error, TooMany):
            log.exception("An export failed.")
        fail(world, record, error)


def _process(world: World, record: Record) -> None:
    id_, format_ = record["id"], record["format"] or JSON
    parts = world.files.parts(TYPE, id_)
    last = parts[-1]["until"] if parts else 0
    condition = both(selected(world, record), Compare(SERIAL, "gt", last))
    found = world.page(record["resource_type"], condition, STEP)
    processed = record["processed_count"] + len(found)
    if processed > MAXIMUM_RECORDS:
        message = f"more than {MAXIMUM_RECORDS} records"
        raise TooMany(message)
    printer = printer_of(world, record)
    text = printer.text(found, format_, first=not parts)
    is_last = len(found) < STEP
    until = found[-1][SERIAL] if found else last
    world.files.append(TYPE, id_, format_, text + printer.end(format_) * is_last, until)
    # Records may have come or gone since they were counted.
    total = processed if is_last else max(processed, record["records_count"])
    counts = {"processed_count": processed, "records_count": total}
    if is_last:
        complete(world, TYPE, record, **counts, attachment_url=id_)
        return
    told = {**counts, "estimated_completion_at": estimate(world, {**record, **counts})}
    world.change(TYPE, id_, told)
    proceed(world, TYPE, record)


def printer_of(world: World, record: Record) -> Printer:
    """Return what prints the records of an export."""
    type_ = record["resource_type"]
    plan = Plan.of(world.registry, type_, record["includes"] or (), record["fields"] or ())
    return Printer(world, type_, plan, dry=bool(record["dry_data"]))


def estimate(world: World, record: Record) -> str:
    """Return when an export will be done, so many steps from now."""
    left = record["records_count"] - record["processed_count"]
    steps = left // STEP + 1
    span: timedelta = step_time(world) * steps
    return timestamp(world.clock.now() + span)


def time_out(world: World, record: Record) -> None:
    """Fail as the real service does now and then; a tester may ask for it."""
    fail(world, record, TooSlow("query timeout"))


def fail(world: World, record: Record, error: Exception) -> None:
    """Move an export to ``failed``; no event tells of that (customers §16)."""
    name = "RuntimeError" if isinstance(error, RuntimeError) else type(error).__name__
    world.change(TYPE, record["id"], {"status": FAILED, "errors_log": {name: str(error)}})
