"""Shipment line items (contract: catalogue.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.permits import GUEST_CONTENTS, OWN_CONTENTS
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_one,
    trigger,
)


class ShipmentLineItem(Resource, type_="shipment_line_items"):
    """The former name of stock line items."""

    shows: ClassVar = "stock_line_items"
    actions: ClassVar = ("list", "retrieve")
    deprecated: ClassVar = True

    for_guests: ClassVar = GUEST_CONTENTS
    for_customers: ClassVar = OWN_CONTENTS

    sku_code = attribute("string", "CURf", delegate="sku.code")
    bundle_code = attribute("string", "R")
    quantity = attribute("integer", "CURfs", required=True)
    _reserve_stock = trigger(prohibited=True)
    _release_stock = trigger(prohibited=True)
    _decrement_stock = trigger(prohibited=True)
    name = attribute("string", "R")
    image_url = attribute("string", "R")
    base = base_attributes()

    shipment = to_one("shipments", "fs")
    line_item = to_one("line_items", "CUfs")
    stock_item = to_one("stock_items", "CUfs")
    sku = to_one("skus", "CUfs")
    stock_reservation = to_one("stock_reservations", "fs")
    event_stores = event_stores()
    order = to_one("orders", hidden=True, on_delete="keep")
