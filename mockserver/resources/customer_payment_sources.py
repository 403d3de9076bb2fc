"""Wallets (contract: neighbours.md §4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.resources.customer_links import own_customer
from mockserver.resources.payment_sources import PAYMENT_SOURCES
from mockserver.resources.permits import own
from mockserver.resources.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_one,
)


class CustomerPaymentSource(Resource):
    """An entry of a customer's wallet: a payment source to use again."""

    class Meta:
        """The type."""

        type_ = "customer_payment_sources"

    for_customers: ClassVar = own("RUD")

    checks: ClassVar = (own_customer,)

    name = attribute("string", "Rf")
    customer_token = attribute("string", "CUR")
    payment_source_token = attribute("string", "CURf")
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    customer = to_one("customers", "CUfs", required=True, on_delete="cascade")
    payment_method = to_one("payment_methods", "CUf")
    payment_source = to_one(PAYMENT_SOURCES, "CU")
    event_stores = event_stores()
