"""Checkout.com gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class CheckoutComGateway(Account, type_="checkout_com_gateways"):
    """A merchant's account at Checkout.com."""

    makes: ClassVar = "checkout_com_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    secret_key = attribute("string", "CU", required=True, exported=False)
    public_key = attribute("string", "CU", required=True)
    webhook_endpoint_id = attribute("string", "R")
    webhook_endpoint_secret = attribute("string", "R", exported=False, secret=True)
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    checkout_com_payments = to_many("checkout_com_payments", "CUf", inverse="payment_gateway")
