"""Inventory stock locations (contract: catalogue.md §13)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.stock.in_stock import tell_of_rearrangement
from mockserver.commerce.stock.models import serves_open_shipments
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class InventoryStockLocation(Resource, type_="inventory_stock_locations"):
    """A stock location that an inventory model serves orders from."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (tell_of_rearrangement,)
    uniques: ClassVar = (("inventory_model", "stock_location"),)

    priority = attribute("integer", "CURfs", required=True, validate=AtLeast(1))
    on_hold = attribute("boolean", "CURfs", initial=False)
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="restrict")
    inventory_model = to_one("inventory_models", "CUfs", required=True, on_delete="cascade")
    event_stores = event_stores()

    locked = staticmethod(serves_open_shipments)
