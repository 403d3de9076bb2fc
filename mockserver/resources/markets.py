"""Markets (contract: neighbours.md §23)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.market_terms import (
    base_list,
    defaults_are_anywhere,
    effective_list,
)
from mockserver.commerce.stock.in_stock import tell_of_rearrangement
from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.codes import short_code
from mockserver.schema.disabling import disabling
from mockserver.schema.permits import INCLUDED
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    serial,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def private(record: Record) -> bool:
    """Say whether only the members of a customer group get tokens for it."""
    return record.get("customer_group") is not None


class Market(Resource, type_="markets"):
    """Where things are sold: a price list, an inventory, perhaps for a customer group only."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED
    cacheable: ClassVar = True

    checks: ClassVar = (defaults_are_anywhere, tell_of_rearrangement)

    number = serial()
    name = attribute("string", "CURfs", required=True)
    code = short_code()
    facebook_pixel_id = attribute("string", "CUR")
    checkout_url = attribute("string", "CUR")
    external_prices_url = attribute("string", "CUR")
    external_order_validation_url = attribute("string", "CUR")
    private = attribute("boolean", "R", derive=private)
    shipping_cost_cutoff = attribute("integer", "CUR", validate=AtLeast(0))
    base = base_attributes(
        disabling(),
        shared_secret(),
        named(external_includes=attribute("array", "CUR", exported=False)),
    )

    merchant = to_one("merchants", "CUf", required=True, on_delete="restrict")
    price_list = to_one(
        "price_lists", "CUfs", required=True, on_delete="restrict", shows=effective_list
    )
    base_price_list = to_one("price_lists", targets=base_list)
    inventory_model = to_one("inventory_models", "CUfs", required=True, on_delete="restrict")
    subscription_model = to_one("subscription_models", "CUfs", on_delete="restrict")
    discount_engine = to_one("discount_engines", "CUfs")
    tax_calculator = to_one(
        KINDS,
        "CUfs",
        on_delete="restrict",
    )
    customer_group = to_one("customer_groups", "CUfs", on_delete="restrict")
    geocoder = to_one("geocoders", "CUfs", on_delete="restrict")
    default_shipping_method = to_one("shipping_methods", "CUfs", on_delete="restrict")
    default_payment_method = to_one("payment_methods", "CUfs")
    stores = to_many("stores", "f", inverse="market")
    price_list_schedulers = to_many("price_list_schedulers", "f", inverse="market")
    order_validation_rules = to_many(
        "order_validation_rules", "f", inverse="market", deprecated=True
    )
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
