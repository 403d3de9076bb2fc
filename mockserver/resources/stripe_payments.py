"""Payments by Stripe (contract: neighbours.md §35)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.payments.gateways import GatewayAnswer, account_key, card, token
from mockserver.commerce.payments.payment_source_base import (
    PaymentSource,
    mismatched_amounts,
    source_tail,
)
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores, trigger

#: The gateway's names of what a payment instrument says.
CARD = {
    "brand": "card_type",
    "last4": "card_last_digits",
    "exp_month": "card_expiry_month",
    "exp_year": "card_expiry_year",
}

intent = token("pi_")


def secret(change: Change) -> str:
    """Return the client secret of a payment intent."""
    return f"{change.record['stripe_id']}_secret_{change.engine.entropy.hex(24)}"


def completes_intent(change: Change) -> None:
    """Make what a client leaves to the gateway by sending null."""
    for name, made in {"stripe_id": intent, "client_secret": secret}.items():
        change.record[name] = change.record.get(name) or made(change)


def described_card(change: Change) -> dict[str, Any]:
    """Return the card of the payment instrument as the gateway describes it."""
    instrument = change.record["payment_instrument"]
    described = {name: instrument.get(known) for name, known in CARD.items()}
    return {"id": token("pm_")(change), "type": "card", "card": described}


class StripePayment(PaymentSource, type_="stripe_payments"):
    """A payment intent, which has succeeded when it is looked at again."""

    checks: ClassVar = (completes_intent, *PaymentSource.checks)

    stripe_id = attribute("string", "CR", initial=intent)
    client_secret = attribute("string", "CR", initial=secret, secret=True)
    connected_account = attribute("string", "R", exported=False)
    charge_id = attribute("string", "R")
    publishable_key = attribute("string", "R", initial=account_key("pk_"))
    on_behalf_of = attribute("string", "R", exported=False)
    transfer_group = attribute("string", "R", exported=False)
    options = attribute("object", "CUR", initial=lambda _: {})
    payment_method = attribute("object", "R", initial=lambda _: {}, exported=False)
    mismatched_amounts = mismatched_amounts("stripe_payments")
    return_url = attribute("string", "CUR")
    receipt_email = attribute("string", "CR")
    _update = trigger(GatewayAnswer(asks=True))
    _refresh = trigger(
        GatewayAnswer(
            payment_instrument=card, payment_method=described_card, charge_id=token("ch_")
        )
    )
    tail = source_tail("CUs")
    event_stores = event_stores()
