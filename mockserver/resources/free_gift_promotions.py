"""Free gift promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.promotions.members import (
    POSITIVE,
    PromotionKind,
    promotion_attributes,
    promotion_relationships,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.tagging import tagging, tags_relationship
from mockserver.schema.vocabulary import (
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class FreeGiftPromotion(PromotionKind, type_="free_gift_promotions"):
    """Some units of what is on a list are free."""

    family: ClassVar = "promotions"

    promotion_attributes = promotion_attributes()
    base = base_attributes(disabling(), tagging())
    max_quantity = attribute("integer", "CUR", initial=1, validate=POSITIVE)

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs", required=True, on_delete="restrict")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    skus = to_many("skus", targets=members_of_list)
