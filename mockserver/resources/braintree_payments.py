"""Payments by Braintree (contract: neighbours.md §29)."""

from __future__ import annotations

from mockserver.commerce.payments.gateways import GatewayAnswer, card, token
from mockserver.commerce.payments.payment_source_base import PaymentSource, source_tail
from mockserver.schema.vocabulary import attribute, event_stores


class BraintreePayment(PaymentSource, type_="braintree_payments"):
    """A payment that the payer agrees to with a nonce."""

    client_token = attribute("string", "R", initial=token(digits=64), secret=True)
    payment_method_nonce = attribute(
        "string", "UR", effect=GatewayAnswer(payment_instrument=card), secret=True
    )
    payment_id = attribute("string", "CUR")
    local = attribute("boolean", "CUR")
    options = attribute("object", "CUR", initial=lambda _: {})
    tail = source_tail("CUfs")
    event_stores = event_stores()
