"""Time as a tester sets it: frozen, moved, advanced, of one organization or of all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mockserver.clock import Clock, parse_timestamp, timestamp
from mockserver.control.parts import Json, Parts, find
from mockserver.control.refusals import load

#: ISO 8601 durations without years and months, whose length is no fixed time.
DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
LONGEST = timedelta(days=366 * 100)
#: The name that stands for every organization where one is asked for.
ALL = "*"


class Duration(fields.Field):
    """A time span: ISO 8601 (``P1DT2H``), or seconds."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_: Any) -> timedelta:
        span = _span(value)
        if span is None or abs(span) > LONGEST:
            message = "Not an ISO 8601 duration of weeks, days and time (P1DT2H30M), nor seconds."
            raise ValidationError(message)
        return span


class Moment(fields.Field):
    """A point in time: ISO 8601."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_: Any) -> Any:
        moment = parse_timestamp(value) if isinstance(value, str) else None
        if moment is None:
            message = "Not an ISO 8601 time (2026-01-15T10:00:00Z)."
            raise ValidationError(message)
        return moment


def _span(value: Any) -> timedelta | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return timedelta(seconds=value) if abs(value) < LONGEST.total_seconds() else None
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(digits for n, digits in match.groupdict().items() if n != "sign"):
        return None
    parts = {n: float(d) for n, d in match.groupdict().items() if n != "sign" and d}
    try:
        span = timedelta(**parts)
    except OverflowError:
        return None
    return -span if match["sign"] else span


class ClockSchema(Schema):
    """The JSON form of a clock: exactly one of the three."""

    frozen_at = Moment(allow_none=True)
    offset = Duration()
    real = fields.Boolean(truthy={True}, falsy=set(), validate=validate.Equal(True))
    now = fields.Raw()

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        data.pop("now", None)
        if len([name for name, value in data.items() if value is not None]) > 1:
            message = "frozen_at, offset and real exclude each other."
            raise ValidationError(message)
        if not data:
            message = 'Give one of: {"frozen_at": TIME}, {"offset": DURATION}, {"real": true}.'
            raise ValidationError(message)


class AdvanceSchema(Schema):
    """The JSON form of an advance."""

    by = Duration(required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("by", timedelta()) < timedelta():
            message = "Time only advances; set the clock to go back."
            raise ValidationError(message, "by")


def printed(clock: Clock) -> dict[str, Any]:
    """Return a clock as JSON: its present, and how it runs."""
    return {
        "now": clock.timestamp(),
        "frozen_at": timestamp(clock.frozen_at) if clock.frozen_at else None,
        "offset": clock.offset.total_seconds(),
    }


def set_clock(clock: Clock, wanted: dict[str, Any]) -> None:
    """Set a clock to what a loaded ``ClockSchema`` says."""
    if wanted.get("frozen_at"):
        clock.freeze(wanted["frozen_at"])
    elif "offset" in wanted:
        clock.shift(wanted["offset"])
    else:
        clock.thaw()


class Clocks:
    """The clocks of one server: of one organization, or of all."""

    def __init__(self, parts: Parts) -> None:
        """Control the clocks of these parts' organizations."""
        self._parts = parts

    def retrieve(self, slug: str = ALL) -> Json:
        """Return the clock of an organization; of the first one for all."""
        return printed(next(iter(self._clocks(slug))))

    def set(self, body: Any, slug: str = ALL) -> Json:
        """Freeze, move or thaw the clock of an organization, or of all."""
        wanted = load(ClockSchema(), body)
        for clock in self._clocks(slug):
            set_clock(clock, wanted)
        return self.retrieve(slug)

    def advance(self, body: Any, slug: str = ALL) -> Json:
        """Move the clock of an organization, or of all, forward."""
        wanted = load(AdvanceSchema(), body)
        for clock in self._clocks(slug):
            clock.advance(wanted["by"])
        return self.retrieve(slug)

    def _clocks(self, slug: str) -> Iterator[Clock]:
        if slug != ALL:
            yield find(self._parts, slug).clock
            return
        for organization in self._parts.organizations:
            yield organization.clock
