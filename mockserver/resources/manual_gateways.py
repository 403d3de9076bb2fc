"""Manual gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import Resource, base_attributes, event_stores, to_many


class ManualGateway(Resource, type_="manual_gateways"):
    """Payments that somebody looks after by hand."""

    family: ClassVar = "payment_gateways"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
