"""Stock line items (contract: catalogue.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.permits import GUEST_CONTENTS, OWN_CONTENTS
from mockserver.commerce.shipping.stock_lines import (
    details_of_contents,
    only_of_fulfilling_orders,
    order_of_contents,
    within_stock_item,
)
from mockserver.commerce.stock.stock_lines import (
    decrement_by_itself,
    decrement_stock,
    give_back,
    give_back_with_order,
    release_stock,
    reserve,
    reserve_stock,
)
from mockserver.schema.codes import code_naming
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_one,
    trigger,
)


class StockLineItem(Resource, type_="stock_line_items"):
    """So many units of a line item from one stock item."""

    for_guests: ClassVar = GUEST_CONTENTS
    for_customers: ClassVar = OWN_CONTENTS

    sample: ClassVar = ("sku",)
    checks: ClassVar = (
        order_of_contents,
        only_of_fulfilling_orders,
        details_of_contents,
        within_stock_item,
    )

    follows: ClassVar = {
        "order": {
            "place": reserve,
            "stop_editing": reserve,
            "approve": decrement_by_itself,
            "cancel": give_back_with_order,
        },
        "shipment": {"cancel": give_back},
    }

    sku_code = code_naming("skus", "sku", "CURf")
    bundle_code = attribute("string", "R")
    quantity = attribute("integer", "CURfs", required=True, validate=AtLeast(1))
    _reserve_stock = trigger(reserve_stock, prohibited=True)
    _release_stock = trigger(release_stock, prohibited=True)
    _decrement_stock = trigger(decrement_stock, prohibited=True)
    name = attribute("string", "R")
    image_url = attribute("string", "R")
    base = base_attributes()

    shipment = to_one("shipments", "CUfs", on_delete="cascade")
    line_item = to_one("line_items", "CUfs", on_delete="cascade")
    stock_item = to_one("stock_items", "CUfs")
    sku = to_one("skus", "CUfs")
    stock_reservation = to_one("stock_reservations", "fs")
    event_stores = event_stores()
    #: How many pieces it has taken off its stock item.
    taken = internal("integer")
    order = to_one("orders", hidden=True, on_delete="cascade")
