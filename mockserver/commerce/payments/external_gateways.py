"""Gateways of the merchant's own, asked over the wire (commerce.md §17.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.commerce.payments.answers import Answer, PaymentRequest
from mockserver.commerce.payments.ledger import AUTHORIZATIONS, CAPTURES, REFUNDS, VOIDS
from mockserver.commerce.payments.transacting import GATEWAYS, rehearsed
from mockserver.commerce.services.asking import Service, ask_about, merged, whole
from mockserver.commerce.services.includes import PAYMENTS
from mockserver.schema.currencies import currency
from mockserver.schema.protocols import Engine, Target
from mockserver.schema.service_calls import ServiceReply
from mockserver.storage.base import Record

#: The URL that is asked, by the transaction that is to come of it.
URLS: Mapping[str, str] = {
    AUTHORIZATIONS: "authorize_url",
    CAPTURES: "capture_url",
    VOIDS: "void_url",
    REFUNDS: "refund_url",
}
#: The amount that a posted transaction shows as the one that is asked for, where it is a part.
PARTS: Mapping[str, str] = {CAPTURES: "capture_amount", REFUNDS: "refund_amount"}
TYPE = "external_gateways"
#: Where answers come to that are given later, below the address of the sandbox (commerce.md §17.6).
LATE = "/webhooks/external_gateways"
#: What an answer may say of a transaction besides.
SAID = (
    *("message", "error_code", "error_detail", "avs_code", "avs_message"),
    *("cvv_code", "cvv_message", "fraud_review"),
)


def ask_gateway_of_own(engine: Engine, asked: PaymentRequest) -> Answer:
    """Ask the URL of a step; where there is none, it succeeds but for test values."""
    gateway = engine.get(GATEWAYS, asked.source[1].get("payment_gateway")) or {}
    url = gateway.get(URLS[asked.kind])
    if not url:
        return rehearsed(engine, asked)
    reply = ask_at(engine, gateway, url, _posted(asked), asked.order, _shown(asked))
    return answer_of(engine, asked, reply)


def ask_at(  # noqa: PLR0913, PLR0917 - what a gateway is told
    engine: Engine,
    gateway: Record,
    url: str,
    posted: Target,
    order: Record,
    shown: Mapping[str, Any],
) -> ServiceReply:
    """Ask a gateway at one of its URLs about a record of an order."""
    service = Service(PAYMENTS, url, gateway, (TYPE, gateway["id"]))
    late = f"{LATE}/{gateway['id']}"
    return ask_about(engine, service, posted, [("orders", order)], shown=shown, late=late)


def answer_of(engine: Engine, asked: PaymentRequest, reply: ServiceReply) -> Answer:
    """Return the answer that a reply of the service amounts to."""
    if reply.failure:
        return Answer(succeeded=False, message=reply.failure)
    further = {**_agreed(reply), **said_besides(engine, asked.kind, reply)}
    if not reply.success:
        return Answer(
            succeeded=False,
            message=reply.message,
            error_code=reply.code,
            error_detail=reply.message,
            further=further,
        )
    action = reply.data.get("action_id")
    if reply.is_pending and action is not None:
        waits = Answer(succeeded=False, message=None, further=further, is_pending=True)
        return replace(waits, action_id=str(action))
    return Answer(further=further)


def _agreed(reply: ServiceReply) -> Record:
    """Return token, amount and metadata, as far as they are said."""
    token, cents = reply.data.get("transaction_token"), whole(reply.data.get("amount_cents"))
    said = {
        "token": None if token is None else str(token),
        "amount_cents": None if cents is None or cents < 0 else cents,
        "metadata": merged({}, reply) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def said_besides(engine: Engine, kind: str, reply: ServiceReply) -> Record:
    """Return the fields an answer sets of a transaction of a kind, those of its error apart."""
    known = engine.registry[kind].attributes
    return {
        name: str(reply.data[name])
        for name in SAID
        if name in known and reply.data.get(name) is not None
    }


def _posted(asked: PaymentRequest) -> Target:
    """Return the record that is posted: the source, or the transaction that is referred to."""
    if asked.reference is None:
        return asked.source[0], asked.source[1]["id"]
    return asked.reference["type"], asked.reference["id"]


def _shown(asked: PaymentRequest) -> Mapping[str, Any]:
    """Return the amount that is asked for, as the posted transaction shows it."""
    name = PARTS.get(asked.kind)
    if name is None:
        return {}
    money = currency(asked.order["currency_code"])
    return {
        f"{name}_cents": asked.cents,
        f"{name}_float": money.amount(asked.cents),
        f"formatted_{name}": money.formatted(asked.cents),
    }
