"""External gateways (contract: commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.answers import Gateway
from mockserver.commerce.payments.external_gateways import ask_gateway_of_own
from mockserver.commerce.payments.gateway_members import Account, gateway_attributes
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.vocabulary import attribute, base_attributes, event_stores, to_many


class ExternalGateway(Account, type_="external_gateways"):
    """A gateway of the merchant's own, called at its URLs."""

    makes: ClassVar = "external_payments"
    answers: ClassVar[Gateway] = staticmethod(ask_gateway_of_own)

    gateway_attributes = gateway_attributes()
    base = base_attributes(disabling())
    authorize_url = attribute("string", "CUR")
    capture_url = attribute("string", "CUR")
    void_url = attribute("string", "CUR")
    refund_url = attribute("string", "CUR")
    token_url = attribute("string", "CUR")
    circuit = circuit()
    shared_secret = shared_secret()
    external_includes = attribute("array", "CUR", exported=False)

    payment_methods = to_many("payment_methods", "f", inverse="payment_gateway")
    event_stores = event_stores()
    external_payments = to_many("external_payments", "f", inverse="payment_gateway")
