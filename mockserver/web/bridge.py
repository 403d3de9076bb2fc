"""The bridge from RSGI to WSGI: the only place that calls the app and sends what it answers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Literal

from mockserver.clock import monotonic
from mockserver.late_dataclass import dataclass
from mockserver.web.backlog import Backlog, Reader
from mockserver.web.callers import Callers
from mockserver.web.connections import Connection, cut
from mockserver.web.departure import Queue, departure
from mockserver.web.environ import Environ, Unreadable, add_body, environ_of, plain_head
from mockserver.web.wsgi import FRAMING, WsgiResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian._granian import RSGIHTTPStreamTransport as Transport
    from granian.rsgi import Scope

    from mockserver.traffic.head import Head
    from mockserver.web.read import ReadAnswer

#: Where the app leaves a `Delivery` for its answer, in the environment it was called with.
DELIVERY = "mockserver.delivery"

#: Where it leaves an async iterator of bytes that is to be the body of its answer: asked for more
#: as the client reads, and closed when the client or the server leaves. A generator whose client
#: does not read is told so by a TimeoutError, and may still say one word.
STREAM = "mockserver.stream"

#: The largest request body, and the seconds it may take to arrive.
BODY_LIMIT = 10 * 1024 * 1024
BODY_WITHIN = 60.0

_log = logging.getLogger(__name__)

_MEDIA_TYPE = "application/vnd.api+json; charset=utf-8"

_BODILESS = frozenset({204, 304})
#: The protocol whose connections have many answers at once.
_MULTIPLEXED = "HTTP/2"

_ERRORS = {
    400: ("Bad Request", "BAD_REQUEST"),
    408: ("Request Timeout", "REQUEST_TIMEOUT"),
    413: ("Payload too large", "PAYLOAD_TOO_LARGE"),
    500: ("Internal Server Error", "INTERNAL_SERVER_ERROR"),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of an answer that does not go out at once and whole."""

    #: Seconds to wait first; other requests are served meanwhile.
    delay: float = 0
    #: Close the connection before the first byte, or after some bytes of the body.
    drop: Literal["before", "during"] | None = None
    #: Never answer, and hold the connection until the client or the server goes away.
    never: bool = False


_AT_ONCE = Delivery()


