"""A server in the caller's process, on free ports, with everything the control plane offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from mockserver.access import Mode
from mockserver.app import MockServerApp, create_app
from mockserver.control.control_plane import ControlPlane
from mockserver.seeding.credentials import FIRST_ORGANIZATION
from mockserver.situations import scenarios
from mockserver.testing.awaiting import in_thread
from mockserver.testing.exclusive import exclusive, exclusive_plane
from mockserver.testing.records import ModeRecords
from mockserver.testing.running import RunningServer
from mockserver.testing.settings import settings_of
from mockserver.web.certificates import Certificate, issue
from mockserver.web.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Seconds for requests in flight: whoever stops a server of tests no longer waits for answers.
DRAIN = 0.0


class MockServer(RunningServer):
    """A sandbox server, started by ``with`` or ``start()``.

    Everything that ``/_mock`` and the command line can do is here, with the same names; the
    organization the published credentials belong to is ``acme``. It may be started and used from
    any thread, a process may run several, and one that was stopped may be started anew: what it
    held in memory is gone then.
    """

    def __init__(self, *, port: int = 0, tls_port: int | None = 0, **settings: Any) -> None:
        """Take the settings; nothing is seeded or listened to before ``start()``.

        Args:
            port: of http; 0 for a free one.
            tls_port: of https; 0 for a free one, ``None`` for none.
            **settings: of :class:`mockserver.Settings`; customers are not seeded unless asked for.

        Raises:
            TypeError: there is no such setting, or the value is of another kind.
        """
        self.settings = settings_of({"port": port, "tls_port": tls_port, **settings})
        self._lock = RLock()
        self._app: MockServerApp | None = None
        self._server: Server | None = None
        self._certificate: Certificate | None = None
        self._place: TemporaryDirectory[str] | None = None
        #: What answers beside the sandbox, by path.
        self.beside: dict[str, WSGIApplication] = {}

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Seed, listen, and return once both listeners accept; on errors nothing is left behind.

        Raises:
            AddressUnavailable: a port cannot be had.
            CertificateError, SigningKeyError: the data directory cannot be used.
            Refusal: there is no such scenario.
            RuntimeError: it runs already.
            StorageError: the storage cannot be opened.
        """
        if self._server:
            message = "the server runs already"
            raise RuntimeError(message)
        settings = self.settings
        if settings.scenario:
            # Looked for while nothing is open yet.
            scenarios.find(settings.scenario)
        with ExitStack() as undo:
            app = create_app(settings)
            undo.callback(app.close)
            server = self._listener()
            undo.callback(setattr, self, "_app", None)
            self._app = app
            server.start()
            undo.pop_all()
        self._server = server
        app.listen(server.port, server.tls_port)
        return self

    def stop(self) -> None:
        """Stop listening, cut what is still in flight, release everything; again does nothing."""
        server, self._server = self._server, None
        if server and self._app:
            server.stop()
            self._app.close()
        if self._place:
            self._place.cleanup()
            self._place = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    async def async_start(self) -> Self:
        """Do what ``start`` does; the event loop goes on."""
        return await in_thread(self.start)

    async def async_stop(self) -> None:
        """Do what ``stop`` does; the event loop goes on."""
        await in_thread(self.stop)

    async def __aenter__(self) -> Self:
        """Start."""
        return await self.async_start()

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.async_stop()

    def _listener(self) -> Server:
        settings = self.settings
        if settings.tls_port is not None:
            self._certificate = issue(
                [FIRST_ORGANIZATION],
                domain=settings.domain,
                others=settings.control_hosts,
                directory=settings.data_directory,
            )
        return Server(
            self._answer,
            hosts=settings.hosts,
            port=settings.port,
            tls_port=settings.tls_port,
            certificate=self._certificate,
            body_limit=settings.largest_body,
            drain=DRAIN,
        )

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if beside := self.beside.get(environ["PATH_INFO"]):
            return beside(environ, start_response)
        # One at a time: a request never sees half of what a test does meanwhile.
        with self._lock:
            return self.app(environ, start_response)

    # --- where it is -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where http is served."""
        return self._running.url

    @property
    def tls_url(self) -> str | None:
        """Where https is served, ``None`` when it is not."""
        return self._running.tls_url

    @property
    def domain(self) -> str:
        """The parent of the organizations' hosts, with the port: what SDKs are configured with."""
        _ = self._running
        return self.app.settings.parent

    @property
    def ca(self) -> Path | None:
        """The certificate authority's file, for ``SSL_CERT_FILE`` and the like."""
        return self._certificate.ca if self._certificate else None

    @property
    def place(self) -> Path:
        """A directory for files that last until the server stops."""
        if self._place is None:
            self._place = TemporaryDirectory(prefix="mockserver-")
        return Path(self._place.name)

    @property
    def _running(self) -> Server:
        if self._server is None:
            message = "the server has not been started, or is stopped"
            raise RuntimeError(message)
        return self._server

    # --- what it is asked ------------------------------------------------------------------------

    @property
    def app(self) -> MockServerApp:
        """The WSGI application and the parts behind it; those of the last start."""
        if self._app is None:
            message = "the server has not been started"
            raise RuntimeError(message)
        return self._app

    @property
    def plane(self) -> ControlPlane:
        """The control plane, for what has no shorter name here."""
        return exclusive_plane(self.app.plane, self._lock)

    def records(self, slug: str, mode: Mode) -> ModeRecords:
        """Return the records of one mode of an organization.

        Raises:
            Refusal: 404 when there is no such organization.
        """
        sandbox = self.plane.organizations.find(slug).sandbox(mode)
        return exclusive(ModeRecords(sandbox), self._lock)

    def token(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return the token endpoint's answer.

        Raises:
            OAuthError: it refuses.
        """
        return exclusive(self.app.authorization, self._lock).token(parameters)

    def authorize(self, parameters: Mapping[str, str]) -> str:
        """Return where the authorization endpoint redirects to.

        Raises:
            OAuthError: it refuses.
        """
        return exclusive(self.app.authorization, self._lock).authorize(parameters)
