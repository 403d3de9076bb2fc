"""Stock transfers (contract: catalogue.md §19)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.fulfilment import bring_unshipped
from mockserver.commerce.shipping.permits import GUEST_CONTENTS, OWN_CONTENTS
from mockserver.commerce.shipping.stock_lines import order_of_contents
from mockserver.commerce.stock.transfers import (
    CANCEL,
    COMPLETE,
    DELETABLE,
    IN_TRANSIT,
    ON_HOLD,
    PICKING,
    UPCOMING,
    call_off,
    from_here_to_there,
    go_back,
    quantity_at_origin,
    set_out,
)
from mockserver.schema.codes import code_naming
from mockserver.schema.validations import MoreThan
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    own_number,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.base import Record


class StockTransfer(Resource, type_="stock_transfers"):
    """Units of a SKU on their way from one stock location to another."""

    for_guests: ClassVar = GUEST_CONTENTS
    for_customers: ClassVar = OWN_CONTENTS

    checks: ClassVar = (order_of_contents, from_here_to_there, quantity_at_origin)
    follows: ClassVar = {
        "order": {
            "place": set_out,
            "start_editing": go_back,
            "stop_editing": set_out,
            "cancel": call_off,
            "start_fulfilling": bring_unshipped,
        },
    }
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

    number = attribute("string", "CURfs", unique=True, initial=own_number)
    sku_code = code_naming("skus", "sku")
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=("draft", "upcoming", "on_hold", "picking", "in_transit", "completed", "cancelled"),
    )
    quantity = attribute("integer", "CURfs", required=True, validate=MoreThan(0))
    on_hold_at = attribute("datetime", "Rfs")
    picking_at = attribute("datetime", "Rfs")
    in_transit_at = attribute("datetime", "Rfs")
    completed_at = attribute("datetime", "Rfs")
    cancelled_at = attribute("datetime", "Rfs")
    _upcoming = trigger(UPCOMING)
    _on_hold = trigger(ON_HOLD)
    _picking = trigger(PICKING)
    _in_transit = trigger(IN_TRANSIT)
    _complete = trigger(COMPLETE)
    _cancel = trigger(CANCEL)
    base = base_attributes()

    sku = to_one("skus", "CUfs", required=True)
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

    @staticmethod
    def deletable(record: Record) -> bool:
        """Say whether it has not begun, or never will."""
        return record["status"] in DELETABLE
