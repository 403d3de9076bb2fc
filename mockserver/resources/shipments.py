"""Shipments (contract: catalogue.md §23)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.shipment_changes import reckon_order_of_shipment
from mockserver.commerce.shipping.by_hand import (
    count_shipments,
    details_of_shipment,
    is_kept,
    keep_reserved,
    needs_inventory_location,
    number_of_shipment,
    only_while_fulfilling,
)
from mockserver.commerce.shipping.carriers import carrier_accounts, get_rates, last_pickup, purchase
from mockserver.commerce.shipping.choosing import method_is_available
from mockserver.commerce.shipping.contents import line_items, skus_count
from mockserver.commerce.shipping.fulfilment import cancel_with_order, start_fulfilling
from mockserver.commerce.shipping.lead_times import lead_time_of_shipment
from mockserver.commerce.shipping.offer_pages import offers_of
from mockserver.commerce.shipping.permits import GUEST_SHIPMENTS, OWN_SHIPMENTS
from mockserver.commerce.shipping.states import (
    CANCEL,
    DELIVER,
    ON_HOLD,
    PACKING,
    PICKING,
    READY_TO_SHIP,
    SHIP,
    UPCOMING,
)
from mockserver.commerce.stock.stock_lines import (
    DECREMENT_SHIPMENT,
    RELEASE_SHIPMENT,
    RESERVE_SHIPMENT,
)
from mockserver.schema.amounts import money
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
    trigger,
)


class Shipment(Resource, type_="shipments"):
    """Pieces that leave for one order from one place."""

    for_guests: ClassVar = GUEST_SHIPMENTS
    for_customers: ClassVar = OWN_SHIPMENTS

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
    checks: ClassVar = (
        only_while_fulfilling,
        details_of_shipment,
        number_of_shipment,
        method_is_available,
        reckon_order_of_shipment,
        tag_limit,
    )
    follows: ClassVar = {
        "order": {"start_fulfilling": start_fulfilling, "cancel": cancel_with_order}
    }

    number = attribute("string", "URfs", unique=True, prohibited=True)
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
    skus_count = attribute("integer", "R", derive_from=skus_count)
    _upcoming = trigger(UPCOMING, prohibited=True)
    _cancel = trigger(CANCEL, prohibited=True)
    _on_hold = trigger(ON_HOLD)
    _picking = trigger(PICKING)
    _packing = trigger(PACKING)
    _ready_to_ship = trigger(READY_TO_SHIP)
    _ship = trigger(SHIP)
    _deliver = trigger(DELIVER)
    _reserve_stock = trigger(RESERVE_SHIPMENT, prohibited=True)
    _release_stock = trigger(RELEASE_SHIPMENT, prohibited=True)
    _decrement_stock = trigger(DECREMENT_SHIPMENT, prohibited=True)
    _get_rates = trigger(get_rates)
    selected_rate_id = attribute("string", "UR")
    rates = attribute("array", "R", initial=lambda _: [])
    _purchase = trigger(purchase)
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
        "inventory_stock_locations", "CUfs", required=needs_inventory_location
    )
    stock_location = to_one("stock_locations", "fs", on_delete="restrict")
    origin_address = to_one("addresses", "f")
    shipping_address = to_one("addresses", "CUf")
    shipping_method = to_one("shipping_methods", "CUfs")
    delivery_lead_time = to_one("delivery_lead_times", targets=lead_time_of_shipment)
    pickup = to_one("pickups", targets=last_pickup)
    shipment_line_items = to_many("shipment_line_items", inverse="shipment", deprecated=True)
    stock_line_items = to_many("stock_line_items", "f", inverse="shipment")
    stock_transfers = to_many("stock_transfers", "f", inverse="shipment")
    line_items = to_many("line_items", targets=line_items)
    available_shipping_methods = to_many("shipping_methods", lending=offers_of)
    carrier_accounts = to_many("carrier_accounts", targets=carrier_accounts)
    parcels = to_many("parcels", "f", inverse="shipment")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    #: The line it is of, where each line travels alone.
    of_line = internal("string")
    #: What the service of its method was asked about, and what it has answered.
    quoted_for = internal("string")
    quoted_cents = internal("integer")
    #: Whether it leaves from where the store has its own stock.
    of_store = internal("boolean")

    kept = staticmethod(is_kept)
    leaving = staticmethod(keep_reserved)
    removed = staticmethod(count_shipments)
