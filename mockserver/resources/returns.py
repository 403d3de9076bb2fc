"""Returns (contract: neighbours.md §11)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, of_order
from mockserver.commerce.returns.restocking import location_by_default, of_fulfilled_order
from mockserver.commerce.returns.source_orders import address_of_location, details_of_order
from mockserver.commerce.returns.steps import (
    APPROVE,
    ARCHIVE,
    CANCEL,
    RECEIVE,
    REFUND,
    REJECT,
    REQUEST,
    RESTOCK,
    SHIP,
    UNARCHIVE,
)
from mockserver.schema.amounts import money
from mockserver.schema.permits import Permit
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.conditions import Compare

#: What a guest may change; a logged customer follows its own returns to the end.
DRAFT = Compare("status", "eq", "draft")
OF_GUEST, OF_OWN = of_order(GUEST_ORDER), of_order(OWN_ORDER)


class Return(Resource, type_="returns"):
    """Pieces of one order that a customer sends back."""

    for_guests: ClassVar = Permit("CRU", readable=OF_GUEST, writable=DRAFT)
    for_customers: ClassVar = Permit("CRU", lists=True, readable=OF_OWN)

    topics: ClassVar = (
        "create",
        "request",
        "pending",
        "approve",
        "reject",
        "ship",
        "receive",
        "restock",
        "tagged",
        "destroy",
    )
    checks: ClassVar = (
        of_fulfilled_order,
        details_of_order,
        location_by_default,
        address_of_location,
        tag_limit,
    )

    number = attribute("string", "Rfs")
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=(
            "draft",
            "requested",
            "approved",
            "cancelled",
            "shipped",
            "rejected",
            "received",
            "refunded",
        ),
    )
    customer_email = attribute("string", "R", delegate="customer.email")
    skus_count = attribute("integer", "Rf", initial=0)
    approved_at = attribute("datetime", "Rfs")
    cancelled_at = attribute("datetime", "Rfs")
    shipped_at = attribute("datetime", "Rfs")
    rejected_at = attribute("datetime", "Rfs")
    received_at = attribute("datetime", "Rfs")
    refunded_at = attribute("datetime", "Rfs")
    archived_at = attribute("datetime", "Rfs")
    _request = trigger(REQUEST)
    _approve = trigger(APPROVE)
    _cancel = trigger(CANCEL)
    _ship = trigger(SHIP)
    _reject = trigger(REJECT)
    _receive = trigger(RECEIVE)
    _restock = trigger(RESTOCK)
    _archive = trigger(ARCHIVE)
    _unarchive = trigger(UNARCHIVE)
    _refund = trigger(REFUND)
    _refund_amount_cents = attribute("integer", "U")
    estimated_refund_amount = money("R", initial=0)
    base = base_attributes(tagging())

    order = to_one("orders", "Cfs", required=True, on_delete="restrict")
    customer = to_one("customers", "fs", on_delete="restrict")
    stock_location = to_one("stock_locations", "CUfs")
    origin_address = to_one("addresses", "f", personal=True)
    destination_address = to_one("addresses", "f")
    reference_capture = to_one("captures", "CURfs")
    reference_refund = to_one("refunds", "fs")
    return_line_items = to_many("return_line_items", "f", inverse="return")
    attachments = to_many("attachments", "f", inverse="attachable")
    resource_errors = to_many("resource_errors", "f", inverse="resource")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    #: Of its amounts.
    currency_code = internal("string")
