"""Where a promotion stands: its status, and its weight among others (commerce.md §5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: What types add to the weight: of two promotions of one priority, which goes first.
TYPES: Mapping[str, int] = {
    "free_gift_promotions": 8,
    "fixed_price_promotions": 7,
    "buy_x_pay_y_promotions": 6,
    "percentage_discount_promotions": 5,
    "fixed_amount_promotions": 4,
    "flex_promotions": 3,
    "external_promotions": 2,
    "free_shipping_promotions": 1,
}
HIGHEST_PRIORITY = 1000
EXCLUSIVE, PRIORITY, TYPE = 10**15, 10**12, 10**10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_used_up(promotion: Mapping[str, Any]) -> bool:
    """Say whether it has been used as often as it may be."""
    limit = promotion.get("total_usage_limit")
    return limit is not None and (promotion.get("total_usage_count") or 0) >= limit


def status(promotion: Mapping[str, Any], now: datetime) -> str:
    """Return the status; the first that applies."""
    if promotion.get("disabled_at"):
        return "disabled"
    starts, expires = (_moment(promotion, name) for name in ("starts_at", "expires_at"))
    if starts is not None and now < starts:
        return "pending"
    if expires is not None and now >= expires:
        return "expired"
    return "inactive" if is_used_up(promotion) else "active"


def weight(type_: str, promotion: Mapping[str, Any]) -> int:
    """Return the weight by which it has its turn: the heavier goes first."""
    priority = promotion.get("priority")
    rank = 0 if priority is None else max(HIGHEST_PRIORITY - priority, 0)
    starts = _moment(promotion, "starts_at") or EPOCH
    exclusive = EXCLUSIVE if promotion.get("exclusive") else 0
    age = TYPE - 1 - int((starts - EPOCH).total_seconds())
    return exclusive + rank * PRIORITY + TYPES[type_] * TYPE + age


def _moment(promotion: Mapping[str, Any], name: str) -> datetime | None:
    value = promotion.get(name)
    return datetime.fromisoformat(value) if value else None
