"""Price lists (contract: catalogue.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.price_list_rules import (
    keeps_currency,
    list_outcomes,
    list_payload,
)
from mockserver.commerce.catalogue.price_members import price_rules
from mockserver.commerce.rules.stored_rules import sound_rules
from mockserver.schema.codes import short_code
from mockserver.schema.currencies import CURRENCIES
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
)


class PriceList(Resource, type_="price_lists"):
    """Prices of one currency."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (keeps_currency, sound_rules("price", "api_rules_engine"))

    name = attribute("string", "CURfs", required=True)
    code = short_code()
    currency_code = attribute(
        "string",
        "CURfs",
        required=True,
        normalise=str.upper,
        validate=Inclusion(frozenset(CURRENCIES)),
        example="EUR",
    )
    tax_included = attribute("boolean", "CURfs", initial=True)
    rule_outcomes = attribute("object", "R", derive_from=list_outcomes, alone="read")
    base = base_attributes(
        rules=price_rules(),
        resource_payload=attribute("object", "R", derive_from=list_payload, alone="read"),
    )

    prices = to_many("prices", "f", inverse="price_list")
    price_list_schedulers = to_many("price_list_schedulers", "f", inverse="price_list")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
