"""Time as a test sets it."""

from __future__ import annotations

from datetime import datetime, timedelta

from mockserver.clock import timestamp
from mockserver.control.clocks import ALL, ClockControl
from mockserver.testing.awaiting import in_thread

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Span = str | float | timedelta


class Clock:
    """The clock of one organization, or of all."""

    def __init__(self, clocks: ClockControl, slug: str = ALL) -> None:
        """Control the clock of the slug."""
        self._clocks = clocks
        self._slug = slug

    @property
    def now(self) -> str:
        """The current time, as the API prints it."""
        return str(self._clocks.retrieve(self._slug)["now"])

    @property
    def is_frozen(self) -> bool:
        """Whether it stands."""
        return self._clocks.retrieve(self._slug)["frozen_at"] is not None

    def freeze(self, at: str | datetime | None = None) -> None:
        """Stop the clock, at a moment or where it is.

        Raises:
            Refusal: 422 for what is no ISO 8601 time.
        """
        moment = timestamp(at) if isinstance(at, datetime) else at
        self._clocks.set({"frozen_at": self.now if moment is None else moment}, self._slug)

    def advance(self, by: Span) -> None:
        """Move the clock forward, frozen or not: ISO 8601 duration, seconds, or a timedelta.

        Raises:
            Refusal: 422 for what is no duration, or goes back.
        """
        self._clocks.advance({"by": _span(by)}, self._slug)

    def shift(self, offset: Span) -> None:
        """Let the clock run, so far away from the machine's.

        Raises:
            Refusal: 422 for what is no duration.
        """
        self._clocks.set({"offset": _span(offset)}, self._slug)

    def thaw(self) -> None:
        """Let the clock run with the machine's."""
        self._clocks.set({"real": True}, self._slug)

    # --- for event loops: receivers of what becomes due on the way may live in the same one -------

    async def async_freeze(self, at: str | datetime | None = None) -> None:
        """Do what ``freeze`` does; the event loop goes on."""
        await in_thread(self.freeze, at)

    async def async_advance(self, by: Span) -> None:
        """Do what ``advance`` does; the event loop goes on."""
        await in_thread(self.advance, by)

    async def async_shift(self, offset: Span) -> None:
        """Do what ``shift`` does; the event loop goes on."""
        await in_thread(self.shift, offset)

    async def async_thaw(self) -> None:
        """Do what ``thaw`` does; the event loop goes on."""
        await in_thread(self.thaw)


def _span(span: Span) -> str | float:
    return span.total_seconds() if isinstance(span, timedelta) else span
