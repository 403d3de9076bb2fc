"""Reserved stocks (contract: catalogue.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class ReservedStock(Resource, type_="reserved_stocks"):
    """How much of a stock item is reserved."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    sample: ClassVar = ("stock_item", "sku")
    actions: ClassVar = ("list", "retrieve")

    quantity = attribute("integer", "Rfs", initial=0)
    base = base_attributes()

    stock_item = to_one("stock_items", "fs", on_delete="cascade")
    sku = to_one("skus", "f")
    stock_reservations = to_many("stock_reservations", inverse="reserved_stock")
    event_stores = event_stores()
