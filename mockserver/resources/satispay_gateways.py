"""Satispay gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import (
    Account,
    gateway_attributes,
    webhook_endpoint_url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class SatispayGateway(Account, type_="satispay_gateways"):
    """A merchant's account at Satispay."""

    makes: ClassVar = "satispay_payments"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    token = attribute("string", "CR", required=True, exported=False, secret=True)
    skey = attribute("string", "", exported=False)
    pkey = attribute("string", "", exported=False)
    key_id = attribute("string", "R", exported=False)
    endpoint = webhook_endpoint_url()

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    satispay_payments = to_many("satispay_payments", "CUf", inverse="payment_gateway")
