"""Buy x pay y promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.promotions.checks import pays_less
from mockserver.commerce.promotions.members import (
    CHECKS,
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


class BuyXPayYPromotion(PromotionKind, type_="buy_x_pay_y_promotions"):
    """Of so many units only some are paid."""

    family: ClassVar = "promotions"
    checks: ClassVar = (*CHECKS, pays_less)

    promotion_attributes = promotion_attributes()
    base = base_attributes(disabling(), tagging())
    x = attribute("integer", "CURfs", required=True, example=3)
    y = attribute("integer", "CURfs", required=True, validate=POSITIVE, example=2)
    cheapest_free = attribute("boolean", "CUR", initial=False)

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs", required=True, on_delete="restrict")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    skus = to_many("skus", targets=members_of_list)
