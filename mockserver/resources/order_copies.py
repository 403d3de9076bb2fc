"""Order copies (contract: commerce.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class OrderCopy(Resource, type_="order_copies"):
    """An order made from another one."""

    family: ClassVar = "order_factories"
    topics: ClassVar = ("create", "start", "complete", "fail", "destroy")

    type = kind(("order_copies", "recurring_order_copies"))
    status = attribute(
        "string",
        "Rfs",
        initial="pending",
        enum=("pending", "in_progress", "aborted", "failed", "completed"),
    )
    started_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    failed_at = attribute("datetime", "Rfs")
    errors_log = attribute("object", "R", initial=lambda _: {})
    errors_count = attribute("integer", "Rfs", initial=0)
    place_target_order = attribute("boolean", "CR", initial=False)
    reuse_wallet = attribute("boolean", "CR", initial=False)
    base = base_attributes()
    cancel_source_order = attribute("boolean", "CR", initial=False)
    apply_promotions = attribute("boolean", "CR", initial=False)
    skip_errors = attribute("boolean", "CR", initial=False)
    ignore_invalid_coupon = attribute("boolean", "CR", initial=False)

    source_order = to_one("orders", "Cf", required=True, on_delete="cascade")
    target_order = to_one("orders", "f")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    order_subscription = to_one("order_subscriptions", "s")
