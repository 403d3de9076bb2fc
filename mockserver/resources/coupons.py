"""Coupons (contract: commerce.md §8)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import EMAIL, normal_email
from mockserver.commerce.promotions.coupon_checks import (
    length_of_code,
    promotion_of_rule,
    recipient_by_email,
)
from mockserver.commerce.promotions.members import KINDS
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import MoreThan
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
    uniques: ClassVar = (("promotion_rule", "code"),)
    checks: ClassVar = (length_of_code, promotion_of_rule, tag_limit)

    code = attribute("string", "CURfs", required=True, indexed=True, example="SUMMER-{}")
    customer_single_use = attribute("boolean", "CURfs", initial=False)
    usage_limit = attribute("integer", "CURfs", validate=MoreThan(0))
    usage_count = attribute("integer", "Rfs", initial=0)
    recipient_email = attribute(
        "string",
        "CUR",
        delegate="coupon_recipient.email",
        effect=recipient_by_email,
        normalise=normal_email,
        validate=EMAIL,
        example="{}@example.com",
    )
    expires_at = attribute("datetime", "CURfs", example="2099-12-31T00:00:00.000Z")
    base = base_attributes(tagging())

    promotion_rule = to_one(
        "coupon_codes_promotion_rules", "CUf", required=True, on_delete="cascade"
    )
    coupon_recipient = to_one("coupon_recipients", "CUfs")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    promotion = to_one(KINDS, hidden=True, on_delete="keep")
