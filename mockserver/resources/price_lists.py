"""Price lists (contract: catalogue.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class PriceList(Resource, type_="price_lists"):
    """Prices of one currency."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    name = attribute("string", "CURfs", required=True)
    code = attribute("string", "CURfs")
    currency_code = attribute("string", "CURfs", required=True, example="EUR")
    tax_included = attribute("boolean", "CURfs", initial=True)
    rule_outcomes = attribute("object", "R", initial=lambda _: {}, alone=True)
    base = base_attributes(
        rules=attribute("object", "CURf", initial=lambda _: {}, alone=True),
        resource_payload=attribute("object", "R", initial=lambda _: {}, alone=True),
    )

    prices = to_many("prices", "f", inverse="price_list")
    price_list_schedulers = to_many("price_list_schedulers", "f", inverse="price_list")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
