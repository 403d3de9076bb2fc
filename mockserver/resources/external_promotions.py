"""External promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.promotions.checks import includes_of_orders
from mockserver.commerce.promotions.members import (
    CHECKS,
    PromotionKind,
    promotion_attributes,
    promotion_relationships,
)
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.tagging import tagging, tags_relationship
from mockserver.schema.validations import Format
from mockserver.schema.vocabulary import (
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class ExternalPromotion(PromotionKind, type_="external_promotions"):
    """A discount that a service of the merchant's own decides."""

    family: ClassVar = "promotions"
    topics: ClassVar = ("create", "destroy", "tagged", "failed")
    checks: ClassVar = (*CHECKS, includes_of_orders)

    promotion_attributes = promotion_attributes()
    base = base_attributes(disabling(), tagging())
    promotion_url = attribute(
        "string",
        "CUR",
        required=True,
        validate=Format(r"https?://[^\s/]+\S*"),
        example="https://example.com/promotion",
    )
    circuit = circuit()
    shared_secret = shared_secret()
    external_includes = attribute("array", "CUR", exported=False, example=["market"])

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs", on_delete="restrict")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    skus = to_many("skus", targets=members_of_list)
