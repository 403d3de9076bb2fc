"""The clock runs, stands, moves and advances as it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.clock import EPOCH, Clock, milliseconds, parse_timestamp, timestamp

MOMENT = datetime(2026, 1, 15, 10, 0, 0, 123_000, tzinfo=UTC)

READINGS = {
    "2026-01-15T10:00:00.123Z": MOMENT,
    "2026-01-15T11:00:00.123+01:00": MOMENT,
    "2026-01-15": datetime(2026, 1, 15, tzinfo=UTC),
    "2026-01-15T10:00:00": datetime(2026, 1, 15, 10, tzinfo=UTC),
    " 2026-01-15 ": datetime(2026, 1, 15, tzinfo=UTC),
    "yesterday": None,
    "": None,
    "2026-13-01": None,
    "0001-01-01T00:00:00+14:00": None,
}


@pytest.mark.parametrize(("text", "moment"), READINGS.items())
def test_parse(text: str, moment: datetime | None) -> None:
    """ISO 8601; a date alone is midnight UTC, no offset is UTC, anything else is nothing."""
    assert moment == parse_timestamp(text)


def test_timestamps_have_three_decimals() -> None:
    """As the API prints them (conventions.md §3)."""
    assert "2026-01-15T10:00:00.123Z" == timestamp(MOMENT)
    assert "2026-01-15T00:00:00.000Z" == timestamp(datetime(2026, 1, 15, tzinfo=UTC))


def test_a_frozen_clock_stands() -> None:
    """Every reading is the same, until it is advanced."""
    clock = Clock()
    clock.freeze(MOMENT)
    assert (MOMENT, MOMENT.timestamp()) == (clock.now(), clock.seconds())
    clock.advance(timedelta(days=1))
    assert MOMENT + timedelta(days=1) == clock.now()
    assert clock.frozen_at is not None


def test_a_running_clock_can_be_away_from_the_machines() -> None:
    """An offset is kept, an advance adds to it, thawing takes it away."""
    clock = Clock(MOMENT)
    clock.shift(timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    assert (None, timedelta(hours=2)) == (clock.frozen_at, clock.offset)
    ahead = clock.seconds()
    clock.thaw()
    assert ahead - clock.seconds() == pytest.approx(7200, abs=60)


def test_readings_are_whole_milliseconds() -> None:
    """What is stored is what is compared."""
    assert 0 == Clock().now().microsecond % 1000


def test_milliseconds() -> None:
    """Whole ones, exact where a float would not be."""
    moment = datetime(2026, 8, 13, 7, 29, 59, 999999, tzinfo=UTC)

    assert milliseconds(moment) == 1786606199999
    assert milliseconds(EPOCH) == 0
