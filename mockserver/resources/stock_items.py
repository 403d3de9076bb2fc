"""Stock items (contract: catalogue.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.stock.sellable import stocked_in_scope
from mockserver.commerce.stock.stock_items import (
    holds_reservations,
    not_below_reserved,
    tell_of_more,
)
from mockserver.schema.codes import code_naming
from mockserver.schema.permits import SINGLE
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class StockItem(Resource, type_="stock_items"):
    """How many there are of a SKU in one place."""

    for_guests: ClassVar = SINGLE
    for_customers: ClassVar = SINGLE
    scoped: ClassVar = stocked_in_scope

    checks: ClassVar = (not_below_reserved, tell_of_more)
    uniques: ClassVar = (("stock_location", "sku"),)
    extra_filters: ClassVar = {"sku_codes": "sku.code_in", "sku_ids": "sku.id_in"}

    sku_code = code_naming("skus", "sku")
    quantity = attribute("integer", "CURfs", required=True, validate=AtLeast(0))
    _validate = trigger(prohibited=True)
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="cascade")
    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    reserved_stock = to_one("reserved_stocks", "fs")
    stock_reservations = to_many("stock_reservations", "f", inverse="stock_item")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()

    locked = staticmethod(holds_reservations)