class Bridge:
    """A WSGI app as an RSGI app.

    Bodies are read whole before the app is called, so that a slow client never holds it up. The
    app is called on the thread of the loop, one request at a time.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        body_limit: int = BODY_LIMIT,
        body_within: float = BODY_WITHIN,
    ) -> None:
        """Bridge to an app.

        Args:
            app: the WSGI app.
            body_limit: the largest request body, in bytes; more is answered 413.
            body_within: the seconds a body may take to arrive; more is answered 408.
        """
        self._queue = Queue(app)
        self._at_once: Callable[[Head], ReadAnswer | None] | None = getattr(app, "at_once", None)
        self._body_limit = body_limit
        self._body_within = body_within
        self._closing = asyncio.Event()
        self._busy: dict[int, Connection] = {}
        self._held: dict[int, Connection] = {}
        self._backlog = Backlog()
        #: Whose the connections are that a front passes on.
        self.callers = Callers()

    def close(self) -> None:
        """End the streams and the answers that would never come; on the loop's thread only."""
        cut(set(self._held.values()))
        self._closing.set()

    def busy(self) -> set[Connection]:
        """The connections on which a request is being read or answered."""
        return set(self._busy.values())

    async def __call__(self, scope: Scope, proto: HTTPProtocol) -> None:
        """Answer one request, as RSGI has it."""
        if self._at_once and not self._queue.is_late and self._is_answered(scope, proto):
            return
        self._busy[id(proto)] = connection = self._connection(scope)
        try:
            await self._serve(scope, proto, connection)
        except asyncio.CancelledError:
            # The server has stopped and the connection is gone. Granian would report an error.
            _log.debug("%s %s was abandoned", scope.method, scope.path)
        finally:
            del self._busy[id(proto)]

    def _is_answered(self, scope: Scope, proto: HTTPProtocol) -> bool:
        """Answer a request at once, without an environment for it; say whether that can be done."""
        began = monotonic()
        head = plain_head(scope, self._connection(scope))
        reply = self._at_once(head) if self._at_once and head else None
        if reply is None:
            return False
        headers = [*reply.headers, *reply.surrounding]
        if reply.body:
            proto.response_bytes(reply.status, headers, reply.body)
        else:
            proto.response_empty(reply.status, headers)
        self._queue.note(began)
        return True

    def _connection(self, scope: Scope) -> Connection:
        return self.callers.behind(Connection(scope.client, scope.server))

    async def _serve(self, scope: Scope, proto: HTTPProtocol, connection: Connection) -> None:
        environ: Environ = {}
        try:
            environ = environ_of(scope, connection)
            await add_body(environ, proto, limit=self._body_limit, within=self._body_within)
            if environ["SERVER_PROTOCOL"] == _MULTIPLEXED:
                await self._backlog.room(connection)
            answer = await self._queue.answer(environ, proto)
        except Unreadable as reason:
            answer = _error(reason.status, str(reason))
        except Exception:  # noqa: BLE001 - whatever the app raises is an answer
            _log.exception("%s %s failed", scope.method, scope.path)
            environ.pop(STREAM, None)
            answer = _error(500)
        if DELIVERY in environ or STREAM in environ:
            await self._deliver(answer, environ, proto, connection)
        else:
            await self._send(answer, environ, proto, connection)

    async def _send(
        self, answer: WsgiResponse, environ: Environ, proto: HTTPProtocol, connection: Connection
    ) -> None:
        bodiless = environ.get("REQUEST_METHOD") == "HEAD" or answer.status in _BODILESS
        if bodiless or not answer.body:
            proto.response_empty(answer.status, answer.headers)
        elif environ.get("SERVER_PROTOCOL") == _MULTIPLEXED:
            await self._backlog.send(proto, connection, *answer)
        else:
            proto.response_bytes(*answer)

    async def _deliver(
        self, answer: WsgiResponse, environ: Environ, proto: HTTPProtocol, connection: Connection
    ) -> None:
        delivery: Delivery = environ.get(DELIVERY, _AT_ONCE)
        stream: AsyncIterator[bytes] | None = environ.get(STREAM)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        await asyncio.sleep(delivery.delay)
        if delivery.never:
            await self._hold(answer, proto, connection)
        elif delivery.drop:
            bodiless = is_head or answer.status in _BODILESS
            during = delivery.drop == "during" and not bodiless
            await _drop(answer, proto, connection, during=during)
        elif stream is None or is_head:
            await self._send(answer, environ, proto, connection)
        else:
            await self._stream(answer, stream, proto, connection)

    async def _hold(
        self, answer: WsgiResponse, proto: HTTPProtocol, connection: Connection
    ) -> None:
        self._held[id(proto)] = connection
        try:
            await self._until_over(proto)
        finally:
            del self._held[id(proto)]
        # By now nobody is there to read it, unless connections cannot be cut.
        await _break_off(answer, proto)

    async def _stream(
        self,
        answer: WsgiResponse,
        stream: AsyncIterator[bytes],
        proto: HTTPProtocol,
        connection: Connection,
    ) -> None:
        transport = proto.response_stream(answer.status, answer.headers)
        pump = _pump(stream, transport, Reader(connection))
        del transport
        try:
            await self._until_over(proto, pump)
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()

    async def _until_over(self, proto: HTTPProtocol, *work: Coroutine[Any, Any, None]) -> None:
        """Wait for the work to end, the client to leave or the server to stop."""
        waits = (departure(proto), self._closing.wait(), *work)
        tasks = [asyncio.create_task(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _drop(
    answer: WsgiResponse, proto: HTTPProtocol, connection: Connection, *, during: bool
) -> None:
    """Close the connection; where it cannot be reached, break the answer off instead."""
    if during or not cut({connection}):
        await _break_off(answer, proto)


async def _break_off(answer: WsgiResponse, proto: HTTPProtocol) -> None:
    """Send less than was announced, upon which the server has to close the connection."""
    announced = ("content-length", str(len(answer.body) or 1))
    headers = [item for item in answer.headers if item[0].lower() not in FRAMING]
    transport = proto.response_stream(answer.status, [*headers, announced])
    await _has_sent(answer.body[: len(answer.body) // 2], transport)


async def _pump(stream: AsyncIterator[bytes], transport: Transport, reader: Reader) -> None:
    try:
        async for chunk in stream:
            if not await _has_sent(chunk, transport):
                break
            try:
                await reader.keep_up(len(chunk))
            except TimeoutError as overdue:
                if isinstance(stream, AsyncGenerator):
                    await _has_sent(await stream.athrow(overdue), transport)
                break
    except StopAsyncIteration:
        pass  # it had no word to say
    except Exception:  # noqa: BLE001 - whatever the app's iterator raises
        _log.exception("a stream broke off")
    finally:
        # The body ends when nobody holds the transport; a traceback that is kept would hold it.
        del transport


async def _has_sent(chunk: bytes, transport: Transport) -> bool:
    """Send some of a body, unless the client has left."""
    try:
        await transport.send_bytes(chunk)
    except RuntimeError:
        return False
    return True


def _error(status: int, detail: str | None = None) -> WsgiResponse:
    title, code = _ERRORS[status]
    error = {"title": title, "detail": detail or title, "code": code, "status": str(status)}
    return WsgiResponse(
        status, [("content-type", _MEDIA_TYPE)], json.dumps({"errors": [error]}).encode()
    )
