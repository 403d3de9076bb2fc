"""Clients that leave before they are answered.

One thread answers everybody, so that requests wait behind a long one. Whoever has given up
meanwhile has sent another request perhaps, and to answer both would hold those behind them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mockserver.clock import monotonic
from mockserver.web.wsgi import WsgiResponse, called

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

    from mockserver.web.environ import Environ

#: Of a client that has left: nobody reads it.
GIVEN_UP = WsgiResponse(408, [], b"")

# Seconds after which a call of the app was a long one; those for which requests count as late after
# it, at the least; and those that it takes to hear of a client that has left.
_LONG, _LATE, _LOOK = 0.05, 1.0, 0.01


class Queue:
    """The requests of one app, which is called for one after the other."""

    def __init__(self, app: WSGIApplication) -> None:
        """Call this app."""
        self._app = app
        self._late_until = 0.0

    @property
    def is_late(self) -> bool:
        """Whether clients may have left while others were answered."""
        return monotonic() < self._late_until

    async def answer(self, environ: Environ, proto: HTTPProtocol) -> WsgiResponse:
        """Return the app's answer, unless the client has left while others were answered."""
        if self.is_late and await _has_left(proto):
            return GIVEN_UP
        began = monotonic()
        answer = called(self._app, environ)
        self.note(began)
        return answer

    def note(self, began: float) -> None:
        """Note that a request is answered, for those behind it."""
        took = monotonic() - began
        if took > _LONG:
            self._late_until = began + took + max(_LATE, took)


async def departure(proto: HTTPProtocol) -> None:
    """Wait until the client leaves, in a coroutine: asyncio cannot use Granian's own future."""
    await proto.client_disconnect()


async def _has_left(proto: HTTPProtocol) -> bool:
    leaving = asyncio.create_task(departure(proto))
    done, _ = await asyncio.wait((leaving,), timeout=_LOOK)
    leaving.cancel()
    return bool(done)
