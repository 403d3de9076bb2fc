"""Prices (contract: catalogue.md §9)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.price_checks import (
    compared_with_more,
    currency_of_list,
    one_on_each_list,
)
from mockserver.commerce.catalogue.price_members import (
    original_amount,
    outcomes,
    payload,
    price_rules,
    ruled_amount,
)
from mockserver.commerce.catalogue.price_tiers import FREQUENCY, VOLUME, tiers_of
from mockserver.commerce.catalogue.scopes import prices_in_scope
from mockserver.commerce.rules.stored_rules import sound_rules
from mockserver.schema.codes import code_naming
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.token_members import custom_claim, token_relationships
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

#: The predicates of what is no filter but for its two ends.
RANGE = ("gteq", "lteq")


class Price(Resource, type_="prices"):
    """A SKU's price on a list."""

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = prices_in_scope

    import_key: ClassVar = ("price_list", "sku")
    checks: ClassVar = (
        currency_of_list,
        one_on_each_list,
        compared_with_more,
        sound_rules("price", "api_rules_engine"),
    )
    extra_filters: ClassVar = {
        "sku_codes": "sku.code_in",
        "sku_ids": "sku.id_in",
        **dict.fromkeys(("processed_at_from", "processed_at_to"), "processed_at"),
    }

    currency_code = attribute("string", "R")
    sku_code = code_naming("skus", "sku")
    amount = ruled_amount("CURfs", required=True, validate=AtLeast(0))
    original_amount = original_amount()
    compare_at_amount = ruled_amount("CURfs", validate=AtLeast(0))
    rule_outcomes = attribute("object", "R", derive_from=outcomes, alone="read")
    base = base_attributes(
        named(processed_at=attribute("datetime", "UR", predicates=RANGE, exported=False)),
        rules=price_rules(),
        resource_payload=attribute("object", "R", derive_from=payload, alone="read"),
        jwt_custom_claim=custom_claim(),
    )

    price_list = to_one("price_lists", "CUfs", required=True, on_delete="cascade")
    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    price_tiers = to_many("price_tiers", "CUf", inverse="price")
    price_volume_tiers = to_many(VOLUME, targets=tiers_of(VOLUME))
    price_frequency_tiers = to_many(FREQUENCY, targets=tiers_of(FREQUENCY))
    attachments = to_many("attachments", "f", inverse="attachable")
    jwt = token_relationships()
    event_stores = event_stores()
