"""Braintree gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class BraintreeGateway(Account, type_="braintree_gateways"):
    """A merchant's account at Braintree."""

    makes: ClassVar = "braintree_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    merchant_account_id = attribute("string", "CU", required=True, exported=False)
    merchant_id = attribute("string", "CU", required=True, exported=False)
    public_key = attribute("string", "CU", required=True)
    private_key = attribute("string", "CU", required=True, exported=False)
    descriptor_name = attribute("string", "CUR")
    descriptor_phone = attribute("string", "CUR")
    descriptor_url = attribute("string", "CUR")
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    braintree_payments = to_many("braintree_payments", "CUf", inverse="payment_gateway")
