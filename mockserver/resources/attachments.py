"""Attachments (contract: neighbours.md §16)."""

from __future__ import annotations

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one

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


class Attachment(Resource, type_="attachments"):
    """A document or note on a resource."""

    name = attribute("string", "CURfs", required=True)
    description = attribute("string", "CURf")
    url = attribute("string", "CUR")
    base = base_attributes()

    attachable = to_one(
        ATTACHABLES, "CUR", required=True, on_delete="cascade", on_anonymize="delete"
    )
    event_stores = event_stores()
