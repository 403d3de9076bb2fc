"""Promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS, RULES
from mockserver.schema.vocabulary import Resource, base_attributes, event_stores, kind, to_one


class PromotionRule(Resource, type_="promotion_rules"):
    """A condition that orders have to satisfy for a promotion."""

    actions: ClassVar = ("list", "retrieve")

    type = kind(RULES)
    base = base_attributes()

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
