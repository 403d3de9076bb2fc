"""What a piece costs of so many, or so often (catalogue.md §10, §35.2, §35.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.commerce.catalogue.price_tiers import FREQUENCY, VOLUME, amount_of, days_of

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


def tier(type_: str, up_to: float | None, cents: int) -> dict[str, Any]:
    """Return a tier."""
    return {"type": type_, "up_to": up_to, "price_amount_cents": cents}


PEN = [tier(VOLUME, None, 700), tier(VOLUME, 49, 850), tier(VOLUME, 9, 1000)]
COFFEE = [tier(FREQUENCY, 30, 1800), tier(FREQUENCY, 7, 1500), tier(VOLUME, 100, 1900)]


@pytest.mark.parametrize(
    ("quantity", "cents"), [(1, 1000), (9, 1000), (10, 850), (49, 850), (50, 700), (9999, 700)]
)
def test_volume(quantity: int, cents: int) -> None:
    """The narrowest tier that reaches so far gives the price of all pieces."""
    assert amount_of(1000, PEN, quantity, None, NOW) == cents


def test_beyond_all_tiers() -> None:
    """Without a tier beyond, the price is its own again."""
    assert amount_of(1000, PEN[1:], 50, None, NOW) == 1000
    assert amount_of(1000, [], 50, None, NOW) == 1000


@pytest.mark.parametrize(
    ("frequency", "cents"),
    [
        ("daily", 1500),
        ("weekly", 1500),
        ("0 8 * * 1", 1500),
        ("monthly", 1800),
        ("two-month", 2000),
        (None, 1900),
    ],
)
def test_frequency(frequency: str | None, cents: int) -> None:
    """Of a subscription, frequency tiers decide alone where there are any."""
    assert amount_of(2000, COFFEE, 3, frequency, NOW) == cents


def test_a_subscription_without_frequency_tiers() -> None:
    """Volume tiers decide then."""
    assert amount_of(2000, COFFEE[2:], 3, "weekly", NOW) == 1900


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        ("hourly", 0),
        ("three-month", 90),
        ("four-month", 120),
        ("six-month", 180),
        ("yearly", 365),
        ("30 * * * *", 0),
        ("15 6 1 * *", 30),
        ("0 12 */2 * *", 2),
        ("whenever", None),
    ],
)
def test_days(frequency: str, days: int | None) -> None:
    """Words have their days; a crontab expression those between its next two runs."""
    assert days_of(frequency, NOW) == days
