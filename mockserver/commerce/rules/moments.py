"""Moments and dates of rules, and spans between them (commerce.md §7.1)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from mockserver.clock import parse_timestamp

#: How a text begins that names a moment, or a date alone.
DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
SPAN = re.compile(r"(?P<count>\d{1,4})\.(?P<unit>days|months|years)\Z")
#: What spans without a fixed number of days are, in months.
MONTHS = {"months": 1, "years": 12}

Moment = datetime | date


def moment(value: object) -> Moment | None:
    """Return the moment, or the date, that a value is or names; ``None`` for any other value."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not DATED.match(value):
        return None
    found = parse_timestamp(value)
    return found.date() if found and DATE.match(value) else found


def alike(one: Moment, other: Moment) -> tuple[Moment, Moment]:
    """Return both as dates where one of them is no more than that."""
    both_moments = isinstance(one, datetime) and isinstance(other, datetime)
    return (one, other) if both_moments else (day_of(one), day_of(other))


def day_of(value: Moment) -> date:
    """Return the day of a moment, in UTC."""
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value


def later(start: Moment, span: str) -> Moment:
    """Return the moment that comes a span after another, ``7.days`` for instance.

    Raises:
        ValueError: it is no span, or one that leads beyond the calendar.
    """
    found = SPAN.match(span)
    if not found:
        raise ValueError(span)
    count, unit = int(found["count"]), found["unit"]
    try:
        if unit == "days":
            return start + timedelta(days=count)
        return _months_later(start, count * MONTHS[unit])
    except OverflowError:
        raise ValueError(span) from None


def _months_later(start: Moment, months: int) -> Moment:
    """Return the same day so many months later, or the last one where the month is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))
