"""External promotions (contract: commerce.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.members import promotion_attributes, promotion_relationships
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class ExternalPromotion(Resource, type_="external_promotions"):
    """A discount that a service of the merchant's own decides."""

    family: ClassVar = "promotions"
    topics: ClassVar = ("create", "destroy", "tagged", "failed")
    checks: ClassVar = (tag_limit,)

    promotion_attributes = promotion_attributes()
    base = base_attributes(disabling(), tagging())
    promotion_url = attribute("string", "CUR", required=True)
    circuit = circuit()
    shared_secret = shared_secret()
    external_includes = attribute("array", "CUR", exported=False)

    promotion_relationships = promotion_relationships()
    sku_list = to_one("sku_lists", "CUfs")
    coupons = to_many("coupons", "f", inverse="promotion")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    skus = to_many("skus", virtual=True)
