"""Google geocoders (contract: catalogue.md §12)."""

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


class GoogleGeocoder(Resource, type_="google_geocoders"):
    """A merchant's account at Google, which finds where addresses are."""

    for_guests: ClassVar = SINGLE
    for_customers: ClassVar = SINGLE

    family: ClassVar = "geocoders"

    name = attribute("string", "CURfs", required=True)
    type = kind(("google_geocoders", "bing_geocoders"))
    base = base_attributes()
    api_key = attribute("string", "CU", required=True, exported=False)

    markets = to_many("markets", inverse="geocoder")
    addresses = to_many("addresses", inverse="geocoder")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
