"""The passage of a connection: two halves, each of which hands what comes to the other, untouched.

Neither reads on while the other cannot write, so that who is slow slows down who sends.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from mockserver.web.connections import Connection, text_of
from mockserver.web.phases import Farewell, Phase

if TYPE_CHECKING:
    from mockserver.web.callers import Callers
    from mockserver.web.connections import Address
    from mockserver.web.phases import Transports

# So many bytes are read at once.
_AT_ONCE = 256 * 1024


class _Half(Phase, asyncio.BufferedProtocol):
    """A half of a passage."""

    other: _Half

    def __init__(self, passages: Passages) -> None:
        super().__init__(passages.transports)
        self._room = passages.room

    def get_buffer(self, _sizehint: int) -> memoryview:
        """Have it read into what all halves share: to get memory takes longer than to read."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Pass on; a copy, as the transport may keep it until it can be sent."""
        self.other.transport.write(bytes(self._room[:nbytes]))

    def pause_writing(self) -> None:
        """Hold who sends more than this half gets rid of."""
        if not self.other.transport.is_closing():
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Let them send again."""
        if not self.other.transport.is_closing():
            self.other.transport.resume_reading()


class _Outer(_Half):
    """The half of the client."""

    _has_ended = False

    def eof_received(self) -> bool:
        """Pass on that the client sends no more; it may still be waiting for its answer."""
        self._has_ended = True
        self.other.end_sending()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        """Leave the listener as the client has left."""
        super().connection_lost(error)
        self.other.transport.abort()

    def part(self) -> None:
        """End, after what is still to be sent."""
        if self._has_ended:
            self.transport.close()
        elif not self.transport.is_closing():
            self.followed_by(Farewell(self.transports))


class _Inner(_Half):
    """The half of the listener that speaks TLS."""

    other: _Outer

    def __init__(self, passages: Passages, seen: Connection) -> None:
        super().__init__(passages)
        self._ended = partial(passages.callers.ended, seen)

    def eof_received(self) -> None:
        """End: the listener closes both ways at once."""
        self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Part from the client."""
        super().connection_lost(error)
        self._ended()
        self.other.part()


class Passages:
    """The passages to one listener."""

    def __init__(self, listener: Address, transports: Transports, callers: Callers) -> None:
        """Begin without any.

        Args:
            listener: the address of the listener.
            transports: where those are noted that are open.
            callers: where it is noted whose they are.
        """
        self.listener = listener
        self.transports = transports
        self.callers = callers
        self.room = memoryview(bytearray(_AT_ONCE))

    def join(self, client: Phase, first: bytes, listener: asyncio.Transport) -> None:
        """Pass on between a client and the listener, from now to the end of both.

        Args:
            client: the client, up to now.
            first: what has come from it already.
            listener: the connection with the listener.
        """
        seen = Connection(_address(listener, "sockname"), text_of(self.listener))
        known = (_address(client.transport, name) for name in ("peername", "sockname"))
        self.callers.note(seen, Connection(*known))
        outer, inner = _Outer(self), _Inner(self, seen)
        outer.other, inner.other = inner, outer
        inner.connection_made(listener)
        listener.set_protocol(inner)
        client.followed_by(outer)
        listener.write(first)
        client.transport.resume_reading()


def _address(transport: asyncio.Transport, name: str) -> str:
    return text_of(transport.get_extra_info(name))
