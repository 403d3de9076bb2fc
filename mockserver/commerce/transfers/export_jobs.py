"""How an export is worked at: record by record, in steps, into a file (neighbours.md §38)."""

from __future__ import annotations

import logging
from datetime import timedelta

from mockserver.clock import timestamp
from mockserver.commerce.transfers.background_jobs import (
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
from mockserver.commerce.transfers.export_plans import Plan, Printer
from mockserver.commerce.transfers.import_inputs import JSON
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, both

TYPE, FAILED = "exports", "failed"

log = logging.getLogger(__name__)


class TooMany(RuntimeError):  # noqa: N818 - what the records are
    """There are more records than an export can hold."""


class TooSlow(RuntimeError):  # noqa: N818 - what the query is
    """An export takes longer than it may."""


def start(engine: Engine, record: Record) -> None:
    """Begin with an export that waits."""
    if record["status"] == PENDING:
        begin(engine, TYPE, record, {"estimated_completion_at": estimate(engine, record)})


def process(engine: Engine, record: Record) -> None:
    """Add the next records to the file; what goes wrong fails the export."""
    if record["status"] != RUNNING:
        return
    try:
        with engine.transaction():
            _process(engine, record)
    except Exception as error:
        if not isinstance(error, TooMany):
            log.exception("An export failed.")
        fail(engine, record, error)


def _process(engine: Engine, record: Record) -> None:
    id_, format_ = record["id"], record["format"] or JSON
    parts = engine.files.parts(TYPE, id_)
    last = parts[-1]["until"] if parts else 0
    condition = both(selected(engine, record), Compare(SERIAL, "gt", last))
    found = engine.page(record["resource_type"], condition, STEP)
    processed = record["processed_count"] + len(found)
    if processed > MAXIMUM_RECORDS:
        message = f"more than {MAXIMUM_RECORDS} records"
        raise TooMany(message)
    printer = printer_of(engine, record)
    text = printer.text(found, format_, first=not parts)
    is_last = len(found) < STEP
    until = found[-1][SERIAL] if found else last
    engine.files.append(TYPE, id_, format_, text + printer.end(format_) * is_last, until)
    # Records may have come or gone since they were counted.
    total = processed if is_last else max(processed, record["records_count"])
    counts = {"processed_count": processed, "records_count": total}
    if is_last:
        complete(engine, TYPE, record, **counts, attachment_url=id_)
        return
    told = {**counts, "estimated_completion_at": estimate(engine, {**record, **counts})}
    engine.change(TYPE, id_, told)
    proceed(engine, TYPE, record)


def printer_of(engine: Engine, record: Record) -> Printer:
    """Return the printer of an export."""
    type_ = record["resource_type"]
    plan = Plan.of(engine.registry, type_, record["includes"] or (), record["fields"] or ())
    return Printer(engine, type_, plan, dry=bool(record["dry_data"]))


def estimate(engine: Engine, record: Record) -> str:
    """Return when an export will be done, so many steps from now."""
    left = record["records_count"] - record["processed_count"]
    steps = left // STEP + 1
    span: timedelta = step_time(engine) * steps
    return timestamp(engine.clock.now() + span)


def time_out(engine: Engine, record: Record) -> None:
    """Fail as the real service does now and then; a tester may ask for it."""
    fail(engine, record, TooSlow("query timeout"))


def fail(engine: Engine, record: Record, error: Exception) -> None:
    """Move an export to ``failed``; no event tells of that (customers.md §16)."""
    name = "RuntimeError" if isinstance(error, RuntimeError) else type(error).__name__
    engine.change(TYPE, record["id"], {"status": FAILED, "errors_log": {name: str(error)}})
