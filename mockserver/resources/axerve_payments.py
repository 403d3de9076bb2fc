"""Payments by Axerve (contract: neighbours.md §28)."""

from __future__ import annotations

from mockserver.resources.gateways import Answer, account_key, card
from mockserver.resources.payment_source_pattern import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.resources.vocabulary import attribute, event_stores


class AxervePayment(PaymentSource):
    """A payment that the payer agrees to with what the client collects."""

    class Meta:
        """The type."""

        type_ = "axerve_payments"

    login = attribute("string", "R", initial=account_key("shop_"), exported=False)
    return_url = attribute("string", "CR", required=True)
    payment_request_data = attribute(
        "object",
        "UR",
        initial=lambda _: {},
        effect=Answer(payment_instrument=card),
        exported=False,
        secret=True,
    )
    client_ip = attribute("string", "CR")
    buyer_details = attribute("object", "CR", initial=lambda _: {})
    request_token = attribute("boolean", "CR", initial=False)
    mismatched_amounts = mismatched_amounts("axerve_payments")
    _update = attribute("boolean", "U", effect=Answer(asks=True))
    tail = source_tail("CUfs")
    event_stores = event_stores()
