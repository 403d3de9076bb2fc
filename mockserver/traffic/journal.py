"""The journal: every exchange, in a ring of configurable size."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import takewhile

from mockserver.traffic.advice import Habits
from mockserver.traffic.exchange import Exchange
from mockserver.traffic.journal_search import EVERY, Search
from mockserver.traffic.note import Note

DEFAULT_SIZE = 1000
#: Bytes of a body that are kept.
BODY_LIMIT = 64 * 1024


class RequestJournal:
    """The last exchanges, oldest first; switched off (size 0) it keeps and costs nothing.

    It takes notes while requests are answered, and makes exchanges of them for whoever looks.
    """

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        """Keep so many exchanges."""
        self._lock = threading.Lock()
        #: The exchanges, the newest as what was noted of them, each with its id.
        self._ring: deque[tuple[int, Exchange | Note]] = deque(maxlen=size)
        self._listeners: tuple[Callable[[Exchange], None], ...] = ()
        self._habits = Habits()
        #: The id of the newest exchange, 0 before the first.
        self.last_id = 0
        #: Whether anything is kept, or anybody listens.
        self.on = size > 0

    @property
    def size(self) -> int:
        """The number of exchanges that are stored at most."""
        return self._ring.maxlen or 0

    def resize(self, size: int) -> None:
        """Keep so many exchanges from now on."""
        with self._lock:
            self._ring = deque(self._ring, maxlen=size)
            self._switch()

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange and tell the listeners."""
        exchange.bound(BODY_LIMIT)
        with self._lock:
            self.last_id += 1
            exchange.id = self.last_id
            self._ring.append((exchange.id, exchange))
        for listener in self._listeners:
            listener(exchange)

    def note(self, note: Note) -> None:
        """Keep what was noted of an exchange; listeners want to know all of it at once."""
        if self._listeners:
            self.add(note.exchange())
            return
        bounded = note.bounded(BODY_LIMIT)
        with self._lock:
            self.last_id += 1
            self._ring.append((self.last_id, bounded))

    def get(self, id_: int) -> Exchange | None:
        """Return the exchange with the id, if it is still there."""
        self.notice()
        return next((exchange for exchange in self._kept() if exchange.id == id_), None)

    def find(self, search: Search = EVERY) -> list[Exchange]:
        """Return the page of exchanges that is searched for."""
        return self.page(search)[0]

    def count(self, search: Search = EVERY) -> int:
        """Return how many exchanges there are on all pages of a search."""
        return self.page(search)[1]

    def page(self, search: Search = EVERY) -> tuple[list[Exchange], int]:
        """Return the page of exchanges that is searched for, and how many there are on all."""
        self.notice()
        found = [exchange for exchange in self._kept() if search.finds(exchange)]
        total = len(found)
        if search.last is not None:
            found = found[-search.last :]
        if search.newest_first:
            found.reverse()
        end = None if search.limit is None else search.offset + search.limit
        return found[search.offset : end], total

    def clear(self, organization: str | None = None) -> None:
        """Forget everything, or everything of one organization."""
        with self._lock:
            kept = [
                (exchange.id, exchange)
                for exchange in self._exchanges()
                if organization and exchange.recorded.organization != organization
            ]
            self._ring = deque(kept, maxlen=self._ring.maxlen)
            if organization is None:
                self._habits = Habits()

    def notice(self, newest: Exchange | None = None) -> None:
        """Notice what exchanges have to do with those before them, for advice.

        It is done when somebody looks, since it gives the same as while they are answered.

        Args:
            newest: one that is not kept, or not yet.
        """
        with self._lock:
            fresh = list(takewhile(lambda e: e.similar is None, reversed(self._exchanges())))
            for exchange in (*reversed(fresh), newest):
                if exchange is not None and exchange.similar is None:
                    exchange.similar = self._habits.note(exchange.recorded, exchange.started)

    def listen(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call the listener with each exchange, on the thread that adds it.

        Returns:
            What stops that.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)
            self._switch()
        return lambda: self._forget(listener)

    def _forget(self, listener: Callable[[Exchange], None]) -> None:
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not listener)
            self._switch()

    def _switch(self) -> None:
        self.on = bool(self._ring.maxlen or self._listeners)

    def _kept(self) -> list[Exchange]:
        with self._lock:
            return self._exchanges()

    def _exchanges(self) -> list[Exchange]:
        """Return all there are, and keep them so: nothing is worked out twice."""
        found = [_exchange(*entry) for entry in self._ring]
        self._ring = deque(((each.id, each) for each in found), maxlen=self._ring.maxlen)
        return found


def _exchange(id_: int, kept: Exchange | Note) -> Exchange:
    if isinstance(kept, Exchange):
        return kept
    exchange = kept.exchange()
    exchange.bound(BODY_LIMIT)
    exchange.id = id_
    return exchange
