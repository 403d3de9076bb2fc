"""How often subscriptions run: the vendor's words, and crontab expressions (neighbours.md §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from mockserver.clock import months_later
from mockserver.late_dataclass import dataclass
from mockserver.schema.validations import Broken, Validation

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
_VALUE = r"(?:[0-9]{1,2}|[A-Za-z]{3})"
_PART = rf"(?:\*|{_VALUE}(?:-{_VALUE})?)(?:/[0-9]{{1,2}})?"
#: Of five fields, with one minute: the service runs nothing more often than once an hour.
CRONTAB = rf"[0-5]?[0-9](?: {_PART}(?:,{_PART})*){{4}}"
#: Any moment will do: what does not come after it never does.
ANY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Frequency(Validation):
    """A word of the vendor, or a crontab expression that runs at most once an hour."""

    def broken(self, value: str) -> Broken | None:
        """Return ``invalid`` with the value."""
        is_known = value in PERIODS or value in MONTHS
        return None if is_known or _comes(value) else ("invalid", {"value": value})


def next_run(frequency: str, start: datetime, now: datetime) -> datetime | None:
    """Return when a subscription runs next: never before it starts, and always in the future.

    Args:
        frequency: a word or a crontab expression.
        start: when it begins; words count from there.
        now: the present moment.
    """
    try:
        if runs := _runs(frequency, max(start, now)):
            return next(runs, None)
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
    while (found := months_later(start, count * months)) <= now:
        count += 1
    return found


def next_runs(crontab: str, after: datetime, count: int) -> list[datetime]:
    """Return so many of the next runs of a crontab expression; of none, none."""
    return list(islice(_runs(crontab, after) or (), count))


def _comes(crontab: str) -> bool:
    runs = _runs(crontab, ANY)
    return runs is not None and next(runs, None) is not None


def _runs(crontab: str, moment: datetime) -> Iterator[datetime] | None:
    """Return the runs of a crontab expression after a moment, ``None`` when it is none."""
    if not re.fullmatch(CRONTAB, crontab):
        return None
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - rarely needed

    try:
        return CronSim(crontab, moment)
    except CronSimError:
        return None
