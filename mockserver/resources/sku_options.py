"""SKU options (contract: catalogue.md §4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.market_terms import currency_of_market
from mockserver.commerce.catalogue.scopes import sold_in_scope
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.patterns import usable_patterns
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.spans import told_in_days
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class SkuOption(Resource, type_="sku_options"):
    """Something that SKUs can be ordered with, at a price."""

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = sold_in_scope

    topics: ClassVar = ("tagged",)
    sample: ClassVar = ("currency_code",)
    checks: ClassVar = (
        currency_of_market,
        usable_patterns("sku_code_regex"),
        told_in_days("delay"),
        tag_limit,
    )
    import_parent: ClassVar = "market"

    name = attribute("string", "CURfs", required=True)
    currency_code = attribute("string", "CURfs", validate=CURRENCY, example="EUR")
    description = attribute("string", "CURf")
    price_amount = money("CURfs", initial=0, validate=AtLeast(0))
    delay_hours = attribute("integer", "CURfs", initial=0, validate=AtLeast(0))
    delay_days = attribute("integer", "Rfs", initial=0)
    sku_code_regex = attribute("string", "CUR")
    base = base_attributes(tagging())

    market = to_one("markets", "CUfs")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
