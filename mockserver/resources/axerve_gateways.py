"""Axerve gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class AxerveGateway(Resource, type_="axerve_gateways"):
    """A merchant's account at Axerve."""

    family: ClassVar = "payment_gateways"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    login = attribute("string", "CUR", required=True, exported=False)
    api_key = attribute("string", "CU", required=True, exported=False)
    webhook_endpoint_url = attribute("string", "R")

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    axerve_payments = to_many("axerve_payments", "CUf", inverse="payment_gateway")
