"""Klarna gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import Account, gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class KlarnaGateway(Account, type_="klarna_gateways"):
    """A merchant's account at Klarna."""

    makes: ClassVar = "klarna_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    country_code = attribute("string", "CU", required=True)
    api_key = attribute("string", "CU", required=True, exported=False)
    api_secret = attribute("string", "CU", required=True, exported=False)

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    klarna_payments = to_many("klarna_payments", "CUf", inverse="payment_gateway")
