"""Shipping categories (contract: catalogue.md §20)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.codes import short_code
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class ShippingCategory(Resource, type_="shipping_categories"):
    """SKUs that are shipped alike."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    name = attribute("string", "CURfs", required=True)
    code = short_code()
    base = base_attributes()

    skus = to_many("skus", "f", inverse="shipping_category")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
