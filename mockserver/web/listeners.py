"""The only place that knows Granian's embedded server: listeners on sockets of our own."""

from __future__ import annotations

import asyncio
import atexit
import logging
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server as EmbeddedServer

from mockserver.clock import monotonic
from mockserver.web.connections import Connection, accepted, cut

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _PlatformLoop
else:
    from asyncio import SelectorEventLoop as _PlatformLoop

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from mockserver.web.bridge import Bridge
    from mockserver.web.certificates import Certificate
    from mockserver.web.front import Front

_BACKLOG = 1024

# Connections served at once. A client that holds a half-sent body occupies one of them, and at
# Granian's default of 128 that many such clients would keep everybody else out.
_BACKPRESSURE = 4096

# Long filters and include paths travel in the request line; anything above this is a 431.
_HEADER_LIMIT = 128 * 1024

# `incremental` keeps Granian from reconfiguring the logging of the program it is embedded in: a
# full dictConfig closes the handlers of everybody else.
_LOGGING: dict[str, Any] = {"incremental": True, "handlers": {}, "loggers": {"_granian": {}}}

# Listeners end at once when their connections are cut; where none can be cut, they are given up.
_LAST_CALL = 1.0

# Seconds between two looks for idle connections while stopping.
_SWEEP = 0.02

# The signal is held by the listener, and by the call that counts; its thread has let go of it.
_OUR_REFERENCES = 2
_LET_GO_TRIES = 100

_log = logging.getLogger(__name__)


class End(NamedTuple):
    """A socket that is bound and listening."""

    sock: socket.socket
    #: What it presents to its clients, which then speak TLS.
    certificate: Certificate | None = None
    #: What accepts in its place, and leads to it who speaks TLS.
    front: Front | None = None

    @property
    def ports(self) -> set[int]:
        """The ports that clients connect to."""
        return self.front.ports if self.front else {self.sock.getsockname()[1]}


