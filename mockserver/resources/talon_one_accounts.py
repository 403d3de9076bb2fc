"""Talon.One accounts (contract: commerce.md §20)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.promotions.discount_engines import endpoint
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class TalonOneAccount(Resource, type_="talon_one_accounts"):
    """A merchant's account at Talon.One, which discounts orders."""

    family: ClassVar = "discount_engines"

    name = attribute("string", "CURfs", required=True)
    type = kind(("talon_one_accounts",))
    manage_gift_cards = attribute("boolean", "CUR", initial=True)
    base = base_attributes()
    api_key = attribute("string", "CUs", required=True)
    baseurl = attribute("string", "CUs", required=True)
    api_endpoint = attribute("string", "R", derive=endpoint)

    markets = to_many("markets", inverse="discount_engine")
    discount_engine_items = to_many("discount_engine_items", inverse="discount_engine")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
