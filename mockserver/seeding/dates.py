"""When seeded things happened: moments counted from fixed dates, never from now.

The same seed so gives the same records on any day. The imaginary shop opened on 2024-01-01 and
has grown ever faster since, so that however many customers there are, a later one is a newer one
and none comes from the future.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mockserver.commerce.customers.anonymization import MOMENT

# All moments here are UTC and say nothing of it: so they are written several times as fast.
#: When the shop opened.
OPENED = datetime(2024, 1, 1, 9)  # noqa: DTZ001
#: When the newest of infinitely many customers signed up; orders follow within months.
CLOSED = datetime(2025, 1, 1)  # noqa: DTZ001
#: How many days a decision and a delivery take.
DAY, WEEK = 1, 7
#: The number of the customer who came half-way between the two.
HALF = 50


def signed_up(number: int) -> datetime:
    """Return when the customer with the number came."""
    return OPENED + (CLOSED - OPENED) * number / (HALF + number)


def later(moment: datetime, days: float) -> datetime:
    """Return the moment so many days on."""
    return moment + timedelta(days=days)


def written(moment: datetime) -> str:
    """Return a moment as the API prints it."""
    return moment.isoformat(timespec="milliseconds") + "Z"


def spelled(moment: datetime) -> str:
    """Return a moment as ``anonymization_info`` prints it."""
    return moment.strftime(MOMENT)


def read(text: str) -> datetime:
    """Return the moment that `spelled`, or `written`, has printed.

    `strptime` would take much longer to import.
    """
    return datetime.fromisoformat(text.removesuffix(" UTC").removesuffix("Z"))


BEGINNING = written(OPENED)
#: When what has to end at some time does.
FOREVER = written(datetime(2099, 12, 31))  # noqa: DTZ001
