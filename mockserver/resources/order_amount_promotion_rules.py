"""Order amount promotion rules (contract: commerce.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import KINDS, RULES
from mockserver.commerce.promotions.rule_checks import currency_of_promotion
from mockserver.schema.amounts import money
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    kind,
    to_one,
)


class OrderAmountPromotionRule(Resource, type_="order_amount_promotion_rules"):
    """A promotion that applies from an amount on."""

    family: ClassVar = "promotion_rules"
    uniques: ClassVar = (("promotion",),)
    checks: ClassVar = (currency_of_promotion,)

    type = kind(RULES)
    base = base_attributes()
    order_amount = money("CUR", validate=AtLeast(0))
    use_subtotal = attribute("boolean", "CUR", initial=False)
    currency_code = internal("string")

    promotion = to_one(
        KINDS,
        "CUf",
        required=True,
        on_delete="cascade",
    )
    event_stores = event_stores()
