"""Payments by Klarna (contract: neighbours.md §32)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.payments.gateways import GatewayAnswer, account, token, uuid
from mockserver.commerce.payments.payment_source_base import PaymentSource, differs, source_tail
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores, trigger

#: What the gateway offers, by identifier.
OFFERS = {"pay_now": "Pay now", "pay_later": "Pay later", "pay_over_time": "Pay over time"}


def ways_to_pay(_: Change) -> list[dict[str, Any]]:
    """Return the ways to pay the order."""
    return [{"identifier": id_, "name": name} for id_, name in OFFERS.items()]


def notices_amounts(change: Change) -> None:
    """Note whether the amounts match; being filtered by, it is stored, not looked up."""
    change.record["mismatched_amounts"] = differs(change.engine, change.record)


class KlarnaPayment(PaymentSource, type_="klarna_payments"):
    """A payment that the payer agrees to with a token of the gateway's widget."""

    checks: ClassVar = (*PaymentSource.checks, notices_amounts)

    session_id = attribute("string", "R", initial=uuid)
    client_token = attribute("string", "R", initial=token(digits=64), secret=True)
    payment_methods = attribute("array", "R", initial=ways_to_pay)
    auth_token = attribute(
        "string",
        "UR",
        effect=GatewayAnswer(payment_instrument=account("klarna")),
        exported=False,
        secret=True,
    )
    mismatched_amounts = attribute("boolean", "Rf", initial=False)
    _update = trigger(GatewayAnswer(asks=True))
    tail = source_tail("CUfs")
    event_stores = event_stores()
