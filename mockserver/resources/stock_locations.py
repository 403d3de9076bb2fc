"""Stock locations (contract: neighbours.md §25)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.stock.models import holds_reserved_stock
from mockserver.schema.codes import short_code
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    serial,
    to_many,
    to_one,
)

LABEL_FORMATS = frozenset({"PDF", "ZPL", "EPL2", "PNG"})


class StockLocation(Resource, type_="stock_locations"):
    """A warehouse."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED
    cacheable: ClassVar = True

    number = serial()
    name = attribute("string", "CURfs", required=True)
    code = short_code()
    label_format = attribute("string", "CURfs", initial="PDF", validate=Inclusion(LABEL_FORMATS))
    suppress_etd = attribute("boolean", "CURfs")
    base = base_attributes()

    address = to_one("addresses", "CUfs", required=True, on_delete="restrict")
    inventory_stock_locations = to_many("inventory_stock_locations", "f", inverse="stock_location")
    inventory_return_locations = to_many(
        "inventory_return_locations", "f", inverse="stock_location"
    )
    stock_items = to_many("stock_items", "f", inverse="stock_location")
    stock_transfers = to_many("stock_transfers", "f", inverse="origin_stock_location")
    stores = to_many("stores", "f", inverse="stock_location")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()

    locked = staticmethod(holds_reserved_stock)
