"""Bundles (contract: catalogue.md §6)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.bundles import (
    amounts,
    code_is_free,
    consists_of_list,
    skus_count,
    skus_of,
    take_flags,
)
from mockserver.commerce.catalogue.market_terms import currency_of_market
from mockserver.commerce.catalogue.scopes import sold_in_scope
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class Bundle(Resource, type_="bundles"):
    """Several SKUs sold as one, at a price of its own."""

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = sold_in_scope

    topics: ClassVar = ("tagged",)
    sample: ClassVar = ("currency_code", "price_amount_cents")
    checks: ClassVar = (
        currency_of_market,
        code_is_free,
        consists_of_list,
        amounts,
        take_flags,
        tag_limit,
    )
    import_key: ClassVar = ("code",)
    import_parent: ClassVar = "market"

    code = attribute("string", "CURfs", required=True, normalise=str.strip, indexed=True)
    name = attribute("string", "CURfs", required=True)
    currency_code = attribute("string", "CURfs", validate=CURRENCY, example="EUR")
    description = attribute("string", "CURf")
    image_url = attribute("string", "CURf")
    do_not_ship = attribute("boolean", "Rf")
    do_not_track = attribute("boolean", "Rf")
    price_amount = money("CURfs", validate=AtLeast(0), example=1000)
    compare_at_amount = money("CURfs", validate=AtLeast(0), example=2000)
    _compute_price_amount = trigger(flags="CU")
    _compute_compare_at_amount = trigger(flags="CU")
    skus_count = attribute("integer", "R", derive_from=skus_count)
    base = base_attributes(tagging())

    market = to_one("markets", "Cfs", on_delete="restrict")
    sku_list = to_one("sku_lists", "Cfs", required=True, on_delete="restrict")
    skus = to_many("skus", targets=skus_of)
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
