"""Tax rules (contract: commerce.md §10.2)."""

from __future__ import annotations

from mockserver.schema.address_patterns import address_patterns
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class TaxRule(Resource, type_="tax_rules"):
    """A rate for the addresses that its patterns match."""

    name = attribute("string", "CURfs", required=True)
    tax_rate = attribute("float", "CURfs", initial=0.0)
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
