"""Adjustments (contract: commerce.md §11)."""

from __future__ import annotations

from mockserver.schema.amounts import money
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores


class Adjustment(Resource, type_="adjustments"):
    """An amount by hand, for a line of an order: a fee, or something off."""

    name = attribute("string", "CURfs", required=True)
    currency_code = attribute("string", "CURfs", required=True, example="EUR")
    amount = money("CURfs", required=True)
    distribute_discount = attribute("boolean", "CUR", initial=True)
    base = base_attributes()

    event_stores = event_stores()
