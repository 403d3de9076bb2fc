"""Answers that external gateways give later, to what they have accepted (commerce.md §17.6)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.orders.progress import going_on
from mockserver.commerce.orders.resource_errors import keep_refusal
from mockserver.commerce.payments.external_gateways import said_besides
from mockserver.commerce.payments.transacting import tell_of_refusal
from mockserver.errors import refusal
from mockserver.schema.protocols import Engine
from mockserver.schema.service_calls import SUCCESSFUL, ServiceReply, reply_of
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def settle_action(engine: Engine, gateway: Record, document: Any) -> None:
    """Let a transaction come to what its gateway answers; amount and token stay.

    Raises:
        Refusal: 400 for what is no answer, 404 for an action that nobody waits for.
    """
    reply = reply_of(SUCCESSFUL.start, "", document)
    if reply.failure:
        raise refusal("BAD_REQUEST", reason=reply.failure)
    transaction = _waiting(engine, gateway, reply.data.get("action_id"))
    if transaction["succeeded"]:
        return
    with engine.transaction():
        (_succeed if reply.success else _fail)(engine, transaction, reply)


def _waiting(engine: Engine, gateway: Record, action: Any) -> Record:
    """Return the transaction of an action of a gateway."""
    known = engine.find("transactions", Compare("action_id", "eq", str(action)))
    for transaction in known:
        source = engine.get(transaction["payment_source_type"], transaction["payment_source"])
        if source and source.get("payment_gateway") == gateway["id"]:
            return transaction
    raise refusal("RECORD_NOT_FOUND")


def _succeed(engine: Engine, transaction: Record, reply: ServiceReply) -> None:
    kind, id_ = transaction["type"], transaction["id"]
    engine.change(kind, id_, {"succeeded": True})
    said = said_besides(engine, kind, reply)
    if said:
        engine.rewrite(kind, id_, said)


def _fail(engine: Engine, transaction: Record, reply: ServiceReply) -> None:
    kind, id_ = transaction["type"], transaction["id"]
    error = {
        "message": reply.message,
        "error_code": reply.code,
        "error_detail": reply.message,
    }
    failed = engine.rewrite(kind, id_, {**error, **said_besides(engine, kind, reply)})
    tell_of_refusal(engine, kind, id_)
    with going_on(engine, failed["order"]) as progress:
        keep_refusal(engine, progress.order, failed)
