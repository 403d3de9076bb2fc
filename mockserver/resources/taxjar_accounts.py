"""TaxJar accounts (contract: commerce.md §10.4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class TaxjarAccount(Resource, type_="taxjar_accounts"):
    """A merchant's account at TaxJar, which reckons taxes."""

    family: ClassVar = "tax_calculators"

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()
    api_key = attribute("string", "CUs", required=True)

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    tax_categories = to_many("tax_categories", "CU", inverse="tax_calculator")
