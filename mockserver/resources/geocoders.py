"""Geocoders (contract: catalogue.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import SINGLE
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class Geocoder(Resource, type_="geocoders"):
    """An account at a service that finds where addresses are."""

    for_guests: ClassVar = SINGLE
    for_customers: ClassVar = SINGLE

    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "CURfs", required=True)
    type = kind(("google_geocoders", "bing_geocoders"))
    base = base_attributes()

    markets = to_many("markets", inverse="geocoder")
    addresses = to_many("addresses", inverse="geocoder")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
