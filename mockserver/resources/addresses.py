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
from mockserver.commerce.customers.geocoding import locate
from mockserver.commerce.orders.address_changes import orders_at_address
from mockserver.schema.countries import COUNTRY_CODES, WITHOUT_POSTCODES
from mockserver.schema.personal import becomes, cleared, masked
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
    checks: ClassVar = (locate, tag_limit, orders_at_address)

    # Forgotten, it is no longer that of a company, for a company needs a name.
    business = attribute("boolean", "CURf", initial=False, personal=becomes(False))
    first_name = attribute("string", "CURf", required=_personal, personal=becomes("Anonymized"))
    last_name = attribute("string", "CURf", required=_personal, personal=becomes("Customer"))
    company = attribute("string", "CURf", required=_business, personal=cleared)
    full_name = attribute("string", "R", derive=full_name_of)
    line_1 = attribute("string", "CURf", required=True, personal=masked)
    line_2 = attribute("string", "CURf", personal=cleared)
    city = attribute("string", "CURfs", required=True, personal=masked)
    zip_code = attribute("string", "CURf", required=_has_postcodes, personal=masked)
    state_code = attribute("string", "CURfs", personal=cleared)
    country_code = attribute(
        "string",
        "CURfs",
        required=True,
        validate=Inclusion(COUNTRY_CODES),
        personal=False,
        example="IT",
    )
    phone = attribute("string", "CURf", required=_phone_required, personal=masked)
    full_address = attribute("string", "R", derive=full_address_of)
    name = attribute("string", "R", derive=name_of)
    email = attribute("string", "CURf", personal=cleared, example="{}@example.com")
    notes = attribute("string", "CURf", personal=cleared)
    lat = attribute("float", "CURf", personal=cleared)
    lng = attribute("float", "CURf", personal=cleared)
    is_localized = attribute("boolean", "R", derive=is_localized)
    is_geocoded = attribute("boolean", "R", initial=False)
    provider_name = attribute("string", "R")
    map_url = attribute("string", "R", personal=cleared)
    static_map_url = attribute("string", "R", personal=cleared)
    billing_info = attribute("string", "CURf", personal=cleared)
    base = base_attributes(tagging())

    geocoder = to_one("geocoders", "CU")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
