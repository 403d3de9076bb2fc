"""One attribute for the codes of gift cards and of coupons (commerce.md §8.3)."""

from __future__ import annotations

from mockserver.commerce.gift_cards.finding import card_for
from mockserver.schema.protocols import Change
from mockserver.storage.base import Record

CARD, COUPON = "gift_card_code", "coupon_code"


def code_of_either(change: Change, code: str | None) -> None:
    """Take a code as that of a gift card, or else of a coupon; no code takes both away."""
    if not code:
        change.record.update({CARD: code, COUPON: code})
        return
    is_card = card_for(change.engine, change.record, code) is not None
    change.record[CARD if is_card else COUPON] = code


def shown_code(record: Record) -> str | None:
    """Return the code of the gift card, if there is one, or else of the coupon."""
    return record.get(CARD) or record.get(COUPON)
