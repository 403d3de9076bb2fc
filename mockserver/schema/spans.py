"""Spans of time in days: of hours, rounded to the nearest (catalogue.md §4, §22)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Check

HALF, DAY = 12, 24


def days(hours: int | None) -> int | None:
    """Return the days that so many hours are; half a day counts as a whole one."""
    return None if hours is None else (hours + HALF) // DAY


def told_in_days(name: str) -> Check:
    """Return the check that tells the hours of a span in days too; null is none of them."""

    def tell(change: Change) -> None:
        record = change.record
        record[f"{name}_hours"] = record[f"{name}_hours"] or 0
        record[f"{name}_days"] = days(record[f"{name}_hours"])

    return tell
