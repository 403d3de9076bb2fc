"""Attachments (contract: neighbours.md §16)."""

from __future__ import annotations

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_one,
)

ATTACHABLES = (
    "geocoders",
    "price_lists",
    "payment_methods",
    "markets",
    "customer_groups",
    "promotions",
    "orders",
    "transactions",
    "tax_calculators",
    "tax_categories",
    "skus",
    "shipping_categories",
    "order_validation_rules",
    "bundles",
    "sku_lists",
    "stock_items",
    "stock_locations",
    "returns",
    "carrier_accounts",
    "coupon_recipients",
    "customers",
    "delivery_lead_times",
    "shipping_methods",
    "shipments",
    "discount_engines",
    "parcels",
    "gift_card_recipients",
    "gift_cards",
    "inventory_models",
    "stock_transfers",
    "sku_options",
    "merchants",
    "subscription_models",
    "payment_options",
    "packages",
    "prices",
    "price_tiers",
    "shipping_method_tiers",
    "shipping_zones",
)


class Attachment(Resource):
    """A document or note on a resource."""

    class Meta:
        """The type."""

        type_ = "attachments"

    name = attribute("string", "CURfs", required=True)
    description = attribute("string", "CURf")
    url = attribute("string", "CUR")
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    attachable = to_one(ATTACHABLES, "CUR", required=True, on_delete="cascade")
    event_stores = event_stores()
