"""Fixed amount promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.promotions.members import (
    POSITIVE,
    PromotionKind,
    promotion_attributes,
    promotion_relationships,
)
from mockserver.schema.amounts import money
from mockserver.schema.disabling import disabling
from mockserver.schema.tagging import tagging, tags_relationship
from mockserver.schema.vocabulary import base_attributes, event_stores, to_many, to_one


class FixedAmountPromotion(PromotionKind, type_="fixed_amount_promotions"):
    """So much off an order."""

    family: ClassVar = "promotions"

    promotion_attributes = promotion_attributes(needs_currency=True)
    base = base_attributes(disabling(), tagging())
    fixed_amount = money("CUR", required=True, validate=POSITIVE)

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs", on_delete="restrict")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    skus = to_many("skus", targets=members_of_list)
