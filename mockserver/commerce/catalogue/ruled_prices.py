"""Prices under rules: those of their list first, then their own (catalogue.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.access import Access
from mockserver.commerce.rules.price_rules import RuledPrice, ruled_price
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

Rules = Mapping[str, Any]
#: What rules can see of a SKU, of a market in scope, of the customer who is logged in.
OF_SKU, OF_MARKET, OF_CUSTOMER = ("code", "name", "reference"), ("name", "code", "id"), ("email",)
#: What rules act upon.
AMOUNTS = ("amount_cents", "compare_at_amount_cents")
ENGINE = "api_rules_engine"


def rules_of(*records: Record) -> list[Rules]:
    """Return the rules of records that have some, in their order."""
    return [record["rules"] for record in records if (record.get("rules") or {}).get("rules")]


def token_payload(engine: Engine, access: Access | None) -> dict[str, Any]:
    """Return the part of a payload that tells rules of the token of a request."""
    if access is None:
        return {}
    markets = engine.get_many("markets", access.market_ids or ())
    customer = engine.get("customers", access.customer_id)
    return {
        "jwt_markets": [_seen(market, OF_MARKET) for market in markets.values()],
        "jwt_customer": _seen(customer, OF_CUSTOMER) if customer else None,
        "jwt_custom_claim": dict(access.custom_claim or {}),
    }


def ruled(
    engine: Engine, rules: Sequence[Rules], price: Record, sku: Record, token: Mapping[str, Any]
) -> RuledPrice:
    """Apply rules to a price, one set of them after the other.

    Args:
        engine: whose organization may have switched rules off.
        rules: each set that applies, in order.
        price: its ``amount_cents`` and ``compare_at_amount_cents`` are what rules act upon.
        sku: that the price is of.
        token: what can be seen of the token; see :func:`token_payload`.
    """
    amounts: dict[str, int] = {name: price[name] for name in AMOUNTS if price[name] is not None}
    told: list[dict[str, Any]] = []
    for each in rules if engine.setting(ENGINE) else ():
        payload = payload_of({**price, **amounts}, sku, token)
        found = ruled_price(each, payload, engine.clock.now())
        amounts |= found.amounts
        told += found.outcomes
    return RuledPrice(amounts, told)


def payload_of(price: Record, sku: Record, token: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of rules: a price, its SKU, the token."""
    amounts = {name: price[name] for name in AMOUNTS if price[name] is not None}
    return {**amounts, "sku": _seen(sku, OF_SKU), **token}


def _seen(record: Record, names: Sequence[str]) -> dict[str, Any]:
    return {name: record.get(name) for name in names}
