"""Which shipping methods are offered, and what they cost (catalogue.md §20, §21)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.commerce.shipping.methods import (
    Base,
    Consignment,
    cut_off,
    default_price,
    is_offered,
    price,
)
from mockserver.commerce.shipping.weights import GRAMS, grams, in_unit, total
from mockserver.commerce.shipping.zones import covers

ITALY = {"country_code": "IT", "state_code": "MI", "zip_code": "20121"}
SHIPMENT = Consignment("EUR", "EU", "MERCH", "MIL", ITALY, Fraction(600))
METHOD = {"currency_code": "EUR", "price_amount_cents": 700}
EUROPE = {
    "country_code_regex": "AT|BE|DE|FR|IT",
    "not_zip_code_regex": "^(23041|23030)$",
}
#: What a method says, and whether it is offered.
OFFERED: dict[str, tuple[dict[str, Any], bool]] = {
    "plain": ({}, True),
    "disabled": ({"disabled_at": "2026-01-01T00:00:00.000Z"}, False),
    "other-currency": ({"currency_code": "USD"}, False),
    "market": ({"market": "EU"}, True),
    "other-market": ({"market": "US"}, False),
    "category": ({"shipping_category": "MERCH"}, True),
    "other-category": ({"shipping_category": "FROZEN"}, False),
    "zone": ({"shipping_zone": "EUROPE"}, True),
    "location": ({"stock_location": "MIL"}, True),
    "other-location": ({"stock_location": "ROM"}, False),
    "least-weight": ({"min_weight": 600, "unit_of_weight": "gr"}, True),
    "too-light": ({"min_weight": 600.1, "unit_of_weight": "gr"}, False),
    "most-weight": ({"max_weight": 0.6, "unit_of_weight": "kg"}, True),
    "too-heavy": ({"max_weight": 21, "unit_of_weight": "oz"}, False),
    "not-too-heavy": ({"max_weight": 22, "unit_of_weight": "oz"}, True),
}


@pytest.mark.parametrize(("values", "expected"), OFFERED.values(), ids=OFFERED)
def test_offered(values: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - of a table
    """All conditions have to hold."""
    assert is_offered({**METHOD, **values}, EUROPE, SHIPMENT) is expected


def test_a_shipment_of_everything_is_offered_every_category() -> None:
    """``no_split`` keeps nothing apart."""
    whole = Consignment("EUR", "EU", None, "MIL", ITALY)

    assert is_offered({**METHOD, "shipping_category": "FROZEN"}, None, whole)


@pytest.mark.parametrize("zone", [None, "EUROPE"])
def test_without_an_address_no_zone_fits(zone: str | None) -> None:
    """Methods without one do."""
    nowhere = Consignment("EUR", "EU", "MERCH", "MIL")

    assert is_offered({**METHOD, "shipping_zone": zone}, {}, nowhere) is (zone is None)


#: Country, state and zip, and whether that is in the zone.
ADDRESSES: dict[str, tuple[dict[str, str], dict[str, str | None], bool]] = {
    "in": (EUROPE, {"country_code": "IT", "zip_code": "20121"}, True),
    "in-but-not-there": (EUROPE, {"country_code": "IT", "zip_code": "23041"}, False),
    "in-france": (EUROPE, {"country_code": "FR", "zip_code": "75001"}, True),
    "out": (EUROPE, {"country_code": "US", "zip_code": "10013"}, False),
    "everywhere": ({}, {"country_code": "US"}, True),
    "by-zip-alone": ({"zip_code_regex": "^1"}, {"country_code": "US", "zip_code": "10013"}, True),
    "no-zip": ({"zip_code_regex": "^1"}, {"country_code": "US", "zip_code": None}, False),
    "no-zip-needed": ({"not_zip_code_regex": "^1"}, {"zip_code": None}, True),
    "not-that-state": ({"not_state_code_regex": "(?i)^ny$"}, {"state_code": "NY"}, False),
    "anything-is-found": ({"state_code_regex": ".*"}, {"state_code": None}, True),
}


@pytest.mark.parametrize(("zone", "address", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_zones(zone: dict[str, str], address: dict[str, str | None], expected: bool) -> None:  # noqa: FBT001 - of a table
    """Found, and not found, in each part."""
    assert covers(zone, address) is expected


TIER = {**METHOD, "price_amount_cents": 2000, "scheme": "weight_tiered", "unit_of_weight": "gr"}
TIERS = [
    {"up_to": 1000.0, "price_amount_cents": 800},
    {"up_to": None, "price_amount_cents": 1500},
    {"up_to": 500.0, "price_amount_cents": 500},
]
SHIRT, MUG, BOOK = grams(300, "gr"), grams(450, "gr"), grams(10, "oz")


@pytest.mark.parametrize(
    ("pieces", "words", "expected"),
    [
        ([(SHIRT, 1)], {}, 500),
        ([(SHIRT, 2)], {}, 800),
        ([(SHIRT, 1), (BOOK, 1)], {}, 800),
        ([(SHIRT, 2), (MUG, 1)], {}, 1500),
        ([(grams(500, "gr"), 1)], {}, 500),
        # Fifty shirts of a tenth of an ounce weigh five ounces, not a grain more.
        ([(grams(0.1, "oz"), 50)], {"unit_of_weight": "oz"}, 500),
        # A tier that no weight within the bounds comes to.
        ([(SHIRT, 3)], {"max_weight": 950}, 1500),
        ([(SHIRT, 1)], {"scheme": "flat"}, 2000),
        ([(SHIRT, 1)], {"scheme": "external"}, 2000),
    ],
)
def test_tiers(pieces: list[tuple[Fraction, int]], words: dict[str, Any], expected: int) -> None:
    """The nearest limit above; else the tier without one; the story is catalogue.md §35.9."""
    shipment = Consignment(grams=total(pieces))

    assert price({**TIER, **words}, TIERS, Base(0, 0), shipment) == expected


def test_beyond_all_tiers() -> None:
    """The method's own price."""
    heavy = Consignment(grams=Fraction(1050))

    assert price(TIER, [TIERS[0], TIERS[2]], Base(0, 0), heavy) == 2000
    assert price({**TIER, "price_amount_cents": 0}, [], Base(0, 0), heavy) == 0


