"""Shipping method tiers (contract: catalogue.md §21)."""

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


class ShippingMethodTier(Resource, type_="shipping_method_tiers"):
    """A price for some shipments of a method."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "CURfs", required=True)
    type = kind(("shipping_weight_tiers",))
    up_to = attribute("float", "CURfs")
    price_amount = money("CURfs", required=True)
    base = base_attributes()

    shipping_method = to_one("shipping_methods", "CUf", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
    #: Of its price: that of the method.
    currency_code = internal("string")
