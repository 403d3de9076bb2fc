"""Addresses are written on one line as the vendor writes them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.customers.address_names import (
    full_address_of,
    full_name_of,
    is_localized,
    name_of,
)
from mockserver.schema.countries import COUNTRY_CODES, WITHOUT_POSTCODES

BUSINESS = {
    "business": True,
    "company": "Incentro",
    "first_name": "Not",
    "last_name": "Shown",
    "line_1": "Van Nelleweg 1",
    "zip_code": "3044 BC",
    "city": "Rotterdam",
    "state_code": "ZH",
    "country_code": "NL",
    "phone": "+31(0)10 20 20 544",
}
PERSONAL = {
    "business": False,
    "first_name": "John",
    "last_name": "Smith",
    "line_1": "2883 Geraldine Lane",
    "line_2": "Apt.23",
    "city": "New York",
    "country_code": "US",
    "phone": None,
}
WRITTEN = {
    "business, as recorded": (
        BUSINESS,
        "Incentro",
        "Van Nelleweg 1, 3044 BC Rotterdam ZH (NL) +31(0)10 20 20 544",
    ),
    "personal, with gaps": (PERSONAL, "John Smith", "2883 Geraldine Lane Apt.23, New York (US)"),
}


@pytest.mark.parametrize(("record", "full_name", "full_address"), WRITTEN.values(), ids=WRITTEN)
def test_names(record: dict[str, Any], full_name: str, full_address: str) -> None:
    """The name is the full name and the full address; what is blank leaves no gap."""
    assert full_name == full_name_of(record)
    assert full_address == full_address_of(record)
    assert f"{full_name}, {full_address}" == name_of(record)


def test_empty() -> None:
    """An address with nothing in it has empty names."""
    assert name_of({}) == ""


@pytest.mark.parametrize(
    ("lat", "lng", "localized"), [(0.0, 0.0, True), (1.0, None, False), (None, None, False)]
)
def test_localized(lat: float | None, lng: float | None, *, localized: bool) -> None:
    """Both coordinates make an address localized, also where they are zero."""
    assert localized is is_localized({"lat": lat, "lng": lng})


def test_countries() -> None:
    """The exceptions are among the 249 countries of the standard."""
    assert len(COUNTRY_CODES) == 249
    assert WITHOUT_POSTCODES < COUNTRY_CODES
