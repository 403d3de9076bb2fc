"""Custom promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS, RULES
from mockserver.commerce.promotions.rule_checks import filters_of_orders
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    named,
    to_one,
)


class CustomPromotionRule(Resource, type_="custom_promotion_rules"):
    """A promotion that applies to orders that satisfy these filters."""

    family: ClassVar = "promotion_rules"
    uniques: ClassVar = (("promotion",),)
    checks: ClassVar = (filters_of_orders,)

    type = kind(RULES)
    base = base_attributes()
    conditions = named(
        filters=attribute("object", "CUR", initial=lambda _: {}, example={"status_eq": "pending"})
    )

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
