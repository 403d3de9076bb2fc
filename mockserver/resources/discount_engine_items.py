"""Discount engine items (contract: commerce.md §20)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class DiscountEngineItem(Resource, type_="discount_engine_items"):
    """An answer of a discount engine to one order."""

    sample: ClassVar = ("discount_engine", "order")
    actions: ClassVar = ("list", "retrieve")

    body = attribute("object", "Rf")
    base = base_attributes()

    discount_engine = to_one("discount_engines", "Cfs", required=True, on_delete="restrict")
    order = to_one("orders", "Cfs", required=True, on_delete="restrict")
    event_stores = event_stores()
