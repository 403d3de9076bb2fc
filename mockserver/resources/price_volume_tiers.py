"""Price volume tiers (contract: catalogue.md §10)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.tier_checks import currency_of_price, one_of_few
from mockserver.schema.amounts import money
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import AtLeast
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


class PriceVolumeTier(Resource, type_="price_volume_tiers"):
    """A price for at most so many units."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    family: ClassVar = "price_tiers"
    topics: ClassVar = ("create", "destroy")
    checks: ClassVar = (currency_of_price, one_of_few)

    name = attribute("string", "CURfs", required=True)
    type = kind(("price_volume_tiers", "price_frequency_tiers"))
    up_to = attribute("integer", "CURfs", validate=AtLeast(1))
    price_amount = money("CURfs", required=True, validate=AtLeast(0))
    base = base_attributes()

    price = to_one("prices", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
    events = to_many("events", "f", inverse="resource")
    currency_code = internal("string")
