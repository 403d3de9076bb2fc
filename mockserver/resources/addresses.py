"""The addresses themselves (contract: neighbours.md §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from mockserver.commerce.customers.address_names import (
    full_address_of,
    full_name_of,
    is_localized,
    name_of,
)
from mockserver.commerce.customers.address_permits import FOR_CUSTOMERS, FOR_GUESTS
from mockserver.schema.countries import COUNTRY_CODES, WITHOUT_POSTCODES
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def _personal(record: Record, _: Any) -> bool:
    return not record.get("business")


def _business(record: Record, _: Any) -> bool:
    return bool(record.get("business"))


def _has_postcodes(record: Record, _: Any) -> bool:
    return record.get("country_code") not in WITHOUT_POSTCODES


def _phone_required(_: Record, setting: Callable[[str], Any]) -> bool:
    return bool(setting("addresses_phone_required"))


class Address(Resource, type_="addresses"):
    """A personal or business address."""

    for_guests: ClassVar = FOR_GUESTS
    for_customers: ClassVar = FOR_CUSTOMERS

    topics: ClassVar = ("tagged",)
    checks: ClassVar = (tag_limit,)

    business = attribute("boolean", "CURf", initial=False)
    first_name = attribute("string", "CURf", required=_personal)
    last_name = attribute("string", "CURf", required=_personal)
    company = attribute("string", "CURf", required=_business)
    full_name = attribute("string", "R", derive=full_name_of)
    line_1 = attribute("string", "CURf", required=True)
    line_2 = attribute("string", "CURf")
    city = attribute("string", "CURfs", required=True)
    zip_code = attribute("string", "CURf", required=_has_postcodes)
    state_code = attribute("string", "CURfs")
    country_code = attribute("string", "CURfs", required=True, validate=Inclusion(COUNTRY_CODES))
    phone = attribute("string", "CURf", required=_phone_required)
    full_address = attribute("string", "R", derive=full_address_of)
    name = attribute("string", "R", derive=name_of)
    email = attribute("string", "CURf")
    notes = attribute("string", "CURf")
    lat = attribute("float", "CURf")
    lng = attribute("float", "CURf")
    is_localized = attribute("boolean", "R", derive=is_localized)
    is_geocoded = attribute("boolean", "R", initial=False)
    provider_name = attribute("string", "R")
    map_url = attribute("string", "R")
    static_map_url = attribute("string", "R")
    billing_info = attribute("string", "CURf")
    base = base_attributes(tagging())

    geocoder = to_one("geocoders", "CU")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
