"""Transactions: in whose name a write is made, who hears of it, what it sets off once stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import Any

from mockserver.access import Access
from mockserver.late_dataclass import dataclass
from mockserver.storage.base import Partition

#: What is called, and with what.
Call = tuple[Callable[..., object], tuple[Any, ...]]


@dataclass(slots=True)
class WriteTransaction:
    """One transaction of a mode, or one inside another, which is part of it.

    Attributes:
        acting_as: in whose name changes are recorded: of the first who says so, whatever follows
            from it; ``None`` for the service itself.
        mutes_events: whether webhooks hear only of the events that are always announced.
        counted_from: when what is done counts as done, in seconds since the epoch; ``None``: now.
        following: what is called once all of it is stored, each once.
    """

    acting_as: Access | None = None
    mutes_events: bool = False
    counted_from: float | None = None
    following: dict[Call, None] = field(default_factory=dict)

    def inner(
        self, acting_as: Access | None, counted_from: float | None, *, mutes_events: bool
    ) -> WriteTransaction:
        """Return one inside this one."""
        return WriteTransaction(
            self.acting_as or acting_as,
            self.mutes_events or mutes_events,
            self.counted_from if counted_from is None else counted_from,
        )


#: Where no transaction is open: nothing is said, and nothing kept.
NONE = WriteTransaction()


class Transactions(threading.local):
    """The transactions of one mode, each of the thread that has opened it.

    Attributes:
        current: the innermost one that is open.
    """

    def __init__(self, partition: Partition) -> None:
        """Open them on the records."""
        self._partition = partition
        self.current = NONE
        #: What is called at the end of the outermost one, however it ends.
        self._regardless: list[Call] = []

    @contextmanager
    def begin(
        self,
        acting_as: Access | None = None,
        *,
        mutes_events: bool = False,
        counted_from: float | None = None,
    ) -> Iterator[WriteTransaction]:
        """Do all or nothing; one inside another that fails undoes its own part alone.

        Args:
            acting_as: who does it, unless that has been said further out.
            mutes_events: whether to mute events; further in nobody hears of them either.
            counted_from: as in the transaction.
        """
        outer = self.current
        own = outer.inner(acting_as, counted_from, mutes_events=mutes_events)
        try:
            with self._partition.transaction():
                self.current = own
                try:
                    yield own
                finally:
                    self.current = outer
        finally:
            if outer is NONE:
                self._end()
        if outer is not NONE:
            outer.following.update(own.following)
            return
        for call, arguments in own.following:
            call(*arguments)

    def after(self, call: Callable[..., object], *arguments: Any) -> None:
        """Call something once what is done is stored, never if it is undone; at once outside."""
        if self.current is NONE:
            call(*arguments)
        else:
            self.current.following[call, arguments] = None

    def regardless(self, call: Callable[..., object], *arguments: Any) -> None:
        """Call something once the outermost transaction has ended, also if it is undone.

        What has been sent to somebody stays sent.
        """
        if self.current is NONE:
            call(*arguments)
        else:
            self._regardless.append((call, arguments))

    def _end(self) -> None:
        ending, self._regardless = self._regardless, []
        for call, arguments in ending:
            call(*arguments)
