"""The only place that starts and stops listeners: http and https over one app, in one process."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from mockserver.settings import netloc
from mockserver.signals import ending
from mockserver.web.bridge import BODY_LIMIT, BODY_WITHIN, Bridge
from mockserver.web.certificates import issue
from mockserver.web.front import PATIENCE, Front
from mockserver.web.sockets import LOCALHOST, AddressUnavailable, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from _typeshed.wsgi import WSGIApplication

    from mockserver.web.certificates import Certificate
    from mockserver.web.listeners import Listeners

#: Seconds that requests in flight are given to finish when the server stops.
DRAIN = 10.0

# Seconds between two looks whether the app itself has stopped its server.
_GLANCE = 0.2

#: Where that is reached which listens on more than one address.
_REACHED = {
    "0.0.0.0": "127.0.0.1",  # noqa: S104 - compared with
    "": "127.0.0.1",
    "::": "::1",
    LOCALHOST: "127.0.0.1",
}


class Server:
    """An app on two ports, one for http and one for https, served by a thread of its own.

    HTTP/1.1 and HTTP/2 are spoken on both. The app is called by that thread, one request at a
    time. A server can be started again after it was stopped, and a process may run several.
    """

    def __init__(  # noqa: PLR0913 - what can be set
        self,
        app: WSGIApplication,
        *,
        hosts: Sequence[str] = (LOCALHOST,),
        port: int = 0,
        tls_port: int | None = 0,
        certificate: Certificate | None = None,
        body_limit: int = BODY_LIMIT,
        body_within: float = BODY_WITHIN,
        patience: float = PATIENCE,
        drain: float = DRAIN,
    ) -> None:
        """Take what is to be served; nothing happens before `start()`.

        Args:
            app: the WSGI app; see `bridge` for what it may ask of the delivery of an answer.
            hosts: the addresses and names to listen on, all on the same port.
            port: for http; 0 takes a free one at each start.
            tls_port: for https; 0 takes a free one at each start, None serves no https.
            certificate: what to present; None issues one for the default names.
            body_limit: the largest request body, in bytes; more is answered 413.
            body_within: the seconds a request body may take to arrive; more is answered 408.
            patience: the seconds that a client of the https port may take to send its first bytes.
            drain: the seconds that requests in flight are given when the server stops.
        """
        self._new_bridge = partial(Bridge, app, body_limit=body_limit, body_within=body_within)
        self._hosts = tuple(hosts)
        self._wanted = (port, tls_port)
        self._certificate = certificate
        self._patience = patience
        self._drain = drain
        self._run: Listeners | None = None
        self._taken = self._wanted

    @property
    def port(self) -> int:
        """The port of http; while the server is stopped, the one asked for."""
        return (self._taken if self._run else self._wanted)[0]

    @property
    def tls_port(self) -> int | None:
        """The port of https; None when there is none."""
        return (self._taken if self._run else self._wanted)[1]

    @property
    def url(self) -> str:
        """Where http is served, without a trailing slash."""
        return self._url("http", self.port)

    @property
    def tls_url(self) -> str | None:
        """Where https is served, without a trailing slash; None when it is not."""
        return None if self.tls_port is None else self._url("https", self.tls_port)

    def start(self) -> None:
        """Listen, and return once all listeners accept.

        Raises:
            AddressUnavailable: a port cannot be had.
            CertificateError: no certificate was given and none can be issued.
            RuntimeError: the server runs already.
        """
        if self._run:
            message = "the server runs already"
            raise RuntimeError(message)
        from mockserver.web.listeners import End, Listeners  # noqa: PLC0415 - Granian is slow

        with ExitStack() as undo:
            plain, secure = self._listen_on_both(undo)
            self._taken = plain[0].getsockname()[1], secure[0].getsockname()[1] if secure else None
            bridge, ends = self._new_bridge(), [End(sock) for sock in plain]
            if secure:
                front = Front(secure, self._taken[0], bridge.callers, self._patience)
                behind = undo.enter_context(front.behind)
                ends.append(End(behind, self._certificate or issue(), front))
            self._run = Listeners(bridge, ends)
            undo.pop_all()

    def stop(self, drain: float | None = None) -> None:
        """Stop accepting, let the requests in flight finish, and return when all is closed.

        Called again meanwhile, from another thread, it may shorten the wait. Called by the app, it
        returns at once.

        Args:
            drain: the seconds to give them, if not those of the server.
        """
        if run := self._run:
            run.stop(self._drain if drain is None else drain)
            self._run = None

    def serve(
        self,
        on_ready: Callable[[Self], object] | None = None,
        on_repeat: Callable[[], object] = lambda: None,
    ) -> None:
        """Start, run until a signal that ends, then stop; a second one cuts the wait short.

        Args:
            on_ready: called with the server once it accepts.
            on_repeat: called at a second signal, for an app that does not return.

        Raises:
            AddressUnavailable, CertificateError: as `start`.
            ValueError: this is not the main thread, which alone may handle signals.
        """

        def hurry() -> None:
            on_repeat()
            self._hurry()

        with _signalled(hurry) as signalled, self:
            if on_ready:
                on_ready(self)
            run = self._run
            while run and run.is_alive() and not signalled.wait(_GLANCE):
                pass

    def __enter__(self) -> Self:
        """Start; see `start()` for the errors."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _hurry(self) -> None:
        if self._run:
            self._run.request_stop(0)

    def _listen_on_both(self, undo: ExitStack) -> tuple[list[socket.socket], list[socket.socket]]:
        """Return the sockets for http and for https; both are told that cannot be had."""
        found: list[list[socket.socket]] = [[], []]
        unavailable: AddressUnavailable | None = None
        for sockets, port in zip(found, self._wanted, strict=True):
            try:
                sockets.extend([] if port is None else self._listen(port, undo))
            except AddressUnavailable as error:
                if unavailable:
                    unavailable.also(error)
                unavailable = unavailable or error
        if unavailable:
            raise unavailable
        return found[0], found[1]

    def _listen(self, port: int, undo: ExitStack) -> list[socket.socket]:
        return [undo.enter_context(sock) for sock in listen(self._hosts, port)]

    def _url(self, scheme: str, port: int) -> str:
        first = self._hosts[0]
        return f"{scheme}://{netloc(_REACHED.get(first.lower(), first), port, scheme)}"


@contextmanager
def _signalled(again: Callable[[], None]) -> Iterator[threading.Event]:
    """An event that the first signal to end sets; each one after it calls `again`."""
    event = threading.Event()

    def handle(_signum: int, _frame: Any) -> None:
        if event.is_set():
            again()
        event.set()

    previous = {signum: signal.signal(signum, handle) for signum in ending()}
    try:
        yield event
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
