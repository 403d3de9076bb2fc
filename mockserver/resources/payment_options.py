"""Payment options (contract: commerce.md §13.2)."""

from __future__ import annotations

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class PaymentOption(Resource, type_="payment_options"):
    """What an order adds to the options of its payment source."""

    name = attribute("string", "CURfs")
    payment_source_type = attribute(
        "string",
        "CRfs",
        required=True,
        enum=(
            "adyen_payments",
            "axerve_payments",
            "braintree_payments",
            "checkout_com_payments",
            "external_payments",
            "klarna_payments",
            "paypal_payments",
            "satispay_payments",
            "stripe_payments",
            "wire_transfers",
        ),
    )
    data = attribute("object", "CURf", required=True)
    base = base_attributes()

    order = to_one("orders", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
