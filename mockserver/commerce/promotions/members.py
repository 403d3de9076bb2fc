"""Members that promotions have in common (commerce.md §5.1)."""

from __future__ import annotations

from mockserver.schema.blocks import Block
from mockserver.schema.vocabulary import attribute, kind, named, to_many, to_one

KINDS = (
    "percentage_discount_promotions",
    "free_shipping_promotions",
    "buy_x_pay_y_promotions",
    "free_gift_promotions",
    "fixed_price_promotions",
    "external_promotions",
    "fixed_amount_promotions",
    "flex_promotions",
)
RULES = (
    "order_amount_promotion_rules",
    "sku_list_promotion_rules",
    "coupon_codes_promotion_rules",
    "custom_promotion_rules",
)
STATUSES = ("disabled", "expired", "pending", "active", "inactive")
TOPICS = ("create", "tagged", "destroy")


def promotion_attributes() -> Block:
    """Declare what stands before the base of every promotion but the flexible ones."""
    return named(
        name=attribute("string", "CURfs", required=True),
        type=kind(KINDS),
        currency_code=attribute("string", "CURfs", example="EUR"),
        exclusive=attribute("boolean", "CURfs", initial=False),
        priority=attribute("integer", "CURfs"),
        starts_at=attribute("datetime", "CURfs", required=True),
        expires_at=attribute("datetime", "CURfs", required=True, example="2099-12-31T00:00:00Z"),
        total_usage_limit=attribute("integer", "CURfs"),
        total_usage_count=attribute("integer", "Rfs", initial=0),
        total_usage_reached=attribute("boolean", "Rfs", initial=False),
        active=attribute("boolean", "R"),
        status=attribute("string", "R", enum=STATUSES),
        weight=attribute("integer", "R"),
        coupons_count=attribute("integer", "R", initial=0),
    )


def promotion_relationships() -> Block:
    """Declare the market of a promotion, and its rules."""
    singles = {rule.removesuffix("s"): to_one(rule, "CUf", inverse="promotion") for rule in RULES}
    return named(
        market=to_one("markets", "CUfs"),
        promotion_rules=to_many("promotion_rules", "f", inverse="promotion"),
        **singles,
    )
