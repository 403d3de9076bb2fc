"""Tokens that a gateway of the merchant's own gives for a source that is saved.

commerce.md §17.5.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.payments.external_gateways import TYPE, ask_at
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

TOKENS = ("customer_token", "payment_source_token")


def tokens_of_own_gateway(
    engine: Engine, order: Record, type_: str, source: Record
) -> Mapping[str, str] | None:
    """Return the gateway's tokens of customer and source from now on.

    Returns:
        Nothing where it is asked nothing, ``None`` where it does not give them.
    """
    gateway = engine.get(TYPE, source.get("payment_gateway"))
    if gateway is None or not gateway.get("token_url"):
        return {}
    posted = type_, source["id"]
    reply = ask_at(engine, gateway, gateway["token_url"], posted, order, {})
    if not reply.success:
        return None
    return {name: str(reply.data[name]) for name in TOKENS if reply.data.get(name)}
