"""The port of https: who speaks TLS is passed on to the listener, everybody else is told.

Granian shakes hands in Rust, and would answer plain http with an alert that no client can read.
So its own port is another one, of this machine alone, and this one looks at the first byte.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from mockserver.web.misdirected import Misdirected
from mockserver.web.passage import Passages
from mockserver.web.phases import Phase, Transports
from mockserver.web.sockets import BACKLOG, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from mockserver.web.callers import Callers
    from mockserver.web.connections import Address

#: Seconds until a client must have begun to shake hands, or sent the head of a plain request.
PATIENCE = 30.0

# Nobody from elsewhere is to find the way there.
_BEHIND = ("127.0.0.1",)

# The type of the record that TLS begins with (RFC 8446, 5.1).
_HANDSHAKE = 0x16


class Front:
    """The connections to the port of https, from their first byte to their last."""

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        plain_port: int,
        callers: Callers,
        patience: float = PATIENCE,
    ) -> None:
        """Bind the socket behind; nothing is accepted yet.

        Args:
            sockets: of the port of https, bound and listening.
            plain_port: where plain http is spoken.
            callers: where it is noted whose connections the listener has.
            patience: the seconds that a client may take to begin.

        Raises:
            AddressUnavailable: the machine has no more ports.
        """
        self.ports = {sock.getsockname()[1] for sock in sockets}
        self.plain_port = plain_port
        self.patience = patience
        self.transports = Transports()
        #: Where the listener is to accept, which speaks TLS.
        self.behind = listen(_BEHIND, 0)[0]
        self._address: Address = self.behind.getsockname()
        self._sockets = sockets
        self._passages = Passages(self._address, self.transports, callers)
        self._servers: list[asyncio.Server] = []
        self._leading: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to accept; from here on the sockets belong to the front."""
        loop = asyncio.get_running_loop()
        opening = partial(_Opening, self)
        for sock in self._sockets:
            self._servers.append(await loop.create_server(opening, sock=sock, backlog=BACKLOG))

    def lead(self, client: Phase, first: bytes) -> None:
        """Lead a client that has sent its first bytes to the listener."""
        client.transport.pause_reading()
        task = asyncio.get_running_loop().create_task(self._lead(client, first))
        self._leading.add(task)
        task.add_done_callback(self._leading.discard)

    def close(self) -> None:
        """Stop accepting; who has been accepted is still let in."""
        loop = asyncio.get_running_loop()
        for server in self._servers:
            for sock in server.sockets:
                with suppress(NotImplementedError):  # Windows, where it is let in at once
                    loop.remove_reader(sock.fileno())
            # In this turn of the loop asyncio would fail over those whom it has yet to let in.
            loop.call_soon(server.close)

    def abort(self) -> None:
        """Cut every connection that is left."""
        self.transports.abort()

    async def over(self) -> None:
        """Return once every connection has ended."""
        await self.transports.over()
        await asyncio.gather(*self._leading, return_exceptions=True)
        # What a connection has let go of is closed in the next turn of the loop.
        await asyncio.sleep(0)

    async def _lead(self, client: Phase, first: bytes) -> None:
        loop = asyncio.get_running_loop()
        try:
            inner, _ = await loop.create_connection(asyncio.Protocol, *self._address)
        except OSError:
            client.transport.abort()
            return
        if client.transport.is_closing() or inner.is_closing():
            client.transport.abort()
            inner.abort()
            return
        self._passages.join(client, first, inner)


class _Opening(Phase, asyncio.Protocol):
    """A client that has sent nothing yet."""

    def __init__(self, front: Front) -> None:
        super().__init__(front.transports, front.patience)
        self._front = front

    def data_received(self, data: bytes) -> None:
        """Find out by the first byte who this is."""
        if data[0] == _HANDSHAKE:
            self._front.lead(self, data)
            return
        misdirected = Misdirected(self.transports, self._front.patience, self._front.plain_port)
        self.followed_by(misdirected)
        misdirected.data_received(data)
