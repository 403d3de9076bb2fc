"""Money that is to move: the gateway is asked, and a transaction says what came of it.

commerce.md §15.

Every authorization, capture, void and refund comes through :func:`transact`.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.payments.answers import Answer, PaymentRequest
from mockserver.commerce.payments.ledger import REFERENCES
from mockserver.commerce.payments.payment_sources import method_type
from mockserver.commerce.payments.trial_values import AUTHENTICATION_REQUIRED, answer_of
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

GATEWAYS = "payment_gateways"
#: What a payment is known by at its gateway, by the type of the source; others get a new token.
OWN_TOKENS: Mapping[str, str] = {
    "klarna_payments": "session_id",
    "paypal_payments": "paypal_id",
    "satispay_payments": "payment_id",
    "stripe_payments": "stripe_id",
}
#: Hexadecimal digits of tokens.
DIGITS = 24


def transact(engine: Engine, asked: PaymentRequest) -> tuple[Record, Answer]:
    """Ask the gateway, and keep what it answers as a transaction."""
    answer = ask_gateway(engine, asked)
    return keep(engine, asked, answer), answer


def ask_gateway(engine: Engine, asked: PaymentRequest) -> Answer:
    """Ask the gateway of a payment source: as the declaration of its type says it is done."""
    _, source = asked.source
    gateway = engine.get(GATEWAYS, source.get("payment_gateway"))
    if gateway is None:
        return rehearsed(engine, asked)
    answer: Answer = engine.registry[gateway["type"]].answers(engine, asked)
    return answer


def rehearsed(engine: Engine, asked: PaymentRequest) -> Answer:
    """Answer as a gateway's own sandbox does: yes, unless a test value says otherwise.

    commerce.md §13.3.
    """
    type_, source = asked.source
    answer = answer_of(sent_of(engine, type_, source), asked.kind) or Answer()
    if answer is AUTHENTICATION_REQUIRED and source.get("payment_instrument"):
        # The payer has agreed meanwhile: the gateway has told of the card.
        return Answer()
    return answer


def sent_of(engine: Engine, type_: str, source: Record) -> Record:
    """Return the fields of a payment source that clients can set, without the gateway's own."""
    attributes = engine.registry[type_].attributes if type_ else {}
    return {
        name: source.get(name)
        for name, attribute in attributes.items()
        if attribute.stored and (attribute.flags.creatable or attribute.flags.updatable)
    }


def keep(engine: Engine, asked: PaymentRequest, answer: Answer) -> Record:
    """Store a transaction with what the gateway has answered, and tell of both."""
    record = engine.add(asked.kind, _fields(engine, asked, answer))
    if answer.action_id:
        record = engine.rewrite(asked.kind, record["id"], {"action_id": answer.action_id})
    if answer.succeeded:
        engine.fire(asked.kind, record["id"], "succeeded")
    elif not answer.is_pending:
        tell_of_refusal(engine, asked.kind, record["id"])
    return record


def tell_of_refusal(engine: Engine, kind: str, id_: str) -> None:
    """Tell that a transaction has failed, of its kind and of transactions at large."""
    for event in ("failed", "refused"):
        engine.fire(kind, id_, event)


def _fields(engine: Engine, asked: PaymentRequest, answer: Answer) -> Record:
    order, (type_, source) = asked.order, asked.source
    referred = {REFERENCES[asked.kind]: asked.reference["id"]} if asked.reference else {}
    return {
        "number": _next_number(engine, order),
        "type": asked.kind,
        "payment_method_type": method_type(type_, source) if type_ else None,
        "currency_code": order["currency_code"],
        "amount_cents": asked.cents,
        "token": _token(engine, asked),
        "gateway_transaction_id": engine.entropy.hex(DIGITS),
        "order": order["id"],
        "payment_source": (type_, source["id"]) if source else None,
        **referred,
        **asked.links,
        **answer.fields(),
    }


def _token(engine: Engine, asked: PaymentRequest) -> str:
    """Return the gateway's token of the payment: later transactions repeat the first one's."""
    type_, source = asked.source
    said = asked.reference["token"] if asked.reference else source.get(OWN_TOKENS.get(type_, ""))
    return said or engine.entropy.hex(DIGITS)


def _next_number(engine: Engine, order: Record) -> str:
    """Return the next number of the order's, which counts transactions of every kind."""
    known = engine.count("transactions", Compare("order", "eq", order["id"]))
    return f"{order['number']}/T/{known + 1:03d}"
