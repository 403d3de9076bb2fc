"""Axerve gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class AxerveGateway(Account, type_="axerve_gateways"):
    """A merchant's account at Axerve."""

    makes: ClassVar = "axerve_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    login = attribute("string", "CUR", required=True, exported=False)
    api_key = attribute("string", "CU", required=True, exported=False)
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    axerve_payments = to_many("axerve_payments", "CUf", inverse="payment_gateway")
