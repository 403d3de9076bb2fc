"""SKU list promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.promotions.members import KINDS, RULES
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class SkuListPromotionRule(Resource, type_="sku_list_promotion_rules"):
    """A promotion that applies where what is on a list was ordered."""

    family: ClassVar = "promotion_rules"
    uniques: ClassVar = (("promotion",),)

    type = kind(RULES)
    base = base_attributes()
    all_skus = attribute("boolean", "CUR", initial=False)
    min_quantity = attribute("integer", "CUR", validate=AtLeast(0))

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
    sku_list = to_one("sku_lists", "CUfs", on_delete="restrict")
    skus = to_many("skus", targets=members_of_list)
