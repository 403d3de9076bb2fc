"""Adyen gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class AdyenGateway(Resource, type_="adyen_gateways"):
    """A merchant's account at Adyen."""

    family: ClassVar = "payment_gateways"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    merchant_account = attribute("string", "CUs", required=True, exported=False)
    api_key = attribute("string", "CU", required=True, exported=False)
    public_key = attribute("string", "CU")
    live_url_prefix = attribute("string", "CUR", required=True)
    api_version = attribute("integer", "CUR", initial=71)
    async_api = attribute("boolean", "CUR", initial=False)
    partial_payments = attribute("boolean", "CUR", initial=False)
    order_expiration_mins = attribute("integer", "CUR", initial=1440)
    native_customer_payment_sources = attribute("boolean", "CUR", initial=False)
    webhook_endpoint_secret = attribute("string", "CUR")
    webhook_endpoint_url = attribute("string", "R")

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    adyen_payments = to_many("adyen_payments", "CUf", inverse="payment_gateway")
