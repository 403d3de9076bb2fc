"""Spans of time, of the calendar and of a clock, as people write them: ISO 8601, or seconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import months_later
from mockserver.late_dataclass import dataclass

#: ISO 8601 durations; those of years and months are as long as the calendar says.
DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
LONGEST = timedelta(days=366 * 100)
LONGEST_MONTHS = 12 * 100


@dataclass(frozen=True, slots=True)
class CalendarSpan:
    """A time span, of the calendar and of a clock.

    Attributes:
        months: leads to the same day of another month, or to its last one (commerce.md §19.4).
        time: comes on top.
    """

    months: int = 0
    time: timedelta = timedelta()

    def __bool__(self) -> bool:
        """Say whether it is any time at all."""
        return bool(self.months or self.time)

    @property
    def is_back(self) -> bool:
        """Whether it leads back."""
        return self.months < 0 or self.time < timedelta()

    @property
    def is_too_long(self) -> bool:
        """Whether no clock goes so far."""
        return abs(self.time) > LONGEST or abs(self.months) > LONGEST_MONTHS

    def seen_from(self, moment: datetime) -> timedelta:
        """Return how long it is from a moment on."""
        return months_later(moment, self.months) - moment + self.time


NO_SPAN = CalendarSpan()


def span_of(value: Any) -> CalendarSpan | None:
    """Return the span that a text in ISO 8601, or a number of seconds, means; ``None`` for none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        is_possible = abs(value) < LONGEST.total_seconds()
        return CalendarSpan(time=timedelta(seconds=value)) if is_possible else None
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    parts = {n: d for n, d in (match.groupdict() if match else {}).items() if d and n != "sign"}
    if match is None or not parts:
        return None
    sign = -1 if match["sign"] else 1
    try:
        months = 12 * int(parts.pop("years", 0)) + int(parts.pop("months", 0))
        time = timedelta(**{name: float(digits) for name, digits in parts.items()})
    except (OverflowError, ValueError):
        # More digits than anything has.
        return None
    return CalendarSpan(sign * months, sign * time)
