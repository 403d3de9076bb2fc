"""Prices (contract: catalogue.md §9)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.scopes import prices_in_scope
from mockserver.schema.amounts import money
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.token_members import custom_claim, token_relationships
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    to_many,
    to_one,
)

#: The predicates of what is no filter but for its two ends.
RANGE = ("gteq", "lteq")


class Price(Resource, type_="prices"):
    """A SKU's price on a list."""

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = prices_in_scope

    extra_filters: ClassVar = {
        "sku_codes": "sku.code_in",
        "sku_ids": "sku.id_in",
        **dict.fromkeys(("processed_at_from", "processed_at_to"), "processed_at"),
    }

    currency_code = attribute("string", "R")
    sku_code = attribute("string", "CUR")
    amount = money("CURfs", required=True)
    original_amount_cents = attribute("integer", "R")
    formatted_original_amount = attribute("string", "R")
    compare_at_amount = money("CURfs")
    rule_outcomes = attribute("object", "R", initial=lambda _: {}, alone=True)
    base = base_attributes(
        named(processed_at=attribute("datetime", "UR", predicates=RANGE, exported=False)),
        rules=attribute("object", "CURf", initial=lambda _: {}, alone=True),
        resource_payload=attribute("object", "R", initial=lambda _: {}, alone=True),
        jwt_custom_claim=custom_claim(),
    )

    price_list = to_one("price_lists", "CUfs", required=True, on_delete="cascade")
    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    price_tiers = to_many("price_tiers", "CUf", inverse="price")
    price_volume_tiers = to_many("price_volume_tiers", virtual=True)
    price_frequency_tiers = to_many("price_frequency_tiers", virtual=True)
    attachments = to_many("attachments", "f", inverse="attachable")
    jwt = token_relationships()
    event_stores = event_stores()
