"""Manual gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.gateway_members import Account, gateway_attributes
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import base_attributes, event_stores, to_many


class ManualGateway(Account, type_="manual_gateways"):
    """Payments that somebody looks after by hand."""

    makes: ClassVar = "wire_transfers"

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
