"""How often subscriptions run: the vendor's words, and crontab expressions (neighbours §9)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mockserver.resources.rules import Broken

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIODS: Mapping[str, timedelta] = {"hourly": HOUR, "daily": DAY, "weekly": 7 * DAY}
MONTHS: Mapping[str, int] = {
    "monthly": 1,
    "two-month": 2,
    "three-month": 3,
    "four-month": 4,
    "six-month": 6,
    "yearly": 12,
}
#: A day that comes only every eight years around 2100: the 29th of February.
FAR = 8 * 366

STEP = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d{1,2}))?")
NO_NAMES: Sequence[str] = ()
MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
#: The values of the fields after the minute, and the names of the lowest ones.
FIELDS = (
    (range(24), NO_NAMES),
    (range(1, 32), NO_NAMES),
    (range(1, 13), MONTH_NAMES),
    (range(8), DAY_NAMES),
)
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Frequency:
    """A word of the vendor, or a crontab expression that runs at most once an hour."""

    def broken(self, value: str) -> Broken | None:
        """Return ``invalid`` with the value."""
        if value in PERIODS or value in MONTHS or Crontab.parse(value):
            return None
        return "invalid", {"value": value}


def next_run(frequency: str, start: datetime, now: datetime) -> datetime | None:
    """Return when a subscription runs next: never before it starts, and always in the future.

    Args:
        frequency: a word or a crontab expression.
        start: when it begins; words count from there.
        now: the present moment.
    """
    try:
        if crontab := Crontab.parse(frequency):
            return crontab.after(max(start, now))
        if start > now:
            return start
        if period := PERIODS.get(frequency):
            return start + ((now - start) // period + 1) * period
        return _month_after(start, now, MONTHS[frequency]) if frequency in MONTHS else None
    except (OverflowError, ValueError):
        # Beyond the calendar.
        return None


def _month_after(start: datetime, now: datetime, months: int) -> datetime:
    """Return the first of the days so many months apart; the 31st is the last where it lacks."""
    passed = (now.year - start.year) * 12 + now.month - start.month
    count = max(passed // months, 1)
    while (found := _months_later(start, count * months)) <= now:
        count += 1
    return found


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )


@dataclass(frozen=True, slots=True)
class Crontab:
    """A crontab expression with one minute.

    Attributes:
        minute: of the hour.
        hours: of the day.
        days: of the month.
        months: of the year.
        weekdays: from Sunday, 0.
        either: whether a day of the month or of the week is enough: both are restricted.
    """

    minute: int
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    @classmethod
    def parse(cls, text: str) -> Crontab | None:
        """Return the expression, ``None`` for what is none or never comes."""
        minute, *rest = text.split(" ")
        if len(rest) != len(FIELDS) or not re.fullmatch(r"[0-5]?[0-9]", minute):
            return None
        read = [_values(part, *field) for part, field in zip(rest, FIELDS, strict=True)]
        hours, days, months, weekdays = read
        if not (hours and days and months and weekdays):
            return None
        weekdays = frozenset(day % SUNDAY for day in weekdays)
        either = not rest[1].startswith("*") and not rest[3].startswith("*")
        made = cls(int(minute), hours, days, months, weekdays, either)
        # Any moment will do: what does not come within the span from it never does.
        return made if made.after(datetime(2000, 1, 1)) else None  # noqa: DTZ001 - of no zone

    def after(self, moment: datetime) -> datetime | None:
        """Return the first run after a moment."""
        first = moment.replace(hour=0, minute=self.minute, second=0, microsecond=0)
        for day in (first + DAY * n for n in range(FAR)):
            if self._includes(day):
                for hour in sorted(self.hours):
                    if (found := day.replace(hour=hour)) > moment:
                        return found
        return None

    def _includes(self, day: datetime) -> bool:
        in_month = day.day in self.days
        in_week = day.isoweekday() % SUNDAY in self.weekdays
        fits = in_month or in_week if self.either else in_month and in_week
        return fits and day.month in self.months


def _values(text: str, allowed: range, names: Sequence[str]) -> frozenset[int] | None:
    """Return what one field stands for, ``None`` when it has no reading."""
    found: set[int] = set()
    for part in text.split(","):
        match = STEP.fullmatch(part)
        if match is None:
            return None
        first, last, step = match.group("first", "last", "step")
        start = _number(first, names, allowed) if first else allowed[0]
        # "5" is one value, "5/6" goes on from there to the end.
        alone = start if first and not step else allowed[-1]
        stop = _number(last, names, allowed) if last else alone
        stride = int(step or 1)
        if start not in allowed or stop not in allowed or start > stop or not stride:
            return None
        found.update(range(start, stop + 1, stride))
    return frozenset(found)


def _number(text: str, names: Sequence[str], allowed: range) -> int:
    """Return the number a value is written as or named, one that is not allowed for nonsense."""
    if text.lower() in names:
        return allowed[0] + names.index(text.lower())
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else -1
