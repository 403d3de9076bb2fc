"""Spans of time in days: of hours, rounded to the nearest (catalogue.md §4, §22)."""

from __future__ import annotations

from mockserver.schema.protocols import Derive

HALF, DAY = 12, 24


def days(hours: int | None) -> int | None:
    """Return the days that so many hours are; half a day counts as a whole one."""
    return None if hours is None else (hours + HALF) // DAY


def days_of(name: str) -> Derive:
    """Return the function that derives days from the hours in a field."""
    return lambda record: days(record.get(name))
