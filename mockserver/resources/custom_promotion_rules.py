"""Custom promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS, RULES
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

    type = kind(RULES)
    base = base_attributes()
    conditions = named(filters=attribute("object", "CUR", initial=lambda _: {}))

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
