"""The only place that reads the machine's clock.

Everything that needs the time asks a :class:`Clock`, so a test can freeze, move and advance it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND, SECOND = 1_000_000, 1_000_000_000


def timestamp(moment: datetime) -> str:
    """Return a moment as the API prints it, ``YYYY-MM-DDTHH:MM:SS.mmmZ`` (conventions.md §3)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """Return a moment as milliseconds since the epoch."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def parse_timestamp(text: str) -> datetime | None:
    """Return the moment an ISO 8601 text names, ``None`` when it names none.

    A date alone is midnight UTC, a text without an offset is UTC (conventions.md §13.2).
    """
    if text[:9].isdigit() and len(text) > len("YYYYMMDD"):
        # Python would take the ninth digit for what stands between a date and a time.
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


# A test may have put other clocks in the place of the machine's: freezegun does so in every module,
# also under the names that functions were imported by. It does not look into a partial, and leaves
# those functions alone that are used here, should it be there first.
if sys.platform == "win32":
    _time_ns: Callable[[], int] = partial(time.time_ns)
    _monotonic: Callable[[], float] = partial(time.perf_counter)
else:
    _time_ns = partial(time.clock_gettime_ns, time.CLOCK_REALTIME)
    _monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)

#: Returns seconds on a clock that only measures: durations of the server itself.
monotonic = _monotonic


def machine_time() -> int:
    """Return the machine's time in nanoseconds since the epoch, whatever a test has it look like.

    time-machine replaces what is inside the functions, and offers a way around that.
    """
    if "time_machine" in sys.modules:
        try:
            now: int = sys.modules["time_machine"].escape_hatch.time.time_ns()
        except (AttributeError, ValueError):
            # It is only being imported, or nobody travels.
            return _time_ns()
        return now
    return _time_ns()


def next_local(hour: int, minute: int, *, after: float) -> float:
    """Return when the machine's local time is next so, in seconds since the epoch.

    Where summer time skips that time of day it is the moment an hour later, and where it comes
    twice it counts once.
    """
    today = time.localtime(after)
    for days in range(2):
        day = (today.tm_year, today.tm_mon, today.tm_mday + days)
        due = time.mktime((*day, hour, minute, 0, 0, 0, -1))
        if due > after:
            break
    return due


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, or earlier; the last one where the month lacks it.

    commerce.md §19.4.

    Raises:
        ValueError: it is beyond the calendar.
    """
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


@contextmanager
def real_dates() -> Iterator[None]:
    """Have dates be of Python's own class meanwhile, where freezegun has put another in its place.

    cryptography keeps the first class it meets for the rest of the process, and then takes dates
    of no other one.
    """
    found = dt.datetime
    own = next(each for each in found.__mro__ if each.__module__ == dt.__name__)
    vars(dt)["datetime"] = own
    try:
        yield
    finally:
        vars(dt)["datetime"] = found


class Clock:
    """A clock that runs with the machine's until it is frozen or moved.

    A frozen clock never runs by itself; an offset clock runs, so many seconds away from the
    machine's.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        """Start real, or frozen at the given moment."""
        self._frozen_at = frozen_at
        self._offset = timedelta()

    def copy(self) -> Clock:
        """Return a clock of its own that stands, or runs, as this one does."""
        copied = Clock(self._frozen_at)
        copied._offset = self._offset
        return copied

    def now(self) -> datetime:
        """Return the current moment, in UTC, with millisecond precision."""
        moment = self._frozen_at
        if moment is None:
            moment = EPOCH + timedelta(milliseconds=machine_time() // MILLISECOND)
            if not self._offset:
                return moment
            moment += self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def seconds(self) -> float:
        """Return the current moment as seconds since the epoch."""
        if self._frozen_at is None:
            return machine_time() / SECOND + self._offset.total_seconds()
        return (self._frozen_at - EPOCH).total_seconds()

    def timestamp(self) -> str:
        """Return the current moment as the API prints it."""
        return timestamp(self.now())

    @property
    def frozen_at(self) -> datetime | None:
        """The moment the clock stands at, ``None`` while it runs."""
        return self._frozen_at

    @property
    def offset(self) -> timedelta:
        """How far a running clock is from the machine's."""
        return self._offset

    def become(self, other: Clock) -> None:
        """Stand, or run, as another clock does."""
        self._frozen_at, self._offset = other._frozen_at, other._offset

    def freeze(self, at: datetime | None = None) -> None:
        """Stop at the given moment, or at the current one."""
        self._frozen_at = at.astimezone(UTC) if at else self.now()

    def shift(self, offset: timedelta) -> None:
        """Run, the given time away from the machine's clock."""
        self._frozen_at = None
        self._offset = offset

    def thaw(self) -> None:
        """Run with the machine's clock again."""
        self.shift(timedelta())

    def move_to(self, seconds: float) -> None:
        """Move forward to a moment in seconds since the epoch, frozen or running; never back."""
        by = seconds - self.seconds()
        if by > 0:
            self.advance(timedelta(microseconds=ceil(by * 1_000_000)))

    def advance(self, by: timedelta) -> None:
        """Move forward, frozen or running."""
        if self._frozen_at is None:
            self._offset += by
        else:
            self._frozen_at += by
