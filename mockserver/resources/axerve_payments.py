"""Payments by Axerve (contract: neighbours.md §28)."""

from __future__ import annotations

from mockserver.commerce.payments.gateways import GatewayAnswer, account_key, card
from mockserver.commerce.payments.payment_source_base import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.schema.vocabulary import attribute, event_stores


class AxervePayment(PaymentSource, type_="axerve_payments"):
    """A payment that the payer agrees to with what the client collects."""

    login = attribute("string", "R", initial=account_key("shop_"), exported=False)
    return_url = attribute("string", "CR", required=True)
    payment_request_data = attribute(
        "object",
        "UR",
        initial=lambda _: {},
        effect=GatewayAnswer(payment_instrument=card),
        exported=False,
        secret=True,
    )
    client_ip = attribute("string", "CR")
    buyer_details = attribute("object", "CR", initial=lambda _: {})
    request_token = attribute("boolean", "CR", initial=False)
    mismatched_amounts = mismatched_amounts("axerve_payments")
    _update = attribute("boolean", "U", effect=GatewayAnswer(asks=True))
    tail = source_tail("CUfs")
    event_stores = event_stores()
