"""Inventory models (contract: catalogue.md §13)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.stock.in_stock import tell_of_rearrangement
from mockserver.commerce.stock.models import STRATEGIES, cutoff_in_bounds
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import AtLeast, Inclusion
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class InventoryModel(Resource, type_="inventory_models"):
    """The stock locations of a market, and how an order is served from them."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (cutoff_in_bounds, tell_of_rearrangement)

    name = attribute("string", "CURfs", required=True)
    strategy = attribute("string", "CURfs", initial="no_split", validate=Inclusion(STRATEGIES))
    stock_locations_cutoff = attribute("integer", "CURfs", initial=2, validate=AtLeast(1))
    stock_reservation_cutoff = attribute("integer", "CURfs", initial=3600, validate=AtLeast(0))
    put_stock_transfers_on_hold = attribute("boolean", "CUR", initial=False)
    manual_stock_decrement = attribute("boolean", "CUR", initial=False)
    base = base_attributes()

    inventory_stock_locations = to_many("inventory_stock_locations", "f", inverse="inventory_model")
    inventory_return_locations = to_many(
        "inventory_return_locations", "f", inverse="inventory_model"
    )
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
