"""How amounts are printed in each currency (commerce.md §2.2, catalogue.md §1.1)."""

from __future__ import annotations

import pytest

from mockserver.schema.amounts import amount, formatted
from mockserver.schema.currencies import CURRENCIES, currency

#: The minor units, and what the contract prints.
PRINTED = [
    ("EUR", -1234567, "-€12.345,67"),
    ("EUR", 160500, "€1.605,00"),
    ("EUR", -580, "-€5,80"),
    ("EUR", 123450, "€1.234,50"),
    ("USD", -1234567, "-$12,345.67"),
    ("USD", 2614, "$26.14"),
    ("GBP", -1234567, "-£12,345.67"),
    ("CHF", -1234567, "-CHF12,345.67"),
    ("CHF", 1, "CHF0.01"),
    ("JPY", -1234567, "-¥1,234,567"),
    ("JPY", 10000, "¥10,000"),
    ("KRW", -1234567, "-₩1,234,567"),
    ("CLP", -1234567, "-$1.234.567"),
    ("NOK", -1234567, "-12.345,67 kr"),
    ("DKK", -1234567, "-12.345,67 kr."),
    ("SEK", -1234567, "-12 345,67 kr"),
    ("HUF", 10000, "10 000 Ft"),
    ("KWD", -1234567, "-د.ك1,234.567"),
    ("MGA", 7, "Ar1.4"),
    ("CLF", 12345, "UF1,2345"),
    ("ZWG", -1234567, "-ZWG12,345.67"),
    ("XYZ", -1234567, "-XYZ12,345.67"),
]


@pytest.mark.parametrize(("code", "cents", "printed"), PRINTED)
def test_what_an_amount_is_printed_as(code: str, cents: int, printed: str) -> None:
    """By the table of currencies; an unknown one by its code."""
    record = {"currency_code": code, "price_amount_cents": cents}

    assert formatted(record, "price_amount_cents") == printed


@pytest.mark.parametrize(
    ("code", "cents", "units"),
    [("EUR", 1540, 15.4), ("JPY", 10000, 10000.0), ("KWD", 1500, 1.5), ("MGA", 7, 1.4)],
)
def test_an_amount_in_units(code: str, cents: int, units: float) -> None:
    """A minor unit is what the currency says, not a hundredth."""
    found = amount({"currency_code": code, "fee_cents": cents}, "fee_cents")

    assert found == units
    assert isinstance(found, float)


def test_without_an_amount() -> None:
    """Nothing stays nothing."""
    assert formatted({"fee_cents": None}, "fee_cents") is None
    assert amount({"fee_cents": None}, "fee_cents") is None


def test_every_currency_prints() -> None:
    """The table is complete: a symbol for each of the hundred and eighty-six codes."""
    codes = set(CURRENCIES)

    assert len(codes) == 186
    assert all(len(code) == 3 and code.isupper() for code in codes)
    assert all(known.symbol and known.formatted(1) for known in CURRENCIES.values())
    assert currency("EUR") is CURRENCIES["EUR"]
