"""Merchants (contract: catalogue.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Merchant(Resource, type_="merchants"):
    """Who sells in a market."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    name = attribute("string", "CURfs", required=True)
    base = base_attributes()

    address = to_one("addresses", "CUf", required=True, on_delete="restrict")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
