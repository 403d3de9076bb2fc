"""The clients of connections that are passed on, of which the listener sees the last stretch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.web.connections import Connection

# Seconds for which a connection that has ended is known: its last request may be on its way yet.
_KNOWN = 5.0


class Callers:
    """The connection of a client that is behind one that the server has with itself."""

    def __init__(self) -> None:
        """Know of none."""
        self._behind: dict[Connection, Connection] = {}

    def note(self, inner: Connection, outer: Connection) -> None:
        """Note that what comes on the inner connection has come on the outer one."""
        self._behind[inner] = outer

    def ended(self, inner: Connection) -> None:
        """Note that a connection has ended; on the loop's thread only."""
        loop, outer = asyncio.get_running_loop(), self._behind.get(inner)
        loop.call_later(_KNOWN, self._forget, inner, outer)

    def behind(self, seen: Connection) -> Connection:
        """Return the connection that the client has: what is seen, unless it was passed on."""
        return self._behind.get(seen, seen)

    def _forget(self, inner: Connection, outer: Connection | None) -> None:
        # The port may have become another client's meanwhile.
        if self._behind.get(inner) is outer:
            self._behind.pop(inner, None)
