"""Flex promotions (contract: commerce.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.disabling import disabling
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class FlexPromotion(Resource, type_="flex_promotions"):
    """A discount by rules of conditions and actions."""

    family: ClassVar = "promotions"
    topics: ClassVar = ("create", "destroy", "tagged")
    checks: ClassVar = (tag_limit,)

    name = attribute("string", "CURfs", required=True)
    type = kind(
        (
            "percentage_discount_promotions",
            "free_shipping_promotions",
            "buy_x_pay_y_promotions",
            "free_gift_promotions",
            "fixed_price_promotions",
            "external_promotions",
            "fixed_amount_promotions",
            "flex_promotions",
        )
    )
    exclusive = attribute("boolean", "CURfs", initial=False)
    priority = attribute("integer", "CURfs")
    starts_at = attribute("datetime", "CURfs", required=True, example="2026-01-01T00:00:00Z")
    expires_at = attribute("datetime", "CURfs", required=True, example="2099-12-31T00:00:00Z")
    total_usage_limit = attribute("integer", "CURfs")
    total_usage_count = attribute("integer", "Rfs", initial=0)
    active = attribute("boolean", "R")
    status = attribute("string", "R", enum=("disabled", "expired", "pending", "active", "inactive"))
    rules = attribute("object", "CURf", required=True, alone=True)
    rule_outcomes = attribute("object", "R", initial=lambda _: {}, alone=True)
    base = base_attributes(
        disabling(),
        tagging(),
        resource_payload=attribute("object", "R", initial=lambda _: {}, alone=True),
    )

    coupon_codes_promotion_rule = to_one("coupon_codes_promotion_rules", "CUf")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
