"""Parcel line items (contract: catalogue.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.parcels import (
    contents_of_parcel,
    is_not_named_otherwise,
    sku_code,
)
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import MoreThan
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class ParcelLineItem(Resource, type_="parcel_line_items"):
    """So many units in a parcel."""

    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (contents_of_parcel,)

    sku_code = attribute("string", "R", derive_from=sku_code)
    bundle_code = attribute("string", "R", delegate="stock_line_item.bundle_code")
    quantity = attribute("integer", "CRfs", required=True, validate=MoreThan(0))
    name = attribute("string", "R", delegate="stock_line_item.name")
    image_url = attribute("string", "R", delegate="stock_line_item.image_url")
    base = base_attributes()

    parcel = to_one("parcels", "Cfs", required=True, on_delete="cascade")
    stock_line_item = to_one(
        "stock_line_items", "Cf", required=is_not_named_otherwise, on_delete="cascade"
    )
    shipment_line_item = to_one("shipment_line_items", "C", deprecated=True)
    event_stores = event_stores()
