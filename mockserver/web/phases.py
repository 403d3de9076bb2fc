"""The phases of a connection: each is told what comes on it, until the next one takes over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

# So many seconds a client has to close, once it has been sent everything.
_LINGER = 5.0


class Transports:
    """The connections that are open."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: set[asyncio.Transport] = set()
        self._none = asyncio.Event()
        self._none.set()

    def add(self, transport: asyncio.Transport) -> None:
        """Note that one is open."""
        self._open.add(transport)
        self._none.clear()

    def discard(self, transport: asyncio.Transport) -> None:
        """Note that one is closed."""
        self._open.discard(transport)
        if not self._open:
            self._none.set()

    def abort(self) -> None:
        """Close them all, whatever is still to be sent."""
        for transport in [*self._open]:
            transport.abort()

    async def over(self) -> None:
        """Return once none is open."""
        await self._none.wait()


class Phase(asyncio.BaseProtocol):
    """A phase of a connection, which may be limited in time."""

    transport: asyncio.Transport

    def __init__(self, transports: Transports, seconds: float | None = None) -> None:
        """Wait for a connection.

        Args:
            transports: where it is noted as long as it is open.
            seconds: after which the phase is overdue.
        """
        self.transports = transports
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.transports.add(self.transport)
        if self._seconds is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self.overdue)

    def connection_lost(self, _error: Exception | None) -> None:
        """End with the connection."""
        self._stop_timer()
        self.transports.discard(self.transport)

    def followed_by(self, phase: Phase) -> None:
        """End, and have another phase take over."""
        self._stop_timer()
        phase.connection_made(self.transport)
        self.transport.set_protocol(phase)

    def end_sending(self) -> None:
        """Tell the other end that nothing more will come, once all is sent."""
        with suppress(OSError):  # it has reset the connection, of which the transport hears later
            self.transport.write_eof()

    def overdue(self) -> None:
        """Close a connection that keeps the server waiting."""
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()


class Farewell(Phase, asyncio.Protocol):
    """The last phase: all is said, and what still comes is read and thrown away.

    To close at once would reset a connection on which the client still sends, and a client that is
    reset may throw away what it has been told.
    """

    def __init__(self, transports: Transports) -> None:
        """Give the client some time to close."""
        super().__init__(transports, _LINGER)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say that nothing more will come."""
        super().connection_made(transport)
        self.end_sending()
        self.transport.resume_reading()
