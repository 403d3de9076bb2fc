"""Events of gateways, told at their endpoint: payments that have come through.

commerce.md §12, §13.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.commerce.orders.progress import going_on
from mockserver.commerce.orders.resource_errors import keep_refusal
from mockserver.commerce.payments.ledger import AUTHORIZATIONS
from mockserver.commerce.payments.transacting import tell_of_refusal
from mockserver.errors import Refusal
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

STRIPE = "stripe_payments"
#: What is told of a payment intent, and whether that is good news; nothing else is listened to.
OUTCOMES: Mapping[str, bool] = {
    "payment_intent.amount_capturable_updated": True,
    "payment_intent.succeeded": True,
    "payment_intent.payment_failed": False,
}


def hear(engine: Engine, gateway: Record, told: Any) -> None:
    """Take up what a gateway tells: an order that waits for it goes on, or is placed by itself."""
    outcome, intent = _outcome(told)
    if outcome is None or intent is None:
        return
    own = both(Compare("stripe_id", "eq", intent), Compare("payment_gateway", "eq", gateway["id"]))
    for source in engine.find(STRIPE, own):
        waiting = list(_waiting(engine, source))
        for transaction in waiting:
            _settle(engine, transaction, told, outcome=outcome)
        if outcome and not waiting:
            _place(engine, source)


def _outcome(told: Any) -> tuple[bool | None, str | None]:
    """Return whether a payment intent has come through, and which; of other news neither."""
    object_ = _member(_member(told, "data"), "object")
    name, intent = _member(told, "type"), _member(object_, "id")
    known = isinstance(name, str) and isinstance(intent, str)
    return (OUTCOMES.get(name), intent) if known else (None, None)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _waiting(engine: Engine, source: Record) -> Iterator[Record]:
    """Yield the authorizations of a source whose answer is still to come."""
    own = both(
        Compare("payment_source", "eq", source["id"]),
        Compare("payment_source_type", "eq", STRIPE),
    )
    for transaction in engine.find(AUTHORIZATIONS, own):
        if not transaction["succeeded"] and not transaction["error_code"]:
            yield transaction


def _settle(engine: Engine, transaction: Record, told: Any, *, outcome: bool) -> None:
    if outcome:
        engine.change(AUTHORIZATIONS, transaction["id"], {"succeeded": True})
        return
    error = _member(_member(_member(told, "data"), "object"), "last_payment_error")
    code, message = (_member(error, name) for name in ("code", "message"))
    said = {"error_code": str(code or "payment_failed"), "message": str(message or "Failed")}
    failed = engine.change(AUTHORIZATIONS, transaction["id"], said)
    tell_of_refusal(engine, AUTHORIZATIONS, transaction["id"])
    with going_on(engine, failed["order"]) as progress:
        keep_refusal(engine, progress.order, failed)


def _place(engine: Engine, source: Record) -> None:
    """Place a pending order whose method says so; what it lacks it keeps as errors."""
    order = engine.get("orders", source["order"]) or {}
    method = engine.get("payment_methods", order.get("payment_method")) or {}
    if not method.get("auto_place") or order.get("status") != "pending":
        return
    try:
        engine.change("orders", order["id"], {"_place": True})
    except Refusal:
        return
