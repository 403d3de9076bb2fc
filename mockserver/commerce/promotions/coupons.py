"""Coupons on orders: which of them can be used (commerce.md §8.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.commerce.promotions.candidates import candidates
from mockserver.commerce.promotions.usage import counted
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Null, both


def usable_coupons(engine: Engine, order: Record, promotions: Iterable[str]) -> list[Record]:
    """Return the coupons of these promotions that the code of an order stands for."""
    coupons = _with_code(engine, order.get("coupon_code"), promotions)
    return [coupon for coupon in coupons if _is_usable(engine, coupon, order, waits=False)]


def can_be_given(engine: Engine, order: Record, code: str) -> bool:
    """Say whether the code is one that an order may have.

    Whether it is for the customer, is seen once there is one.
    """
    ids = (promotion["id"] for promotion in candidates(engine, order))
    coupons = _with_code(engine, code, ids)
    return any(_is_usable(engine, coupon, order, waits=True) for coupon in coupons)


def _with_code(engine: Engine, code: str | None, promotions: Iterable[str]) -> list[Record]:
    ids = frozenset(promotions)
    if not code or not ids:
        return []
    same = both(Compare("code", "eq", code), Compare("promotion", "in", ids))
    return engine.find("coupons", same)


def _is_usable(engine: Engine, coupon: Record, order: Record, *, waits: bool) -> bool:
    """Say whether a coupon can be used for an order.

    Args:
        engine: the records around.
        coupon: of a promotion that is active.
        order: whose customer uses it.
        waits: whether a coupon for somebody waits for an order to have a customer.
    """
    expires, limit = coupon["expires_at"], coupon["usage_limit"]
    if expires is not None and expires <= engine.clock.timestamp():
        return False
    # What an order was placed with it has counted for already, when it is edited.
    own = 1 if coupon["id"] in counted(order) else 0
    if limit is not None and coupon["usage_count"] - own >= limit:
        return False
    customer = order.get("customer")
    if coupon["customer_single_use"] and customer and _has_used(engine, coupon, order):
        return False
    if not customer and waits:
        return True
    return _is_recipient(engine, coupon, customer)


def _has_used(engine: Engine, coupon: Record, order: Record) -> bool:
    """Say whether the customer has another order with it, which was placed."""
    used = both(
        Compare("customer", "eq", order["customer"]),
        Compare("coupon_code", "eq", coupon["code"]),
        Null("placed_at", negated=True),
        Compare("status", "eq", "cancelled", negated=True),
        Compare("id", "eq", order["id"], negated=True),
    )
    return engine.count("orders", used) > 0


def _is_recipient(engine: Engine, coupon: Record, customer_id: Any) -> bool:
    """Say whether a coupon is for a customer, or for everybody."""
    recipient = engine.get("coupon_recipients", coupon["coupon_recipient"])
    if recipient is None:
        return True
    customer = engine.get("customers", customer_id) or {}
    return bool(recipient["email"].lower() == (customer.get("email") or "").lower())
