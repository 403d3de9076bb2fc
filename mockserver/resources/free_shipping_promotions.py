"""Free shipping promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import (
    PromotionKind,
    promotion_attributes,
    promotion_relationships,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.tagging import tagging, tags_relationship
from mockserver.schema.vocabulary import base_attributes, event_stores, to_many, to_one


class FreeShippingPromotion(PromotionKind, type_="free_shipping_promotions"):
    """The shipping costs of an order are off."""

    family: ClassVar = "promotions"

    promotion_attributes = promotion_attributes()
    base = base_attributes(disabling(), tagging())

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
