"""Cleanups: many records deleted at once, in the background (contract: neighbours.md §39)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.transfers.background_jobs import (
    MAXIMUM_RECORDS,
    PENDING,
    PROCESS,
    RUNNING,
    START,
    STATUSES,
    STEP,
    TOPICS,
    Tally,
    begin,
    complete,
    give_up,
    interruption,
    proceed,
    queued,
    selected,
    selection,
    supporting,
)
from mockserver.commerce.transfers.import_columns import messages_of
from mockserver.commerce.transfers.import_keys import label
from mockserver.errors import Refusal
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    to_many,
    trigger,
)
from mockserver.storage.base import Record

TYPE = "cleanups"
SUPPORTED = frozenset(
    {
        *("bundles", "gift_cards", "prices", "promotions", "sku_lists", "sku_options", "skus"),
        "stock_items",
    }
)


def countable(change: Change) -> None:
    """Count the records when a cleanup is made: too many, and there is none."""
    condition = selection(change) if change.before is None else None
    if condition is None:
        return
    count = change.engine.count(change.record["resource_type"], condition)
    change.record["records_count"] = count
    if count > MAXIMUM_RECORDS:
        rule = "less_than_or_equal_to"
        change.invalid("records_count", rule, value=count, count=MAXIMUM_RECORDS)


def start(engine: Engine, record: Record) -> None:
    """Begin with a cleanup that waits."""
    if record["status"] == PENDING:
        begin(engine, TYPE, record, {})


def process(engine: Engine, record: Record) -> None:
    """Delete the next records; too many that cannot be deleted end it."""
    if record["status"] != RUNNING:
        return
    type_, tally = record["resource_type"], Tally.of(record, "records_count")
    # Those that could not be deleted are the first of those that are left.
    found = engine.page(type_, selected(engine, record), STEP, offset=tally.errors)
    for each in found:
        try:
            with engine.transaction():
                if engine.get(type_, each["id"]):
                    engine.remove(type_, each["id"])
        except Refusal as refused:
            tally.refuse(label(engine.registry[type_], each), messages_of(refused))
            if tally.is_excessive:
                break
        else:
            tally.processed += 1
    engine.change(TYPE, record["id"], tally.values())
    if tally.is_excessive:
        give_up(engine, TYPE, record)
    elif len(found) == STEP:
        proceed(engine, TYPE, record)
    else:
        complete(engine, TYPE, record)


class Cleanup(Resource, type_=TYPE):
    """Records of one type that go."""

    topics: ClassVar = TOPICS
    checks: ClassVar = (supporting(SUPPORTED), countable, queued(TYPE))
    jobs: ClassVar = {START: start, PROCESS: process}

    resource_type = attribute("string", "CRfs", required=True)
    status = attribute("string", "Rfs", initial=PENDING, enum=STATUSES)
    started_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    interrupted_at = attribute("datetime", "Rfs")
    chosen_by = named(filters=attribute("object", "CR", initial=lambda _: {}))
    records_count = attribute("integer", "Rfs", initial=0)
    errors_count = attribute("integer", "Rfs", initial=0)
    processed_count = attribute("integer", "Rfs", initial=0)
    errors_log = attribute("object", "Rf", initial=lambda _: {})
    base = base_attributes(named(_interrupt=trigger(interruption(TYPE))))

    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
