"""Shipping zones (contract: catalogue.md §20)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.address_patterns import PATTERNS, address_patterns
from mockserver.schema.patterns import usable_patterns
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class ShippingZone(Resource, type_="shipping_zones"):
    """Where a shipping method leads, by patterns of addresses."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (usable_patterns(*PATTERNS),)

    name = attribute("string", "CURfs", required=True)
    base = base_attributes(address_patterns())

    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
