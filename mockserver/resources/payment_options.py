"""Payment options (contract: commerce.md §13.2)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, order_part
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class PaymentOption(Resource, type_="payment_options"):
    """Options that an order adds to those of its payment source."""

    for_guests: ClassVar = order_part(GUEST_ORDER)
    for_customers: ClassVar = order_part(OWN_ORDER)

    uniques: ClassVar = (("order", "payment_source_type"),)

    name = attribute("string", "CURfs")
    payment_source_type = attribute(
        "string",
        "CRfs",
        required=True,
        enum=PAYMENT_SOURCES,
    )
    data = attribute("object", "CURf", required=True)
    base = base_attributes()

    order = to_one("orders", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
