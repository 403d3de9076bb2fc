"""Imports: many records at once, row by row, in the background (contract: neighbours.md §37)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from mockserver.commerce.transfers.background_jobs import (
    OPEN,
    PENDING,
    PROCESS,
    START,
    STATUSES,
    TOPICS,
    attachment,
    interruption,
    queued,
    supporting,
)
from mockserver.commerce.transfers.import_inputs import (
    FORMATS,
    JSON,
    MAXIMUM_ROWS,
    Row,
    UnreadableInputs,
    require_bearable,
    rows_of,
    text_of,
)
from mockserver.commerce.transfers.import_jobs import SWEEP, TYPE, process, rows, start, sweep
from mockserver.schema.casting import rows_or_text
from mockserver.schema.protocols import Change, View
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
        "addresses",
        *("bundles", "coupons"),
        *("customer_addresses", "customer_payment_sources", "customer_subscriptions", "customers"),
        *("gift_cards", "line_items", "line_item_options", "orders", "price_tiers", "prices"),
        *("shipping_categories", "sku_lists", "sku_list_items", "sku_options", "skus"),
        *("stock_items", "stock_transfers", "tags", "tax_categories"),
    }
)


def keep_inputs(change: Change, inputs: Any) -> None:
    """Keep the rows as the file of the import."""
    record, engine = change.record, change.engine
    format_ = record["format"] or JSON
    if format_ not in FORMATS or inputs is None:
        return
    try:
        text = text_of(inputs, format_)
        found = rows_of(text, format_)
    except UnreadableInputs:
        change.invalid("inputs", "invalid")
        return
    size = len(found)
    if size == 0:
        change.invalid("inputs", "blank")
    if size > MAXIMUM_ROWS:
        change.invalid("inputs", "too_long", count=MAXIMUM_ROWS)
    else:
        require_bearable(found)
    record["inputs_size"] = size
    change.after(lambda: engine.files.append(TYPE, record["id"], format_, text))


def inputs_waiting(record: Record, view: View) -> Sequence[Row] | None:
    """Return the rows until the import is done: they are no data of the record (transient)."""
    return rows(view.engine, record) if record["status"] in OPEN else None


class Import(Resource, type_=TYPE):
    """Rows that become records, or change them."""

    cacheable: ClassVar = True
    sample: ClassVar = ("inputs",)
    topics: ClassVar = TOPICS
    checks: ClassVar = (supporting(SUPPORTED), queued(TYPE))
    jobs: ClassVar = {START: start, PROCESS: process, SWEEP: sweep}

    resource_type = attribute("string", "CRfs", required=True, example="customers")
    format = attribute("string", "CRfs", initial=JSON, validate=Inclusion(FORMATS))
    parent_resource_id = attribute("string", "CRfs")
    status = attribute("string", "Rfs", initial=PENDING, enum=STATUSES)
    started_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    interrupted_at = attribute("datetime", "Rfs")
    inputs = attribute(
        "array",
        "CR",
        required=True,
        caster=rows_or_text,
        effect=keep_inputs,
        derive_from=inputs_waiting,
        example=[{"email": "a@example.com"}],
    )
    inputs_size = attribute("integer", "Rfs")
    errors_count = attribute("integer", "Rfs", initial=0)
    warnings_count = attribute("integer", "Rfs", initial=0)
    destroyed_count = attribute("integer", "Rfs", initial=0, deprecated=True)
    processed_count = attribute("integer", "Rfs", initial=0)
    errors_log = attribute("object", "Rf", initial=lambda _: {})
    warnings_log = attribute("object", "Rf", initial=lambda _: {})
    cleanup_records = attribute("boolean", "CR", initial=False, deprecated=True)
    skip_errors = attribute("boolean", "CR", initial=False)
    attachment_url = attribute(
        "string", "Rfs", stored=True, derive_from=attachment(TYPE), secret=True
    )
    base = base_attributes(named(_interrupt=trigger(interruption(TYPE))))

    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
