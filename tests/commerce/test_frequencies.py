"""How often subscriptions run (neighbours.md §9)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mockserver.clock import parse_timestamp
from mockserver.commerce.subscriptions.frequencies import Frequency, next_run

#: A frequency, when it starts, what time it is, and when it runs next.
RUNS: dict[str, tuple[str, str, str, str | None]] = {
    "in-an-hour": ("hourly", "2024-01-31T10:30Z", "2024-01-31T10:30Z", "2024-01-31T11:30Z"),
    "in-some-hours": ("hourly", "2024-01-31T10:30Z", "2024-02-01T09:31Z", "2024-02-01T10:30Z"),
    "daily": ("daily", "2024-01-31T10:30Z", "2024-02-28T11:00Z", "2024-02-29T10:30Z"),
    "weekly": ("weekly", "2024-01-31T10:30Z", "2024-02-07T10:29Z", "2024-02-07T10:30Z"),
    "on-the-minute": ("weekly", "2024-01-31T10:30Z", "2024-02-07T10:30Z", "2024-02-14T10:30Z"),
    "in-a-month": ("monthly", "2024-01-15T10:30Z", "2024-01-20T10:30Z", "2024-02-15T10:30Z"),
    "short-month": ("monthly", "2024-01-31T10:30Z", "2024-02-01T00:00Z", "2024-02-29T10:30Z"),
    "long-month": ("monthly", "2024-01-31T10:30Z", "2024-03-01T00:00Z", "2024-03-31T10:30Z"),
    "next-year": ("monthly", "2024-01-31T10:30Z", "2024-12-31T10:30Z", "2025-01-31T10:30Z"),
    "two-month": ("two-month", "2024-01-31T10:30Z", "2024-02-29T00:00Z", "2024-03-31T10:30Z"),
    "three-month": ("three-month", "2024-01-31T10:30Z", "2024-02-29T00:00Z", "2024-04-30T10:30Z"),
    "four-month": ("four-month", "2024-01-31T10:30Z", "2024-06-29T00:00Z", "2024-09-30T10:30Z"),
    "six-month": ("six-month", "2024-01-31T10:30Z", "2024-08-01T00:00Z", "2025-01-31T10:30Z"),
    "yearly": ("yearly", "2024-02-29T10:30Z", "2024-03-29T00:00Z", "2025-02-28T10:30Z"),
    "not-yet-started": ("monthly", "2030-01-31T10:30Z", "2024-01-01T00:00Z", "2030-01-31T10:30Z"),
    "nightly": ("0 3 * * *", "2024-01-31T10:30Z", "2024-01-31T10:30Z", "2024-02-01T03:00Z"),
    "later-today": ("15 3,22 * * *", "2024-01-31T10:30Z", "2024-01-31T10:30Z", "2024-01-31T22:15Z"),
    "not-before-the-start": (
        "0 3 * * *",
        "2030-01-31T10:30Z",
        "2024-01-31T10:30Z",
        "2030-02-01T03:00Z",
    ),
    "workdays": ("0 8 * * 1-5", "2024-01-01T00:00Z", "2024-02-02T08:00Z", "2024-02-05T08:00Z"),
    "by-name": ("0 8 * FEB-mar Sat", "2024-01-01T00:00Z", "2024-01-02T08:00Z", "2024-02-03T08:00Z"),
    "sunday-is-seven": ("0 8 * * 7", "2024-01-01T00:00Z", "2024-02-02T08:00Z", "2024-02-04T08:00Z"),
    "either-day": ("0 8 13 * fri", "2024-01-01T00:00Z", "2024-02-03T00:00Z", "2024-02-09T08:00Z"),
    "steps": ("0 */6 1-15/7 * *", "2024-01-01T00:00Z", "2024-02-01T18:00Z", "2024-02-08T00:00Z"),
    "steps-from": ("0 5/9 * * *", "2024-01-01T00:00Z", "2024-02-01T18:00Z", "2024-02-01T23:00Z"),
    "leap-day": ("0 0 29 2 *", "2024-01-01T00:00Z", "2024-03-01T00:00Z", "2028-02-29T00:00Z"),
    "no-leap-day": ("0 0 29 2 *", "2097-01-01T00:00Z", "2097-03-01T00:00Z", "2104-02-29T00:00Z"),
    "after-many-years": (
        "0 0 27 9 */7",
        "2024-01-01T00:00Z",
        "2032-05-03T06:28Z",
        "2037-09-27T00:00Z",
    ),
    "end-of-the-calendar": ("yearly", "9999-01-01T00:00Z", "9999-06-01T00:00Z", None),
    "no-night-is-left": ("0 3 * * *", "9999-12-31T00:00Z", "9999-12-31T23:00Z", None),
    "nonsense": ("now and then", "2024-01-01T00:00Z", "2024-01-01T00:00Z", None),
}


@pytest.mark.parametrize(("frequency", "start", "now", "expected"), RUNS.values(), ids=RUNS)
def test_the_next_run(frequency: str, start: str, now: str, expected: str | None) -> None:
    """It is never before the start, and always in the future."""
    moments = [parse_timestamp(text) for text in (start, now)]
    assert moments[0]
    assert moments[1]

    found = next_run(frequency, *moments)

    assert (parse_timestamp(expected) if expected else None) == found


@pytest.mark.parametrize(
    "frequency",
    [
        *("hourly", "daily", "weekly", "monthly", "two-month", "three-month", "four-month"),
        *("six-month", "yearly"),
        *("0 0 27 9 */7", "0 0 * * *", "59 23 31 12 7", "0 1-5,7 * jan,MAR *", "0 */2 * * 0-6/2"),
    ],
)
def test_frequencies(frequency: str) -> None:
    """The vendor's words, and crontab expressions."""
    assert Frequency().broken(frequency) is None
    assert next_run(frequency, datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "frequency",
    [
        *("Monthly", "month", "every day", "monthly ", "0 0 * *", "0 0 * * * *", "0  0 * * *"),
        *("* * * * *", "*/5 * * * *", "0,30 * * * *", "0-10 * * * *"),
        *("60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 * 13 *", "0 0 * 0 *"),
        *("0 0 * * 8", "0 5-3 * * *", "0 */0 * * *", "0 , * * *", "0 a * * *", "0 0 mon * *"),
        *(
            "0 0 31 2 *",
            "0 0 30,31 2 *",
            "0 0 L * *",
            "0 0 LW * *",
            "0 0 * * 5L",
            "0 0 * * 1#2",
            "0 ٣ * * *",
            "0 0 * * mon-",
            "0 */-1 * * *",
        ),
    ],
)
def test_what_is_no_frequency(frequency: str) -> None:
    """Among them what runs more often than hourly, and what never comes."""
    assert Frequency().broken(frequency) == ("invalid", {"value": frequency})