class Listener(EmbeddedServer):
    """One listening socket: over TLS when there is a certificate, plain http otherwise."""

    def __init__(
        self, sock: socket.socket, bridge: Bridge, certificate: Certificate | None
    ) -> None:
        """Take a listener's parts; nothing happens yet.

        Args:
            sock: a bound and listening socket; from `start()` on it belongs to the listener.
            bridge: answers the requests.
            certificate: what to present to clients; None serves plain http.
        """
        self._own_socket = sock
        self._accepting = False
        self._signal: object = None
        super().__init__(
            target=SimpleNamespace(__rsgi__=bridge, __rsgi_init__=self._note_accepting),
            interface=Interfaces.RSGI,
            http=HTTPModes.auto,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=_BACKPRESSURE,
            http1_settings=HTTP1Settings(max_buffer_size=_HEADER_LIMIT),
            http2_settings=HTTP2Settings(max_headers_size=_HEADER_LIMIT),
            log_level=LogLevels.error,
            log_dictconfig=_LOGGING,
            ssl_cert=certificate.cert if certificate else None,
            ssl_key=certificate.key if certificate else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )

    async def start(self) -> asyncio.Task[None]:
        """Begin to accept; the task returned ends with the last connection after `close()`.

        Raises:
            RuntimeError: Granian refuses to serve.
        """
        serving = asyncio.create_task(self._serve_and_let_go())
        while not (self._accepting or serving.done()):  # noqa: ASYNC110 - either may come first
            await asyncio.sleep(0)
        if serving.done():
            message = "the listener did not start"
            raise RuntimeError(message) from serving.exception()
        self._signal = self.wrks[0]._sig  # noqa: SLF001 - Granian does not offer it
        return serving

    async def _serve_and_let_go(self) -> None:
        """Serve, and wait until Granian's thread has let go of Python.

        It still runs for a moment after it has announced its end. An interpreter that shuts down
        meanwhile makes it panic, which aborts the process.
        """
        await self.serve()
        for _ in range(_LET_GO_TRIES):
            if sys.getrefcount(self._signal) <= _OUR_REFERENCES:
                break
            await asyncio.sleep(0.001)

    def close(self) -> None:
        """Stop accepting and end `serve()` once every connection is done; loop thread only."""
        self.interrupt_signal = True
        self.main_loop_interrupt.set()

    def _note_accepting(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._accepting = True

    def _init_shared_socket(self) -> None:
        """Hand over our socket: Granian's own would share a taken port (SO_REUSEPORT)."""
        self._shd: Any = SocketHolder(*_holder_arguments(self._own_socket.detach()))
        self._ssp = None


def _holder_arguments(descriptor: int) -> tuple[int | bool, ...]:
    """The arguments of Granian's wrapper of a socket, which differ from platform to platform."""
    if sys.platform == "win32":
        return (descriptor,)
    if sys.platform == "linux" or sys.platform.startswith("freebsd"):
        return (descriptor, False, _BACKLOG)
    return (descriptor, False)


class Listeners:
    """The listeners of one server, from their start to their end, in a thread of their own."""

    def __init__(self, bridge: Bridge, ends: Sequence[End]) -> None:
        """Start the thread, and return once all of them accept.

        Args:
            bridge: answers the requests of all of them.
            ends: what they listen on.

        Raises:
            Exception: whatever keeps them from accepting.
        """
        self._ports = set[int]().union(*(end.ports for end in ends))
        self._fronts = [end.front for end in ends if end.front]
        self._bridge = bridge
        self._stopping = asyncio.Event()
        self._serving: list[asyncio.Task[None]] = []
        accepting: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=self._run,
            args=(accepting, ends),
            name=f"mockserver-{min(self._ports)}",
            daemon=True,
        )
        self._thread.start()
        self._loop = accepting.result()
        # Granian's threads must not outlive the interpreter: they would abort the process.
        atexit.register(self.stop, 0)

    def is_alive(self) -> bool:
        """Whether they still serve."""
        return self._thread.is_alive()

    def request_stop(self, drain: float) -> None:
        """Begin to stop, and cut the connections that are left after `drain` seconds."""
        with suppress(RuntimeError):  # the loop is closed: they have ended already
            self._loop.call_soon_threadsafe(self._begin_stop, drain)

    def stop(self, drain: float) -> None:
        """Stop, and return at the end; at once if called by the app itself, which is waited for."""
        self.request_stop(drain)
        if self._thread is threading.current_thread():
            return
        self._thread.join(drain + 3 * _LAST_CALL)
        if self._thread.is_alive():
            _log.warning("the app does not return, so its server is left running")
        atexit.unregister(self.stop)

    def _run(self, accepting: Future[asyncio.AbstractEventLoop], ends: Sequence[End]) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve(accepting, ends))
        except Exception as error:  # noqa: BLE001 - it belongs to who waits for the start
            if accepting.done():
                _log.exception("the server has ended")
            else:
                accepting.set_exception(error)

    async def _serve(
        self, accepting: Future[asyncio.AbstractEventLoop], ends: Sequence[End]
    ) -> None:
        listeners = [Listener(end.sock, self._bridge, end.certificate) for end in ends]
        self._serving = [await listener.start() for listener in listeners]
        for front in self._fronts:
            await front.open()
        accepting.set_result(asyncio.get_running_loop())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([stopping, *self._serving], return_when=asyncio.FIRST_COMPLETED)
        self._bridge.close()
        for front in self._fronts:
            front.close()
        for listener in listeners:
            listener.close()
        sweeping = asyncio.create_task(self._sweep())
        await asyncio.wait(self._serving)
        for front in self._fronts:
            await front.over()
        sweeping.cancel()

    async def _sweep(self) -> None:
        """Close the connections that nobody has asked anything on.

        Granian waits for them: for the rest of a request's head, or for the client of an idle
        HTTP/2 connection to notice that it is over. To be idle twice in a row rules out those
        that have just been handed an answer or a request.
        """
        idle = self._idle()
        while True:
            await asyncio.sleep(_SWEEP)
            was_idle, idle = idle, self._idle()
            cut(was_idle & idle)

    def _idle(self) -> set[Connection]:
        unsent = accepted(self._ports)
        return {connection for connection in unsent if not unsent[connection]} - self._bridge.busy()

    def _begin_stop(self, drain: float) -> None:
        self._stopping.set()
        self._loop.call_later(drain, self._cut)
        self._loop.call_later(drain + _LAST_CALL, self._give_up)

    def _cut(self) -> None:
        cut(accepted(self._ports))

    def _give_up(self) -> None:
        for serving in self._serving:
            serving.cancel()
        for front in self._fronts:
            front.abort()


class _Loop(_PlatformLoop):
    """An event loop whose time passes though a test have its process' time stand still."""

    def time(self) -> float:
        """Return the machine's time, by which is waited."""
        return monotonic()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """The faster event loop, for those who have installed it."""
    if find_spec("uvloop") is None:
        return _Loop
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
