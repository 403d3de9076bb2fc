"""Manual tax calculators (contract: commerce.md §10.2)."""

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


class ManualTaxCalculator(Resource, type_="manual_tax_calculators"):
    """Taxes by rules of the merchant's own."""

    family: ClassVar = "tax_calculators"

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    tax_rules = to_many("tax_rules", "CUf", inverse="manual_tax_calculator")
