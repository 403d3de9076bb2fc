"""Exports: many records at once, as a file, in the background (contract: neighbours.md §38)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.transfers.background_jobs import (
    INTERRUPTED,
    MAXIMUM_RECORDS,
    PENDING,
    PROCESS,
    RUNNING,
    START,
    STATUSES,
    TOPICS,
    attachment,
    interruption,
    proceed,
    queued,
    selection,
    supporting,
)
from mockserver.commerce.transfers.export_jobs import FAILED, TYPE, process, start, time_out
from mockserver.commerce.transfers.export_plans import Plan, Unknown
from mockserver.commerce.transfers.import_inputs import FORMATS, JSON
from mockserver.schema.protocols import Change
from mockserver.schema.transitions import Transition
from mockserver.schema.validations import Inclusion
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

SUPPORTED = frozenset(
    {
        *("addresses", "authorizations", "bundles", "captures", "coupons"),
        *("customer_addresses", "customer_payment_sources", "customer_subscriptions", "customers"),
        *("gift_cards", "line_items", "line_item_options", "orders", "payment_methods"),
        *("price_tiers", "prices", "refunds", "returns", "shipments", "shipping_categories"),
        *("shipping_methods", "sku_lists", "sku_list_items", "sku_options", "skus"),
        *("stock_items", "stock_transfers", "tags", "tax_categories", "transactions", "voids"),
    }
)


def countable(change: Change) -> None:
    """Count the records when an export is made: none, or too many, and there is no export."""
    if change.before is not None:
        return
    condition = selection(change)
    if condition is None:
        return
    count = change.engine.count(change.record["resource_type"], condition)
    change.record["records_count"] = count
    if count == 0:
        change.invalid("records_count", "greater_than", value=0, count=0)
    if count > MAXIMUM_RECORDS:
        rule = "less_than_or_equal_to"
        change.invalid("records_count", rule, value=count, count=MAXIMUM_RECORDS)


def printable(change: Change) -> None:
    """Check that the includes and fields lead to something."""
    record, known = change.record, change.engine.registry
    if change.before is not None or record["resource_type"] not in known:
        return
    for name in ("includes", "fields"):
        asked = {"includes": (), "fields": (), name: record[name] or ()}
        try:
            Plan.of(known, record["resource_type"], asked["includes"], asked["fields"])
        except Unknown as unknown:
            change.invalid(name, "invalid", value=unknown.args[0])


def progress(record: Record) -> float:
    """Return how many percent are done."""
    total, done = record["records_count"] or 0, record["processed_count"]
    return round(100 * done / total, 2) if total else 0.0


def begin_again(change: Change, _: Any) -> None:
    """Forget the beginning of a file and have the first step done."""
    engine, record = change.engine, change.record
    change.after(lambda: engine.files.drop(TYPE, record["id"]))
    change.after(lambda: proceed(engine, TYPE, record))


RESTART = Transition(
    RUNNING,
    (INTERRUPTED,),
    stamp="started_at",
    event=START,
    sets={"processed_count": 0, "interrupted_at": None},
    then=begin_again,
)


class Export(Resource, type_=TYPE):
    """Records that become a file."""

    topics: ClassVar = TOPICS
    checks: ClassVar = (supporting(SUPPORTED), countable, printable, queued(TYPE))
    jobs: ClassVar = {START: start, PROCESS: process}
    failures: ClassVar = dict.fromkeys((START, PROCESS), time_out)
    extra_filters: ClassVar = dict.fromkeys(
        ("estimated_completion_at_from", "estimated_completion_at_to"), "estimated_completion_at"
    )

    resource_type = attribute("string", "CRfs", required=True)
    format = attribute("string", "CRfs", initial=JSON, validate=Inclusion(FORMATS))
    status = attribute("string", "Rfs", initial=PENDING, enum=(*STATUSES, FAILED))
    includes = attribute("array", "CR", initial=lambda _: [])
    chosen_by = named(
        fields=attribute("array", "CR", initial=lambda _: []),
        filters=attribute("object", "CR", initial=lambda _: {}),
    )
    dry_data = attribute("boolean", "CR", initial=False)
    jwt_filters = attribute("boolean", "CR", initial=False)
    started_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    estimated_completion_at = attribute("datetime", "R", predicates=("gteq", "lteq"))
    interrupted_at = attribute("datetime", "Rfs")
    records_count = attribute("integer", "Rfs", initial=0)
    processed_count = attribute("integer", "Rfs", initial=0)
    progress = attribute("float", "R", derive=progress)
    attachment_url = attribute(
        "string", "Rfs", stored=True, derive_from=attachment(TYPE), secret=True
    )
    errors_log = attribute("object", "Rf", initial=lambda _: {})
    _start = trigger(RESTART)
    base = base_attributes(named(_interrupt=trigger(interruption(TYPE))))

    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
