"""Flex promotions (contract: commerce.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.checks import note_usage, rules_engine_enabled
from mockserver.commerce.promotions.flex_traces import last_outcomes, last_payload
from mockserver.commerce.promotions.members import KINDS, PromotionKind, activity, turn_and_time
from mockserver.commerce.promotions.scopes import SCOPES
from mockserver.commerce.rules.stored_rules import sound_rules
from mockserver.schema.disabling import disabling
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    attribute,
    base_attributes,
    event_stores,
    internal,
    kind,
    named,
    to_many,
    to_one,
)
from mockserver.schema.windows import ends_after_start


class FlexPromotion(PromotionKind, type_="flex_promotions"):
    """A discount by rules of conditions and actions."""

    family: ClassVar = "promotions"
    query_scopes: ClassVar = SCOPES
    checks: ClassVar = (
        rules_engine_enabled,
        ends_after_start,
        note_usage,
        sound_rules("order", "promotions"),
        tag_limit,
    )

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    turn_and_time = named(**turn_and_time())
    activity = named(**activity())
    rules = attribute("object", "CURf", required=True, alone="written", example={"rules": []})
    rule_outcomes = attribute("object", "R", derive_from=last_outcomes, alone="read")
    base = base_attributes(
        disabling(),
        tagging(),
        resource_payload=attribute("object", "R", derive_from=last_payload, alone="read"),
    )
    #: Kept for whoever looks for promotions that are not used up.
    total_usage_reached = internal("boolean")

    coupon_codes_promotion_rule = to_one("coupon_codes_promotion_rules", "CUf", inverse="promotion")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
