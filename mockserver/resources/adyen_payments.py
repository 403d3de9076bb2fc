"""Payments by Adyen (contract: neighbours.md §27)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.payments.answers import Answer
from mockserver.commerce.payments.gateways import GatewayAnswer, account_key, card
from mockserver.commerce.payments.payment_source_base import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores, trigger

#: What is left on every gift card.
BALANCE = 1000


def ways_to_pay(_: Change) -> dict[str, Any]:
    """Return the ways to pay the order, as the gateway's own client library reads them."""
    brands = ["visa", "mc", "amex"]
    return {"paymentMethods": [{"type": "scheme", "name": "Cards", "brands": brands}]}


def authorised(change: Change) -> dict[str, Any]:
    """Return the gateway's consent."""
    reference = change.engine.entropy.hex(16).upper()
    return {"resultCode": "Authorised", "pspReference": reference}


def refused(answer: Answer) -> dict[str, Any]:
    """Return the gateway's refusal, or that it takes its time."""
    if answer.is_pending:
        return {"resultCode": "Received"}
    reason = {"refusalReason": answer.message, "refusalReasonCode": answer.error_code}
    return {"resultCode": "Refused", **reason}


class AdyenPayment(PaymentSource, type_="adyen_payments"):
    """A payment that the gateway authorizes when it is told to."""

    extra_filters: ClassVar = dict.fromkeys(("expires_at_from", "expires_at_to"), "expires_at")

    public_key = attribute("string", "R", initial=account_key("pub_"))
    payment_methods = attribute("object", "R", initial=ways_to_pay, exported=False)
    payment_request_data = attribute(
        "object", "UR", initial=lambda _: {}, exported=False, secret=True
    )
    payment_request_details = attribute("object", "UR", initial=lambda _: {}, exported=False)
    payment_response = attribute("object", "R", initial=lambda _: {}, exported=False)
    mismatched_amounts = mismatched_amounts("adyen_payments")
    balance = attribute("integer", "R", initial=0, exported=False)
    _authorize = trigger(
        GatewayAnswer(
            asks=True, refuses=refused, payment_response=authorised, payment_instrument=card
        )
    )
    _details = trigger(
        GatewayAnswer(refuses=refused, payment_response=authorised, payment_instrument=card)
    )
    _balance = trigger(GatewayAnswer(balance=BALANCE))
    # Ranges of it are filtered by, though it carries no flag.
    expires_at = attribute("datetime", "R", predicates=("gteq", "lteq"))
    tail = source_tail("CUfs")
    event_stores = event_stores()
