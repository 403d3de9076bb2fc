"""Delivery lead times (contract: catalogue.md §22)."""

from __future__ import annotations

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class DeliveryLeadTime(Resource, type_="delivery_lead_times"):
    """How long it takes from a stock location by a shipping method."""

    min_hours = attribute("integer", "CURfs", required=True)
    max_hours = attribute("integer", "CURfs", required=True)
    min_days = attribute("integer", "Rfs")
    max_days = attribute("integer", "Rf")
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="cascade")
    shipping_method = to_one("shipping_methods", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
