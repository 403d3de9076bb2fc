"""PayPal gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import Account, gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class PaypalGateway(Account, type_="paypal_gateways"):
    """A merchant's account at PayPal."""

    makes: ClassVar = "paypal_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    client_id = attribute("string", "CU", required=True, exported=False)
    client_secret = attribute("string", "CU", required=True, exported=False)

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    paypal_payments = to_many("paypal_payments", "f", inverse="payment_gateway")
