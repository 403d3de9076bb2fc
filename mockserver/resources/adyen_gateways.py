"""Adyen gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class AdyenGateway(Account, type_="adyen_gateways"):
    """A merchant's account at Adyen."""

    makes: ClassVar = "adyen_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    merchant_account = attribute("string", "CUs", required=True, exported=False)
    api_key = attribute("string", "CU", required=True, exported=False)
    public_key = attribute("string", "CU")
    live_url_prefix = attribute("string", "CUR", required=True)
    api_version = attribute(
        "integer", "CUR", initial=71, validate=Inclusion(frozenset(range(66, 72)))
    )
    async_api = attribute("boolean", "CUR", initial=False)
    partial_payments = attribute("boolean", "CUR", initial=False)
    order_expiration_mins = attribute("integer", "CUR", initial=1440)
    native_customer_payment_sources = attribute("boolean", "CUR", initial=False)
    webhook_endpoint_secret = attribute(
        "string", "CUR", required=lambda record, _: bool(record.get("async_api")), secret=True
    )
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    adyen_payments = to_many("adyen_payments", "CUf", inverse="payment_gateway")
