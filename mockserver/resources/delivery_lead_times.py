"""Delivery lead times (contract: catalogue.md §22)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.scopes import lead_times_in_scope
from mockserver.commerce.shipping.lead_times import days_of_hours
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.validations import AtLeast
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

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = lead_times_in_scope

    checks: ClassVar = (days_of_hours,)
    uniques: ClassVar = (("stock_location", "shipping_method"),)

    min_hours = attribute("integer", "CURfs", required=True, validate=AtLeast(0))
    max_hours = attribute("integer", "CURfs", required=True, validate=AtLeast(0))
    min_days = attribute("integer", "Rfs")
    max_days = attribute("integer", "Rf")
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="cascade")
    shipping_method = to_one("shipping_methods", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
