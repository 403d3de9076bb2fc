"""Payments by PayPal (contract: neighbours.md §33)."""

from __future__ import annotations

from mockserver.commerce.payments.gateways import GatewayAnswer, account, back_to
from mockserver.commerce.payments.payment_source_base import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores
from mockserver.storage.base import Record


def payment_id(change: Change) -> str:
    """Return the id of the gateway's own payment object."""
    return f"PAYID-{change.engine.entropy.hex(24).upper()}"


def approval(record: Record) -> str | None:
    """Return where the payer approves: here, it comes back at once with what says that it has."""
    id_ = record.get("paypal_id") or ""
    digits = id_.removeprefix("PAYID-")
    return back_to(
        record.get("return_url"), paymentId=id_, token=f"EC-{digits[:17]}", PayerID=digits[-13:]
    )


class PaypalPayment(PaymentSource, type_="paypal_payments"):
    """A payment that is approved with the id of the payer."""

    return_url = attribute("string", "CR", required=True)
    cancel_url = attribute("string", "CR", required=True)
    note_to_payer = attribute("string", "CR")
    paypal_payer_id = attribute(
        "string",
        "UR",
        effect=GatewayAnswer(status="approved", payment_instrument=account("paypal")),
    )
    name = attribute("string", "R", derive=lambda record: record.get("paypal_payer_id"))
    paypal_id = attribute("string", "R", initial=payment_id)
    status = attribute("string", "R", initial="created", enum=("created", "approved"))
    approval_url = attribute("string", "R", derive=approval)
    mismatched_amounts = mismatched_amounts("paypal_payments")
    tail = source_tail("CUfs", gateway="f")
    event_stores = event_stores()
