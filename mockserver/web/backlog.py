"""The backlog of answers not read yet: Granian keeps all it is given, so it gets so much.

HTTP/2 has many answers on one connection, none of which its client need read: while more than
``UNREAD`` bytes wait there, its next request does. A stream without an end gets ``AHEAD`` of its
reader by so much, and then waits as well.
"""

from __future__ import annotations

import asyncio
from dataclasses import field
from typing import TYPE_CHECKING

from mockserver.late_dataclass import dataclass
from mockserver.web.connections import acknowledged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

    from mockserver.web.connections import Connection

#: Bytes of answers that a connection of HTTP/2 may leave unread before its next request waits.
UNREAD = 1024 * 1024
#: Answers up to this are not counted: there are no more of them than streams of a connection.
SMALL = 16 * 1024
#: Bytes that a stream may be ahead of its reader, and the seconds it waits for one that stands.
AHEAD = 256 * 1024
PATIENCE = 10.0
# Seconds between two looks at how far it is.
_GLANCE = 0.05


@dataclass(slots=True)
class _Unread:
    size: int = 0
    read: asyncio.Event = field(default_factory=asyncio.Event)


class Backlog:
    """The answers of each connection of HTTP/2 that its client has not read yet."""

    def __init__(self) -> None:
        """Begin with none."""
        self._connections: dict[Connection, _Unread] = {}

    async def room(self, connection: Connection) -> None:
        """Return once the client has read enough of what it has asked for before."""
        while (unread := self._connections.get(connection)) and unread.size >= UNREAD:
            await unread.read.wait()

    async def send(
        self,
        proto: HTTPProtocol,
        connection: Connection,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
    ) -> None:
        """Send an answer with a body, and return when it has been read, or the client has left."""
        if len(body) <= SMALL:
            proto.response_bytes(status, [*headers], body)
            return
        unread = self._connections.setdefault(connection, _Unread())
        unread.size += len(body)
        unread.read.clear()
        try:
            length = ("content-length", str(len(body)))
            # Of a stream, and of nothing else, Granian says when it is over.
            transport = proto.response_stream(status, [*headers, length])
            await transport.send_bytes(body)
            del transport
            await proto.client_disconnect()
        finally:
            unread.size -= len(body)
            unread.read.set()
            if not unread.size:
                self._connections.pop(connection, None)


class Reader:
    """The progress of the client of a stream without an end."""

    def __init__(self, connection: Connection) -> None:
        """Begin where the connection is."""
        self._connection = connection
        self._taken = self._given = acknowledged(connection) or 0

    async def keep_up(self, size: int) -> None:
        """Note that so much has been sent, and wait while that is too far ahead of the client.

        Raises:
            TimeoutError: it has not read anything for a while.
        """
        self._given += size
        waited = 0.0
        # What is sent over TLS passes through this very loop, as does the news of a client's end.
        await asyncio.sleep(0)
        while self._given - self._taken > AHEAD:
            before, self._taken = self._taken, self._now()
            waited = waited if before == self._taken else 0.0
            if waited > PATIENCE:
                raise TimeoutError
            if self._given - self._taken > AHEAD:
                await asyncio.sleep(_GLANCE)
                waited += _GLANCE

    def _now(self) -> int:
        """Return up to where it has come: to the end, as far as can be known on some platforms."""
        known = acknowledged(self._connection)
        return self._given if known is None else known
