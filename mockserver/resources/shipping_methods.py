"""Shipping methods (contract: catalogue.md §21)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.scopes import offered_in_scope
from mockserver.commerce.shipping.method_rules import (
    bounds_of_weight,
    currency_of_method,
    is_in_use,
    lead_time_for_shipment,
    needs_unit,
    needs_url,
    price_for_shipment,
    weight_tiers,
)
from mockserver.commerce.shipping.offer_pages import offers_to
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.permits import SINGLE
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    to_many,
    to_one,
)

#: The published ones; the real service takes kilograms all the same (catalogue.md §1.5).
UNITS = ("gr", "oz", "lb")


class ShippingMethod(Resource, type_="shipping_methods"):
    """A way to ship, at a price."""

    for_guests: ClassVar = SINGLE
    for_customers: ClassVar = SINGLE
    scoped: ClassVar = offered_in_scope

    sample: ClassVar = ("currency_code",)
    list_scopes: ClassVar = {"shipment_id": offers_to}
    checks: ClassVar = (currency_of_method, bounds_of_weight, tag_limit)

    name = attribute("string", "CURfs", required=True)
    scheme = attribute(
        "string", "CURfs", initial="flat", enum=("flat", "weight_tiered", "external")
    )
    currency_code = attribute("string", "CURfs", validate=CURRENCY, example="EUR")
    external_prices_url = attribute("string", "CUR", required=needs_url)
    price_amount = money("CURfs", required=True, validate=AtLeast(0))
    free_over_amount = money("CURfs", validate=AtLeast(0))
    use_subtotal = attribute("boolean", "CUR", initial=False)
    price_amount_for_shipment = money("R", derive=price_for_shipment)
    min_weight = attribute("float", "CUR", validate=AtLeast(0))
    max_weight = attribute("float", "CUR", validate=AtLeast(0))
    unit_of_weight = attribute("string", "CUR", required=needs_unit, enum=UNITS, also=("kg",))
    tax_code = attribute("string", "CUR")
    base = base_attributes(
        disabling(),
        circuit(),
        shared_secret(),
        named(external_includes=attribute("array", "CUR", exported=False)),
        tagging(),
    )

    market = to_one("markets", "CUfs")
    shipping_zone = to_one("shipping_zones", "CUfs", on_delete="restrict")
    shipping_category = to_one("shipping_categories", "CUfs", on_delete="restrict")
    stock_location = to_one("stock_locations", "CUfs")
    delivery_lead_time_for_shipment = to_one("delivery_lead_times", targets=lead_time_for_shipment)
    shipping_method_tiers = to_many("shipping_method_tiers", "CUf", inverse="shipping_method")
    shipping_weight_tiers = to_many("shipping_weight_tiers", targets=weight_tiers)
    attachments = to_many("attachments", "f", inverse="attachable")
    notifications = to_many("notifications", "f", inverse="notifiable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()

    locked = staticmethod(is_in_use)
