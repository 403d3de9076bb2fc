"""Stock transfers (contract: catalogue.md §19)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.stock_lines import order_of_contents
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class StockTransfer(Resource, type_="stock_transfers"):
    """Units of a SKU on their way from one stock location to another."""

    topics: ClassVar = (
        "create",
        "upcoming",
        "on_hold",
        "picking",
        "in_transit",
        "complete",
        "cancel",
        "destroy",
    )

    checks: ClassVar = (order_of_contents,)

    number = attribute("string", "CURfs")
    sku_code = attribute("string", "CUR")
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=("draft", "upcoming", "on_hold", "picking", "in_transit", "completed", "cancelled"),
    )
    quantity = attribute("integer", "CURfs", required=True)
    on_hold_at = attribute("datetime", "Rfs")
    picking_at = attribute("datetime", "Rfs")
    in_transit_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    cancelled_at = attribute("datetime", "Rfs")
    _upcoming = trigger()
    _on_hold = trigger()
    _picking = trigger()
    _in_transit = trigger()
    _complete = trigger()
    _cancel = trigger()
    base = base_attributes()

    sku = to_one("skus", "CUfs", required=True, on_delete="restrict")
    origin_stock_location = to_one("stock_locations", "CUf", required=True, on_delete="restrict")
    destination_stock_location = to_one(
        "stock_locations", "CUf", required=True, on_delete="restrict"
    )
    shipment = to_one("shipments", "CUfs", on_delete="cascade")
    line_item = to_one("line_items", "CUfs", on_delete="cascade")
    stock_reservation = to_one("stock_reservations", "fs")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    order = to_one("orders", hidden=True, on_delete="cascade")
