"""Inventory return locations (contract: catalogue.md §13)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class InventoryReturnLocation(Resource, type_="inventory_return_locations"):
    """A stock location that returns of an inventory model go to."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    uniques: ClassVar = (("inventory_model", "stock_location"),)

    priority = attribute("integer", "CURfs", required=True, validate=AtLeast(1))
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="restrict")
    inventory_model = to_one("inventory_models", "CUfs", required=True, on_delete="cascade")
    event_stores = event_stores()
