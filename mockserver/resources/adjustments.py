"""Adjustments (contract: commerce.md §11)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.adjusted import orders_of_adjustment
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.validations import OtherThan
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores


class Adjustment(Resource, type_="adjustments"):
    """An amount by hand, for a line of an order: a fee, or something off."""

    checks: ClassVar = (orders_of_adjustment,)

    name = attribute("string", "CURfs", required=True)
    currency_code = attribute("string", "CURfs", required=True, validate=CURRENCY, example="EUR")
    amount = money("CURfs", required=True, validate=OtherThan(0))
    distribute_discount = attribute("boolean", "CUR", initial=True)
    base = base_attributes()

    event_stores = event_stores()
