"""Shipping weight tiers (contract: catalogue.md §21)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.method_rules import currency_of_tier, few_tiers
from mockserver.schema.amounts import money
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import AtLeast, MoreThan
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


class ShippingWeightTier(Resource, type_="shipping_weight_tiers"):
    """A price for shipments of at most so much weight."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    family: ClassVar = "shipping_method_tiers"
    topics: ClassVar = ("create", "destroy")
    checks: ClassVar = (few_tiers, currency_of_tier)

    name = attribute("string", "CURfs", required=True)
    type = kind(("shipping_weight_tiers",))
    up_to = attribute("float", "CURfs", validate=MoreThan(0))
    price_amount = money("CURfs", required=True, validate=AtLeast(0))
    base = base_attributes()

    shipping_method = to_one("shipping_methods", "CUf", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
    #: Of its price: that of the method.
    currency_code = internal("string")
