"""Coupons (contract: commerce.md §8)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Coupon(Resource, type_="coupons"):
    """A code that lets its promotion apply to an order."""

    topics: ClassVar = ("tagged",)
    checks: ClassVar = (tag_limit,)

    code = attribute("string", "CURfs", required=True)
    customer_single_use = attribute("boolean", "CURfs", initial=False)
    usage_limit = attribute("integer", "CURfs")
    usage_count = attribute("integer", "Rfs", initial=0)
    recipient_email = attribute("string", "CUR")
    expires_at = attribute("datetime", "CURfs", example="2099-12-31T00:00:00Z")
    base = base_attributes(tagging())

    promotion_rule = to_one(
        "coupon_codes_promotion_rules", "CUf", required=True, on_delete="cascade"
    )
    coupon_recipient = to_one("coupon_recipients", "CUfs")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    promotion = to_one(KINDS, hidden=True, on_delete="keep")
