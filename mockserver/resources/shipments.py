"""Shipments (contract: catalogue.md §23)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.amounts import money
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class Shipment(Resource, type_="shipments"):
    """What leaves for one order from one place."""

    topics: ClassVar = (
        "upcoming",
        "cancel",
        "on_hold",
        "picking",
        "packing",
        "ready_to_ship",
        "ship",
        "deliver",
        "tagged",
        "create",
        "destroy",
    )
    checks: ClassVar = (tag_limit,)

    number = attribute("string", "URfs", prohibited=True)
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=(
            "draft",
            "upcoming",
            "cancelled",
            "on_hold",
            "picking",
            "packing",
            "ready_to_ship",
            "shipped",
            "delivered",
        ),
    )
    currency_code = attribute("string", "R")
    cost_amount = money("Rfs")
    skus_count = attribute("integer", "R", initial=0)
    _upcoming = trigger(prohibited=True)
    _cancel = trigger(prohibited=True)
    _on_hold = trigger()
    _picking = trigger()
    _packing = trigger()
    _ready_to_ship = trigger()
    _ship = trigger()
    _deliver = trigger()
    _reserve_stock = trigger(prohibited=True)
    _release_stock = trigger(prohibited=True)
    _decrement_stock = trigger(prohibited=True)
    _get_rates = trigger()
    selected_rate_id = attribute("string", "UR")
    rates = attribute("array", "R", initial=lambda _: [])
    _purchase = trigger()
    purchase_error_code = attribute("string", "R")
    purchase_error_message = attribute("string", "R")
    get_rates_errors = attribute("array", "R", initial=lambda _: [])
    get_rates_started_at = attribute("datetime", "Rfs")
    get_rates_completed_at = attribute("datetime", "Rfs")
    purchase_started_at = attribute("datetime", "Rfs")
    purchase_completed_at = attribute("datetime", "Rfs")
    purchase_failed_at = attribute("datetime", "Rfs")
    on_hold_at = attribute("datetime", "Rfs")
    picking_at = attribute("datetime", "Rfs")
    packing_at = attribute("datetime", "Rfs")
    ready_to_ship_at = attribute("datetime", "Rfs")
    shipped_at = attribute("datetime", "Rfs")
    delivered_at = attribute("datetime", "Rfs")
    base = base_attributes(tagging())

    order = to_one("orders", "Cfs", required=True, on_delete="cascade")
    shipping_category = to_one("shipping_categories", "CUfs")
    inventory_stock_location = to_one(
        "inventory_stock_locations", "CUfs", required=True, on_delete="restrict"
    )
    stock_location = to_one("stock_locations", "fs")
    origin_address = to_one("addresses", "f")
    shipping_address = to_one("addresses", "CUf")
    shipping_method = to_one("shipping_methods", "CUfs")
    delivery_lead_time = to_one("delivery_lead_times", virtual=True)
    pickup = to_one("pickups", virtual=True)
    shipment_line_items = to_many("shipment_line_items", inverse="shipment", deprecated=True)
    stock_line_items = to_many("stock_line_items", "f", inverse="shipment")
    stock_transfers = to_many("stock_transfers", "f", inverse="shipment")
    line_items = to_many("line_items", virtual=True)
    available_shipping_methods = to_many("shipping_methods", virtual=True)
    carrier_accounts = to_many("carrier_accounts", virtual=True)
    parcels = to_many("parcels", "f", inverse="shipment")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
