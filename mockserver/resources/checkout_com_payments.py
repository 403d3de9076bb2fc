"""Payments by Checkout.com (contract: neighbours.md §30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.payments.answers import Answer
from mockserver.commerce.payments.gateways import GatewayAnswer, account_key, back_to, card, token
from mockserver.commerce.payments.payment_source_base import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores, trigger
from mockserver.storage.base import Record


def session(change: Change) -> dict[str, Any]:
    """Return the session in which the client asks for the payment."""
    entropy = change.engine.entropy
    id_ = f"ps_{entropy.hex(24)}"
    return {
        "id": id_,
        "payment_session_secret": f"pss_{entropy.hex(32)}",
        "payment_session_token": entropy.token(64),
        "_links": {"self": {"href": f"/payment-sessions/{id_}"}},
    }


def second_factor(record: Record) -> str | None:
    """Return where the payer confirms who it is: here, the client's own page for success."""
    id_ = str((record.get("payment_session") or {}).get("id", ""))
    return back_to(record.get("success_url"), **{"cko-session-id": id_.replace("ps_", "sid_")})


def authorized(change: Change) -> dict[str, Any]:
    """Return the gateway's consent."""
    return {"id": token("pay_", 26)(change), "status": "Authorized", "approved": True}


def refused(answer: Answer) -> dict[str, Any]:
    """Return the gateway's refusal, or that it takes its time."""
    if answer.is_pending:
        return {"status": "Pending"}
    said = {"response_code": answer.error_code, "response_summary": answer.message}
    return {"status": "Declined", "approved": False, **said}


AUTHORIZED: Mapping[str, Any] = {
    "payment_response": authorized,
    "source_id": token("src_", 26),
    "customer_token": token("cus_", 26),
    "payment_instrument": card,
}


class CheckoutComPayment(PaymentSource, type_="checkout_com_payments"):
    """A payment with a token of the gateway's."""

    public_key = attribute("string", "R", initial=account_key("pk_"))
    token = attribute("string", "CUR", required=True, secret=True)
    payment_session = attribute("object", "R", initial=session)
    success_url = attribute("string", "CR", required=True)
    failure_url = attribute("string", "CR", required=True)
    source_id = attribute("string", "R")
    customer_token = attribute("string", "R", secret=True)
    redirect_uri = attribute("string", "R", derive=second_factor)
    payment_response = attribute("object", "R", initial=lambda _: {}, exported=False)
    mismatched_amounts = mismatched_amounts("checkout_com_payments")
    _authorize = trigger(GatewayAnswer(asks=True, refuses=refused, **AUTHORIZED), deprecated=True)
    _details = trigger(GatewayAnswer(refuses=refused, **AUTHORIZED))
    _refresh = trigger(GatewayAnswer(refuses=refused, **AUTHORIZED))
    tail = source_tail("CUfs")
    event_stores = event_stores()
