"""The organization itself (contract: neighbours.md §41, authentication.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
)


class Organization(Resource, type_="organizations"):
    """The tenant of a token: its name, its looks, its limits and switches."""

    actions: ClassVar = ("retrieve",)
    singleton: ClassVar = "organization"

    name = attribute("string", "CUR")
    slug = attribute("string", "R")
    domain = attribute("string", "R")
    support_phone = attribute("string", "CUR")
    support_email = attribute("string", "CUR")
    logo_url = attribute("string", "CUR")
    favicon_url = attribute("string", "CUR")
    primary_color = attribute("string", "CUR")
    gtm_id = attribute("string", "CUR")
    gtm_id_test = attribute("string", "CUR")
    config = attribute("object", "R", initial=lambda _: {})
    api_auth_redirect = attribute("boolean", "R", initial=True)
    api_rules_engine = attribute("boolean", "R", initial=True)
    api_rules_engine_max_conditions_size = attribute("integer", "R", initial=150)
    api_rules_engine_max_rules_size = attribute("integer", "R", initial=15)
    api_new_auth = attribute("boolean", "R", initial=True)
    api_purge_single_resource = attribute("boolean", "R", initial=False)
    api_max_regex_length = attribute("integer", "R", initial=5000)
    addresses_avs_check = attribute("boolean", "R", initial=True)
    addresses_phone_required = attribute("boolean", "R", initial=True)
    orders_sales_channel_guest_only = attribute("boolean", "R", initial=True)
    orders_min_rebuild_shipments_lapse = attribute("float", "R", initial=0)
    orders_min_refresh_lapse = attribute("float", "R", initial=0)
    orders_autorefresh_cutoff_test = attribute("integer", "R", initial=50)
    orders_autorefresh_cutoff_live = attribute("integer", "R", initial=500)
    orders_number_editable_test = attribute("boolean", "R", initial=False)
    orders_number_editable_live = attribute("boolean", "R", initial=False)
    orders_number_as_reference = attribute("boolean", "R", initial=True)
    orders_invalid_coupon_errors = attribute("boolean", "R", initial=True)
    orders_invalid_gift_card_errors = attribute("boolean", "R", initial=True)
    orders_validate_shipping_stock = attribute("boolean", "R", initial=False)
    bundles_max_items_count = attribute("integer", "R", initial=10)
    coupons_min_code_length = attribute("integer", "R", initial=8)
    coupons_max_code_length = attribute("integer", "R", initial=40)
    gift_cards_exact_code_matching = attribute("boolean", "R", initial=False)
    gift_cards_min_code_length = attribute("integer", "R", initial=8)
    gift_cards_max_code_length = attribute("integer", "R", initial=40)
    cleanups_max_concurrent_count = attribute("integer", "R", initial=10)
    exports_max_concurrent_count = attribute("integer", "R", initial=10)
    imports_max_concurrent_count = attribute("integer", "R", initial=10)
    imports_purge_cache = attribute("boolean", "R", initial=True)
    imports_skip_errors = attribute("boolean", "R", initial=False)
    inventory_models_max_stock_locations_cutoff = attribute("integer", "R", initial=10)
    promotions_max_concurrent_count = attribute("integer", "R", initial=10)
    promotions_max_conditions_size = attribute("integer", "R", initial=150)
    promotions_max_rules_size = attribute("integer", "R", initial=15)
    price_lists_max_conditions_size = attribute("integer", "R", initial=150)
    price_lists_max_rules_size = attribute("integer", "R", initial=15)
    imports_trigger_webhooks = attribute("integer", "R", initial=False)
    discount_engines_enabled = attribute("boolean", "R", initial=False)
    discount_engines_errors = attribute("boolean", "R", initial=False)
    tags_max_name_length = attribute("integer", "R", initial=25)
    tags_max_allowed_number = attribute("integer", "R", initial=10)
    tax_calculators_errors = attribute("boolean", "R", initial=False)
    external_promotions_errors = attribute("boolean", "R", initial=False)
    external_prices_errors = attribute("boolean", "R", initial=True)
    base = base_attributes()

    event_stores = event_stores()
    #: What tokens say of the organization.
    enterprise = internal("boolean")
    region = internal("string")


#: What the engine calls the type of the one record it stands in.
ORGANIZATIONS = Organization.type_
