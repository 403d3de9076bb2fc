"""Validation of an order by a service of the merchant's own (commerce.md §17.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.commerce.orders.resource_errors import keep_errors
from mockserver.commerce.services.asking import Service, ask_about
from mockserver.commerce.services.includes import VALIDATION
from mockserver.errors import ErrorObject
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.service_calls import ServiceReply
from mockserver.storage.base import Record

COUNT = "validations_count"
RULE = "external_validation"
#: What is said of an order that a service finds nothing better to say of.
INVALID = "is invalid"


def validate(change: Change, _: Any) -> None:
    """Ask the service of the market whether the order is good, and refuse the request if not.

    Of what the service objects to, each message is an error, which the order keeps.
    """
    engine, order = change.engine, change.record
    market = engine.get("markets", order["market"]) or {}
    url = market.get("external_order_validation_url")
    if not url:
        return
    own = "orders", order["id"]
    reply = ask_about(engine, Service(VALIDATION, url, market, own), own, [("orders", order)])
    order[COUNT] = (order[COUNT] or 0) + 1
    if reply.failure or reply.success:
        return
    change.if_refused(lambda errors: _keep(engine, order, errors))
    for name, message in _messages(engine, reply):
        change.invalid(name, RULE, words={"message": message}, code=reply.code)


def _keep(engine: Engine, order: Record, errors: Sequence[ErrorObject]) -> None:
    """Keep what the service has said, and that it was asked, though the request is refused."""
    said = [error for error in errors if error.get("meta", {}).get("error") == RULE]
    engine.rewrite("orders", order["id"], {COUNT: order[COUNT]})
    keep_errors(engine, order["id"], said)


def _messages(engine: Engine, reply: ServiceReply) -> Iterator[tuple[str | None, str]]:
    """Yield each message with the attribute it is of; of nothing known, it is of the order."""
    data = reply.error.get("data")
    named: Mapping[str, Any] = data if isinstance(data, dict) else {}
    order = engine.registry["orders"]
    for name, messages in named.items():
        known = name in order.attributes or name in order.relationships
        for message in messages if isinstance(messages, list) else [messages]:
            yield (name if known else None), str(message)
    if not named:
        yield None, reply.message or INVALID