FREE = {**METHOD, "free_over_amount_cents": 9900}


@pytest.mark.parametrize(
    ("words", "base", "expected"),
    [
        ({}, Base(9900, 9900), 700),
        ({}, Base(10150, 10150), 0),
        ({}, Base(10150, 9135), 700),
        ({"use_subtotal": True}, Base(10150, 9135), 0),
        ({"free_over_amount_cents": None}, Base(10150, 10150), 700),
        ({"free_over_amount_cents": 0}, Base(1, 1), 0),
        ({"scheme": "external"}, Base(10150, 10150), 0),
    ],
)
def test_free_over(words: dict[str, Any], base: Base, expected: int) -> None:
    """Over, not at, the amount; the story is catalogue.md §35.8."""
    assert price({**FREE, **words}, [], base, SHIPMENT) == expected


def test_a_default_method_has_no_tiers() -> None:
    """Only its price, unless the order is worth more than it is free over (catalogue.md §12)."""
    assert default_price(TIER, Base(0, 0)) == 2000
    assert default_price({**TIER, "free_over_amount_cents": 1}, Base(2, 2)) == 0


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, [700, 700, 5]), (0, [0, 0, 0]), (1, [700, 0, 0]), (2, [700, 700, 0])],
)
def test_cutoff(limit: int | None, expected: list[int]) -> None:
    """The first shipments cost something, the others nothing."""
    assert cut_off([700, 700, 5], limit) == expected


def test_weights() -> None:
    """To the last digit."""
    assert SHIRT + BOOK == Fraction("583.49523125")
    assert in_unit(grams(3, "lb"), "oz") == 48
    assert grams(None, None) == 0
    assert grams(7.25, None) == Fraction("7.25")


@given(st.floats(0, 1e6), st.sampled_from(list(GRAMS)), st.sampled_from(list(GRAMS)))
def test_weights_come_back(weight: float, unit: str, other: str) -> None:
    """Whatever unit they have been in between."""
    there = in_unit(grams(weight, unit), other)

    assert in_unit(grams(there, other), unit) == Fraction(str(weight))
