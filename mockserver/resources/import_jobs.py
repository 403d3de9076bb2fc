"""How an import is worked at: row by row, in steps (neighbours §37)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from mockserver.errors import Refusal
from mockserver.resources.background_jobs import (
    PENDING,
    RUNNING,
    STEP,
    Tally,
    begin,
    complete,
    give_up,
    proceed,
)
from mockserver.resources.behaviour import World
from mockserver.resources.import_columns import BASE, Rejected
from mockserver.resources.import_inputs import Row, rows_of
from mockserver.resources.import_keys import label, parent_of
from mockserver.resources.import_rows import Intake
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, members

TYPE, SWEEP = "imports", "sweep"
#: How many values in rows one step is about: large rows are fewer.
STEP_CELLS = 5_000
UNDELETED = "could not be deleted"

log = logging.getLogger(__name__)


def rows(world: World, record: Record) -> Sequence[Row]:
    """Return the rows of an import."""
    parts = world.files.parts(TYPE, record["id"])
    return rows_of(parts[0]["content"], parts[0]["format"]) if parts else []


def start(world: World, record: Record) -> None:
    """Begin with an import that waits."""
    if record["status"] == PENDING:
        begin(world, TYPE, record, {"attachment_url": record["id"]})


def untold(world: World) -> AbstractContextManager[None]:
    """Keep webhooks silent about what rows do, unless the organization wants it else (§16)."""
    return nullcontext() if world.setting("imports_trigger_webhooks") else world.quiet()


def process(world: World, record: Record) -> None:
    """Take in the next rows; too many errors end it (neighbours §37)."""
    if record["status"] != RUNNING:
        return
    all_rows, tally = rows(world, record), Tally.of(record, "inputs_size")
    intake = intake_of(world, record)
    stops = not (record["skip_errors"] or world.setting("imports_skip_errors"))
    with untold(world):
        for row in batch(all_rows[tally.done : tally.done + STEP]):
            take(intake, row, tally)
            if stops and tally.is_excessive:
                break
    world.change(TYPE, record["id"], tally.values())
    if stops and tally.is_excessive:
        give_up(world, TYPE, record)
    elif tally.done < tally.total:
        proceed(world, TYPE, record)
    elif record["cleanup_records"]:
        proceed(world, TYPE, record, SWEEP)
    else:
        complete(world, TYPE, record)


def batch(found: Sequence[Row]) -> Iterator[Row]:
    """Yield the first rows, and no more than have so many values: what is longer goes on later."""
    cells = 0
    for row in found:
        yield row
        cells += members(row)
        if cells >= STEP_CELLS:
            break


def take(intake: Intake, row: Row, tally: Tally) -> None:
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


def intake_of(world: World, record: Record) -> Intake:
    """Return what takes in the rows of an import."""
    return Intake(world, record["resource_type"], record["parent_resource_id"])


def sweep(world: World, record: Record) -> None:
    """Delete what is not among the rows, within the parent if there is one."""
    if record["status"] != RUNNING:
        return
    intake, type_ = intake_of(world, record), record["resource_type"]
    kept = {found["id"] for row in rows(world, record) if (found := intake.key.meant(row))}
    parent, parent_id = parent_of(world.registry[type_]), record["parent_resource_id"]
    within = Compare(parent, "eq", parent_id) if parent and parent_id else EVERYTHING
    others = [other for other in world.find(type_, within) if other["id"] not in kept]
    # Those that could not be deleted are the first of those that are left.
    left = others[record["warnings_count"] :]
    undeleted = [other for other in left[:STEP] if not removed(world, type_, other["id"])]
    names = [label(world.registry[type_], other) for other in undeleted]
    values = {
        "destroyed_count": record["destroyed_count"] + len(left[:STEP]) - len(undeleted),
        "warnings_count": record["warnings_count"] + len(undeleted),
        "warnings_log": {**record["warnings_log"], **{name: [UNDELETED] for name in names}},
    }
    world.change(TYPE, record["id"], values)
    if len(left) > STEP:
        proceed(world, TYPE, record, SWEEP)
    else:
        complete(world, TYPE, record)


def removed(world: World, type_: str, id_: str) -> bool:
    """Delete a record, unless something holds it back; say whether it is gone."""
    try:
        with world.transaction(), untold(world):
            world.remove(type_, id_)
    except Refusal:
        return False
    return True
