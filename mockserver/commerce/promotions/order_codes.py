"""The coupon code of an order: refused where it stands for nothing (commerce.md §8.3, §8.4)."""

from __future__ import annotations

from mockserver.commerce.promotions.coupons import can_be_given
from mockserver.schema.protocols import Change

CODE, EITHER = "coupon_code", "gift_card_or_coupon_code"
#: The statuses of an order that is not placed yet: a last look is taken when it is.
BEFORE = frozenset({"draft", "pending", "placing"})


def code_means_a_coupon(change: Change) -> None:
    """Refuse a code of no coupon that the order may have, if the organization says so."""
    order, before = change.record, change.before or {}
    code = order.get(CODE)
    is_looked_at = code != before.get(CODE) or _is_placed_now(change)
    if not code or not is_looked_at or change.is_broken(CODE):
        return
    if not change.engine.setting("orders_invalid_coupon_errors"):
        return
    if not can_be_given(change.engine, order, code):
        if change.sent.get(EITHER) == code:
            change.invalid(EITHER, "noent_gift_card_or_coupon")
        else:
            change.invalid(CODE, "noent_coupon")


def _is_placed_now(change: Change) -> bool:
    before = change.before or {}
    return before.get("status") in BEFORE and change.record["status"] == "placed"
