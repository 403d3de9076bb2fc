"""Stripe gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class StripeGateway(Account, type_="stripe_gateways"):
    """A merchant's account at Stripe."""

    makes: ClassVar = "stripe_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    login = attribute("string", "C", required=True, exported=False)
    publishable_key = attribute("string", "C")
    connected_account = attribute("string", "CUR")
    auto_payments = attribute("boolean", "CUR", initial=False)
    webhook_endpoint_id = attribute("string", "R")
    webhook_endpoint_secret = attribute("string", "R", exported=False, secret=True)
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    stripe_payments = to_many("stripe_payments", inverse="payment_gateway")
