"""Payment gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import Resource, base_attributes, event_stores, to_many


class PaymentGateway(Resource, type_="payment_gateways"):
    """A merchant's account at a gateway, whichever it is."""

    actions: ClassVar = ("list", "retrieve")

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
