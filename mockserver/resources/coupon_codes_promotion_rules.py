"""Coupon codes promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS, RULES
from mockserver.commerce.promotions.rule_checks import coupons_follow
from mockserver.schema.vocabulary import (
    Resource,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class CouponCodesPromotionRule(Resource, type_="coupon_codes_promotion_rules"):
    """A promotion that applies where one of these coupons is given."""

    family: ClassVar = "promotion_rules"
    uniques: ClassVar = (("promotion",),)
    checks: ClassVar = (coupons_follow,)

    type = kind(RULES)
    base = base_attributes()

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
    coupons = to_many("coupons", "CUf", inverse="promotion_rule")
