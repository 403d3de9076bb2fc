"""Tax rules (contract: commerce.md §10.2)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.address_patterns import PARTS, address_patterns
from mockserver.schema.patterns import usable_patterns
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class TaxRule(Resource, type_="tax_rules"):
    """A rate for the addresses that its patterns match."""

    checks: ClassVar = (
        usable_patterns(*(f"{sign}{part}_regex" for part in PARTS for sign in ("", "not_"))),
    )

    name = attribute("string", "CURfs", required=True)
    tax_rate = attribute("float", "CURfs", initial=0.0, validate=AtLeast(0))
    freight_taxable = attribute("boolean", "CURf", initial=False)
    payment_method_taxable = attribute("boolean", "CURf", initial=False)
    gift_card_taxable = attribute("boolean", "CURf", initial=False)
    adjustment_taxable = attribute("boolean", "CURf", initial=False)
    breakdown = attribute("object", "R", initial=lambda _: {})
    base = base_attributes(address_patterns())

    manual_tax_calculator = to_one(
        "manual_tax_calculators", "CUfs", required=True, on_delete="cascade"
    )
    event_stores = event_stores()
