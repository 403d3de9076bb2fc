"""Draws the pools of names that seeding chooses from: ``python -m mockserver.seeding.drawing``.

The only place that uses Faker, and never at run time: importing it and constructing its locales
would take half of the time a server has to start. What it draws is committed as
``pools.json``, so seeded data change only when somebody draws anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from mockserver.late_dataclass import dataclass
from mockserver.seeding.pools import POOLS

SEED = 20250101
NAMES = 60
STREETS = 40
COMPANIES = 30
PHONES = 50

Place = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Country:
    """A country: values to draw from, and those that no library knows to be consistent.

    Attributes:
        locale: of Faker; its names, streets and companies do not depend on Python's hash seed.
        language: of orders from there.
        line: how a street and a number are written.
        phone: a pattern from a range reserved for fiction, where the country has one.
        places: cities with a postcode and a state of their own.
    """

    locale: str
    language: str
    line: str
    phone: str
    places: Sequence[Place]


COUNTRIES: Mapping[str, Country] = {
    "US": Country(
        "en_US",
        "en",
        "{number} {street}",
        "+1 212 555 01{:02d}",
        (
            ("New York", "10013", "NY"),
            ("Brooklyn", "11211", "NY"),
            ("San Francisco", "94103", "CA"),
            ("Los Angeles", "90012", "CA"),
            ("Chicago", "60654", "IL"),
            ("Austin", "78701", "TX"),
            ("Seattle", "98101", "WA"),
            ("Boston", "02108", "MA"),
        ),
    ),
    "GB": Country(
        "en_GB",
        "en",
        "{number} {street}",
        "+44 20 7946 0{:03d}",
        (
            ("London", "EC1A 1BB", None),
            ("Manchester", "M1 1AE", None),
            ("Birmingham", "B2 4QA", None),
            ("Bristol", "BS1 4DJ", None),
            ("Leeds", "LS1 4AP", None),
            ("Edinburgh", "EH1 1YZ", None),
        ),
    ),
    "DE": Country(
        "de_DE",
        "de",
        "{street} {number}",
        "+49 30 23125 {:03d}",
        (
            ("Berlin", "10115", "BE"),
            ("Hamburg", "20095", "HH"),
            ("München", "80331", "BY"),
            ("Köln", "50667", "NW"),
            ("Frankfurt am Main", "60311", "HE"),
            ("Stuttgart", "70173", "BW"),
            ("Leipzig", "04109", "SN"),
        ),
    ),
    "FR": Country(
        "fr_FR",
        "fr",
        "{number} {street}",
        "+33 1 99 00 {:02d} 17",
        (
            ("Paris", "75004", None),
            ("Lyon", "69002", None),
            ("Marseille", "13001", None),
            ("Toulouse", "31000", None),
            ("Nantes", "44000", None),
            ("Orléans", "45000", None),
        ),
    ),
    "ES": Country(
        "es_ES",
        "es",
        "{street} {number}",
        "+34 910 000 {:03d}",
        (
            ("Madrid", "28013", "M"),
            ("Barcelona", "08002", "B"),
            ("Valencia", "46001", "V"),
            ("Sevilla", "41001", "SE"),
            ("Málaga", "29015", "MA"),
            ("A Coruña", "15001", "C"),
        ),
    ),
    "IT": Country(
        "it_IT",
        "it",
        "{street} {number}",
        "+39 02 0000 0{:03d}",
        (
            ("Milano", "20121", "MI"),
            ("Roma", "00184", "RM"),
            ("Torino", "10123", "TO"),
            ("Firenze", "50122", "FI"),
            ("Bologna", "40121", "BO"),
            ("Napoli", "80134", "NA"),
        ),
    ),
}


def distinct(draw: Callable[[], str], count: int) -> list[str]:
    """Return so many different values, in the order they are drawn."""
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(draw())
    return list(found)


def drawn(country: Country) -> dict[str, Any]:
    """Return the pool of one country."""
    from faker import Faker  # noqa: PLC0415 - takes a tenth of a second to import

    faker = Faker(country.locale, use_weighting=False)
    faker.seed_instance(SEED)
    streets = iter(distinct(faker.street_name, STREETS))
    return {
        "language_code": country.language,
        "first_names": distinct(faker.first_name, NAMES),
        "last_names": distinct(faker.last_name, NAMES),
        "companies": distinct(faker.company, COMPANIES),
        "lines": list(_lines(country, streets, faker.random.randint)),
        "phones": [country.phone.format(number) for number in range(PHONES)],
        "places": country.places,
    }


def _lines(
    country: Country, streets: Iterator[str], number: Callable[[int, int], int]
) -> Iterator[str]:
    for street in streets:
        yield country.line.format(street=street, number=number(1, 199))


def pools_json() -> bytes:
    """Return the whole file, one value a line."""
    pools = {code: drawn(country) for code, country in COUNTRIES.items()}
    return orjson.dumps(pools, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    POOLS.write_bytes(pools_json())
    sys.stdout.write(f"{POOLS}\n")
