"""Price tiers (contract: catalogue.md §10)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.amounts import money
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    kind,
    to_many,
    to_one,
)


class PriceTier(Resource, type_="price_tiers"):
    """A price for some quantity or frequency."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "CURfs", required=True)
    type = kind(("price_volume_tiers", "price_frequency_tiers"))
    up_to = attribute("float", "CURfs")
    price_amount = money("CURfs", required=True)
    base = base_attributes()

    price = to_one("prices", "CUfs", required=True, on_delete="keep")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
    currency_code = internal("string")
