"""Discount engines (contract: commerce.md §20)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class DiscountEngine(Resource, type_="discount_engines"):
    """An account at a service that discounts orders instead of promotions."""

    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "CURfs", required=True)
    type = kind(("talon_one_accounts",))
    manage_gift_cards = attribute("boolean", "CUR", initial=True)
    base = base_attributes()

    markets = to_many("markets", inverse="discount_engine")
    discount_engine_items = to_many("discount_engine_items", inverse="discount_engine")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
