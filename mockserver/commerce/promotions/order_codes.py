"""The coupon code of an order: refused where it stands for nothing (commerce.md §8.3, §8.4)."""

from __future__ import annotations

from mockserver.commerce.promotions.coupons import can_be_given
from mockserver.schema.protocols import Change

CODE, EITHER = "coupon_code", "gift_card_or_coupon_code"


def code_means_a_coupon(change: Change) -> None:
    """Refuse a code of no coupon that the order may have, if the organization says so."""
    code, before = change.record.get(CODE), change.before or {}
    if code == before.get(CODE) or change.is_broken(CODE) or _counts(change):
        return
    if change.sent.get(EITHER) == code:
        change.invalid(EITHER, "noent_gift_card_or_coupon")
    else:
        change.invalid(CODE, "noent_coupon")


def coupon_still_counts(change: Change) -> None:
    """Refuse to place an order with a code that has come to stand for nothing."""
    if not _counts(change):
        change.invalid(CODE, "noent_coupon")


def _counts(change: Change) -> bool:
    """Say whether the code is none, or one that the order may have, or nobody minds."""
    code, engine = change.record.get(CODE), change.engine
    if not code or not engine.setting("orders_invalid_coupon_errors"):
        return True
    return can_be_given(engine, change.record, code)
