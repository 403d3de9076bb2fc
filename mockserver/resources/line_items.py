"""Line items (contract: commerce.md §4, neighbours.md §8)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.line_frequencies import frequency_is_offered
from mockserver.commerce.orders.line_items import item_of_line, order_of_line, total_of_line
from mockserver.commerce.orders.line_merging import line_to_add_to
from mockserver.commerce.orders.line_removal import subtract
from mockserver.commerce.orders.line_rules import (
    WRITTEN_BY_OTHERS,
    is_in_placed_order,
    item_fits,
    order_is_open,
    refuse_generated,
    refuse_to_remove_generated,
)
from mockserver.commerce.orders.markets import market_of_line_is_enabled
from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, order_part
from mockserver.commerce.stock.cart_checks import within_stock
from mockserver.commerce.stock.draft_reservations import end_stale_drafts, reserve_line
from mockserver.commerce.stock.line_memory import reset_restocked
from mockserver.schema.amounts import money
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import MoreThan
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
)

#: What a row of an order can be about.
ITEMS = (
    "skus",
    "bundles",
    "gift_cards",
    "shipments",
    "payment_methods",
    "adjustments",
    "discount_engine_items",
    "percentage_discount_promotions",
    "free_shipping_promotions",
    "buy_x_pay_y_promotions",
    "free_gift_promotions",
    "fixed_price_promotions",
    "external_promotions",
    "fixed_amount_promotions",
    "flex_promotions",
)


class LineItem(Resource, type_="line_items"):
    """A row of an order."""

    for_guests: ClassVar = order_part(GUEST_ORDER, WRITTEN_BY_OTHERS)
    for_customers: ClassVar = order_part(OWN_ORDER, WRITTEN_BY_OTHERS)

    sample: ClassVar = ("sku_code", "unit_amount_cents")
    topics: ClassVar = ("tagged",)
    checks: ClassVar = (
        market_of_line_is_enabled,
        refuse_generated,
        frequency_is_offered,
        item_of_line,
        item_fits,
        within_stock,
        end_stale_drafts,
        total_of_line,
        order_is_open,
        order_of_line,
        tag_limit,
    )

    sku_code = attribute("string", "CURf")
    bundle_code = attribute("string", "CUR")
    quantity = attribute("integer", "CURf", required=True, validate=MoreThan(0))
    _external_price = attribute("boolean", "CUR", initial=False)
    _update_quantity = attribute("boolean", "C")
    _reserve_stock = attribute("boolean", "CU", effect=reserve_line, prohibited=True)
    _reset_restocked_quantity = attribute("boolean", "CU", effect=reset_restocked, prohibited=True)
    currency_code = attribute("string", "Rfs")
    unit_amount = money("CURfs", prohibited=True, example=1000)
    compare_at_amount = money("CURfs")
    options_amount = money("URfs", initial=0, prohibited=True)
    discount = money("Rfs", initial=0)
    total_amount = money("Rfs", initial=0)
    tax_amount = money("Rfs", initial=0)
    name = attribute("string", "CURfs")
    image_url = attribute("string", "CURf")
    discount_breakdown = attribute("object", "R", initial=lambda _: {})
    tax_rate = attribute("float", "R", initial=0.0)
    tax_breakdown = attribute("object", "R", initial=lambda _: {})
    item_type = attribute("string", "CRfs", enum=ITEMS)
    frequency = attribute("string", "CUR", example="weekly")
    coupon_code = attribute("string", "R")
    rule_outcomes = attribute(
        "object", "R", derive=lambda record: record.get("rule_matches"), exported=False
    )
    rule_matches = internal("array")
    base = base_attributes(circuit(), tagging())
    #: Whether its price was said, and is not looked up again when the quantity changes.
    has_own_price = internal("boolean")
    #: What of it is in stock again, by the SKU; how much of its returns is forgotten.
    restocked = internal("object")
    returns_forgotten = internal("integer")

    order = to_one("orders", "Cfs", required=True, on_delete="cascade")
    item = to_one(ITEMS, "C", on_delete="keep")
    sku = to_one("skus", "f", view_of="item")
    bundle = to_one("bundles", "f", view_of="item")
    adjustment = to_one("adjustments", "f", view_of="item")
    gift_card = to_one("gift_cards", "f", view_of="item")
    shipment = to_one("shipments", "f", view_of="item")
    payment_method = to_one("payment_methods", "f", view_of="item")
    line_item_options = to_many("line_item_options", "f", inverse="line_item")
    return_line_items = to_many("return_line_items", "f", inverse="line_item")
    shipment_line_items = to_many("shipment_line_items", inverse="line_item", deprecated=True)
    stock_reservations = to_many("stock_reservations", "f", inverse="line_item")
    stock_line_items = to_many("stock_line_items", "f", inverse="line_item")
    stock_transfers = to_many("stock_transfers", "f", inverse="line_item")
    notifications = to_many("notifications", "f", inverse="notifiable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()

    locked = staticmethod(is_in_placed_order)
    kept = staticmethod(refuse_to_remove_generated)
    removed = staticmethod(subtract)
    merged = staticmethod(line_to_add_to)
