"""Stock reservations (contract: catalogue.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_one,
    trigger,
)


class StockReservation(Resource, type_="stock_reservations"):
    """Units of a stock item that are kept for somebody."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    status = attribute("string", "Rfs", initial="draft", enum=("draft", "pending"))
    quantity = attribute("integer", "CURfs", required=True)
    expires_at = attribute("datetime", "Rfs")
    _pending = trigger()
    base = base_attributes()

    line_item = to_one("line_items", "fs")
    order = to_one("orders", "f")
    stock_line_item = to_one("stock_line_items", "fs")
    stock_transfer = to_one("stock_transfers", "fs")
    stock_item = to_one("stock_items", "Cfs", required=True, on_delete="cascade")
    reserved_stock = to_one("reserved_stocks", "fs")
    sku = to_one("skus", "f")
    event_stores = event_stores()
