"""Parcel line items (contract: catalogue.md §24)."""

from __future__ import annotations

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class ParcelLineItem(Resource, type_="parcel_line_items"):
    """So many units in a parcel."""

    sku_code = attribute("string", "R")
    bundle_code = attribute("string", "R")
    quantity = attribute("integer", "CRfs", required=True)
    name = attribute("string", "R")
    image_url = attribute("string", "R")
    base = base_attributes()

    parcel = to_one("parcels", "Cfs", required=True, on_delete="cascade")
    stock_line_item = to_one("stock_line_items", "Cf", required=True, on_delete="restrict")
    shipment_line_item = to_one("shipment_line_items", "C", deprecated=True)
    event_stores = event_stores()
