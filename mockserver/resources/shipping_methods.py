"""Shipping methods (contract: catalogue.md §21)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.scopes import offered_in_scope
from mockserver.schema.amounts import money
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.permits import SINGLE
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    to_many,
    to_one,
)


class ShippingMethod(Resource, type_="shipping_methods"):
    """A way to ship, at a price."""

    for_guests: ClassVar = SINGLE
    for_customers: ClassVar = SINGLE
    scoped: ClassVar = offered_in_scope

    extra_filters: ClassVar = {"shipment_id": "id"}
    checks: ClassVar = (tag_limit,)

    name = attribute("string", "CURfs", required=True)
    scheme = attribute(
        "string", "CURfs", initial="flat", enum=("flat", "weight_tiered", "external")
    )
    currency_code = attribute("string", "CURfs", example="EUR")
    external_prices_url = attribute("string", "CUR")
    price_amount = money("CURfs", required=True)
    free_over_amount = money("CURfs")
    use_subtotal = attribute("boolean", "CUR", initial=False)
    price_amount_for_shipment = money("R")
    min_weight = attribute("float", "CUR")
    max_weight = attribute("float", "CUR")
    unit_of_weight = attribute("string", "CUR", enum=("gr", "oz", "lb"))
    tax_code = attribute("string", "CUR")
    base = base_attributes(
        disabling(),
        circuit(),
        shared_secret(),
        named(external_includes=attribute("array", "CUR", exported=False)),
        tagging(),
    )

    market = to_one("markets", "CUfs")
    shipping_zone = to_one("shipping_zones", "CUfs")
    shipping_category = to_one("shipping_categories", "CUfs")
    stock_location = to_one("stock_locations", "CUfs")
    delivery_lead_time_for_shipment = to_one("delivery_lead_times", virtual=True)
    shipping_method_tiers = to_many("shipping_method_tiers", "CUf", inverse="shipping_method")
    shipping_weight_tiers = to_many("shipping_weight_tiers", virtual=True)
    attachments = to_many("attachments", "f", inverse="attachable")
    notifications = to_many("notifications", "f", inverse="notifiable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
