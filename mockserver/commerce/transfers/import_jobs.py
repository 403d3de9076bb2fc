"""How an import is worked at: row by row, in steps (neighbours.md §37)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from mockserver.commerce.transfers.background_jobs import (
    PENDING,
    RUNNING,
    STEP,
    Tally,
    begin,
    complete,
    give_up,
    proceed,
)
from mockserver.commerce.transfers.import_columns import BASE, Rejected
from mockserver.commerce.transfers.import_inputs import Row, rows_of
from mockserver.commerce.transfers.import_keys import label, parent_of
from mockserver.commerce.transfers.import_rows import RowImporter
from mockserver.errors import Refusal
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, members

TYPE, SWEEP = "imports", "sweep"
#: How many values in rows one step is about: large rows are fewer.
STEP_CELLS = 5_000
UNDELETED = "could not be deleted"

log = logging.getLogger(__name__)


def rows(engine: Engine, record: Record) -> Sequence[Row]:
    """Return the rows of an import."""
    parts = engine.files.parts(TYPE, record["id"])
    return rows_of(parts[0]["content"], parts[0]["format"]) if parts else []


def start(engine: Engine, record: Record) -> None:
    """Begin with an import that waits."""
    if record["status"] == PENDING:
        begin(engine, TYPE, record, {"attachment_url": record["id"]})


def muted(engine: Engine) -> AbstractContextManager[object]:
    """Do all or nothing; webhooks hear nothing of it, unless the organization wants that.

    customers.md §16.
    """
    return engine.transaction(mutes_events=not engine.setting("imports_trigger_webhooks"))


def process(engine: Engine, record: Record) -> None:
    """Take in the next rows; too many errors end it (neighbours.md §37)."""
    if record["status"] != RUNNING:
        return
    all_rows, tally = rows(engine, record), Tally.of(record, "inputs_size")
    intake = intake_of(engine, record)
    stops = not (record["skip_errors"] or engine.setting("imports_skip_errors"))
    with muted(engine):
        for row in batch(all_rows[tally.done : tally.done + STEP]):
            take(intake, row, tally)
            if stops and tally.is_excessive:
                break
    engine.change(TYPE, record["id"], tally.values())
    if stops and tally.is_excessive:
        give_up(engine, TYPE, record)
    elif tally.done < tally.total:
        proceed(engine, TYPE, record)
    elif record["cleanup_records"]:
        proceed(engine, TYPE, record, SWEEP)
    else:
        complete(engine, TYPE, record)


def batch(found: Sequence[Row]) -> Iterator[Row]:
    """Yield the first rows, and no more than have so many values: what is longer goes on later."""
    cells = 0
    for row in found:
        yield row
        cells += members(row)
        if cells >= STEP_CELLS:
            break


def take(intake: RowImporter, row: Row, tally: Tally) -> None:
    """Take one row in, or note why not; no row stops another."""
    try:
        intake.take(row)
    except Rejected as rejected:
        tally.refuse(intake.label(row, tally.done + 1), rejected.messages)
    except Exception as error:
        log.exception("A row of an import failed.")
        tally.refuse(intake.label(row, tally.done + 1), {BASE: [str(error)]})
    else:
        tally.processed += 1


def intake_of(engine: Engine, record: Record) -> RowImporter:
    """Return the importer of the rows of an import."""
    return RowImporter(engine, record["resource_type"], record["parent_resource_id"])


def sweep(engine: Engine, record: Record) -> None:
    """Delete what is not among the rows, within the parent if there is one."""
    if record["status"] != RUNNING:
        return
    intake, type_ = intake_of(engine, record), record["resource_type"]
    kept = {found["id"] for row in rows(engine, record) if (found := intake.key.meant(row))}
    parent, parent_id = parent_of(engine.registry[type_]), record["parent_resource_id"]
    within = Compare(parent, "eq", parent_id) if parent and parent_id else EVERYTHING
    others = [other for other in engine.find(type_, within) if other["id"] not in kept]
    # Those that could not be deleted are the first of those that are left.
    left = others[record["warnings_count"] :]
    undeleted = [other for other in left[:STEP] if not removed(engine, type_, other["id"])]
    names = [label(engine.registry[type_], other) for other in undeleted]
    values = {
        "destroyed_count": record["destroyed_count"] + len(left[:STEP]) - len(undeleted),
        "warnings_count": record["warnings_count"] + len(undeleted),
        "warnings_log": {**record["warnings_log"], **{name: [UNDELETED] for name in names}},
    }
    engine.change(TYPE, record["id"], values)
    if len(left) > STEP:
        proceed(engine, TYPE, record, SWEEP)
    else:
        complete(engine, TYPE, record)


def removed(engine: Engine, type_: str, id_: str) -> bool:
    """Delete a record, unless something holds it back; say whether it is gone."""
    try:
        with muted(engine):
            engine.remove(type_, id_)
    except Refusal:
        return False
    return True
