"""Time as a tester sets it: frozen, moved, advanced, of one organization or of all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from threading import Event
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mockserver.clock import Clock, parse_timestamp, timestamp
from mockserver.control.components import Components, Json, find
from mockserver.control.passing import Change, Passing
from mockserver.control.schemas import Flag
from mockserver.durations import NO_SPAN, CalendarSpan, span_of
from mockserver.engine.organization import Organization
from mockserver.errors import error_object
from mockserver.refusals import invalid, load
from mockserver.storage.base import StorageError

#: Between these a clock can stand: what is counted from its time on is a time as well.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
#: The name that stands for every organization where one is asked for.
ALL = "*"
#: Where a clock is frozen at when it is just to stop.
NOW = "now"
#: Seconds between two looks at what is waited for.
GLANCE = 0.002

#: Needs no turn.
ANYTIME: AbstractContextManager[object] = nullcontext()

#: Changes clocks, yields whenever it waits for deliveries, and returns the clock as JSON.
Changing = Generator[None, None, Json]


class Duration(fields.Field):
    """A time span: ISO 8601 (``P1M``, ``P1DT2H``), or seconds."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> CalendarSpan:
        span = span_of(value)
        if span is None or span.is_too_long:
            message = "Not an ISO 8601 duration (P1M, P1DT2H30M), nor seconds."
            raise ValidationError(message)
        return span


class MomentOrNow(fields.Field):
    """A point in time: ISO 8601, or ``"now"``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime | str:
        if value == NOW:
            return NOW
        moment = parse_timestamp(value) if isinstance(value, str) else None
        if moment is None or not EARLIEST <= moment < LATEST:
            message = 'Not "now", nor an ISO 8601 time from 1970 on (2026-01-15T10:00:00Z).'
            raise ValidationError(message)
        return moment


class ClockSchema(Schema):
    """The JSON form of a clock, as it is printed: what is left out, or null, or 0, is not wanted.

    ``now`` says nothing: it is accepted so that what was read can be sent back.
    """

    now = fields.Raw()
    frozen_at = MomentOrNow(allow_none=True)
    offset = Duration()
    real = Flag(validate=validate.Equal(True, error="Only true says something."))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if not data.keys() - {"now"}:
            message = 'Give one of: {"frozen_at": TIME}, {"offset": DURATION}, {"real": true}.'
            raise ValidationError(message)
        if len([name for name in ("frozen_at", "offset", "real") if data.get(name)]) > 1:
            message = "frozen_at, offset and real exclude each other."
            raise ValidationError(message)


class AdvanceSchema(Schema):
    """The JSON form of an advance."""

    by = Duration(required=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("by", NO_SPAN).is_back:
            message = "Time only advances; set the clock to go back."
            raise ValidationError(message, "by")


def serialized(clock: Clock) -> Json:
    """Return a clock as JSON: its present, and how it runs."""
    frozen_at = clock.frozen_at
    return {
        "now": clock.timestamp(),
        "frozen_at": timestamp(frozen_at) if frozen_at else None,
        "offset": 0.0 if frozen_at else clock.offset.total_seconds(),
    }


def awaited(changing: Changing, turn: AbstractContextManager[object] = ANYTIME) -> Json:
    """Wait for the outcome of a change and return it; each step of it takes a turn of its own."""
    never = Event()
    while True:
        try:
            with turn:
                next(changing)
        except StopIteration as over:
            changed: Json = over.value
            return changed
        never.wait(GLANCE)


async def streamed(changing: Changing) -> AsyncGenerator[bytes, None]:
    """Yield the outcome of a change, as JSON, for who must not be held up."""
    found: Any = None
    try:
        while found is None:
            await asyncio.sleep(GLANCE)
            try:
                next(changing)
            except StopIteration as over:
                found = over.value
            except StorageError as error:
                found = {"errors": [error_object("INSUFFICIENT_STORAGE", reason=str(error))]}
    finally:
        changing.close()
    yield orjson.dumps(found, option=orjson.OPT_INDENT_2)


class ClockControl:
    """The clocks of one server: of one organization, or of all, those to come included."""

    def __init__(self, components: Components) -> None:
        """Control the clocks of these parts."""
        self._components = components
        self._passing = Passing(components)

    def retrieve(self, slug: str = ALL) -> Json:
        """Return the clock of an organization, or the one all were last set to.

        Raises:
            Refusal: 404 for the organization.
        """
        return serialized(next(self._clocks(slug)))

    def set(self, body: Any, slug: str = ALL) -> Json:
        """Freeze, move or thaw the clock of an organization, or of all, and wait on the way.

        Raises:
            Refusal, StorageError: as ``setting``.
        """
        return awaited(self.setting(body, slug))

    def setting(self, body: Any, slug: str = ALL) -> Changing:
        """Freeze, move or thaw the clock of an organization, or of all, waiting by ``yield``.

        Raises:
            Refusal: 404 for the organization, 422 with a pointer; at once.
            StorageError: what is due on the way cannot be stored; see ``Passing``.
        """
        wanted = load(ClockSchema(), body)
        moment = wanted.get("frozen_at")
        if moment == NOW:
            moment = next(self._clocks(slug)).now()
        if moment:
            return self._change(slug, lambda clock: clock.freeze(moment))
        offset = wanted.get("offset", NO_SPAN).seen_from(Clock().now())
        return self._change(slug, lambda clock: clock.shift(offset))

    def advance(self, body: Any, slug: str = ALL) -> Json:
        """Move the clock of an organization, or of all, forward, and wait on the way.

        Raises:
            Refusal, StorageError: as ``advancing``.
        """
        return awaited(self.advancing(body, slug))

    def advancing(self, body: Any, slug: str = ALL) -> Changing:
        """Move the clock of an organization, or of all, forward, waiting by ``yield``.

        Raises:
            Refusal: 404 for the organization, 422 with a pointer: to no time that can be; at once.
            StorageError: what is due on the way cannot be stored; see ``Passing``.
        """
        wanted = load(AdvanceSchema(), body)
        span: CalendarSpan = wanted["by"]
        for clock in self._clocks(slug):
            if LATEST - clock.now() <= span.seen_from(clock.now()):
                raise invalid("/by", f"No clock goes beyond {timestamp(LATEST)}.")
        return self._change(slug, lambda clock: clock.advance(span.seen_from(clock.now())))

    def _change(self, slug: str, change: Change) -> Changing:
        common = slug == ALL
        organizations = self._components.organizations if common else [find(self._components, slug)]
        return self._changing(
            slug, [self._components.clock] if common else [], organizations, change
        )

    def _changing(
        self, slug: str, clocks: Iterable[Clock], of: Iterable[Organization], change: Change
    ) -> Changing:
        try:
            yield from self._passing.change(clocks, of, change)
        finally:
            self._components.worker.wake()
            self._components.dispatcher.wake()
        return self.retrieve(slug)

    def _clocks(self, slug: str) -> Iterator[Clock]:
        """Yield the clock of an organization; or the common one, and then every one."""
        if slug != ALL:
            yield find(self._components, slug).clock
            return
        yield self._components.clock
        for organization in self._components.organizations:
            yield organization.clock
