"""A server in the caller's process, on free ports, with everything the control plane offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from mockserver.app import Application, create_app
from mockserver.control.plane import ControlPlane
from mockserver.settings import Settings
from mockserver.testing.world import World, WorldClock
from mockserver.web.certificates import Certificate, issue, names
from mockserver.web.server import Server


class MockServer:
    """A sandbox server, started by ``with`` or ``start()``.

    Everything that ``/_mock`` and the command line can do is here, with the same names; the
    organization the published credentials belong to is ``acme``.

    Args:
        port: of http; 0 for a free one.
        tls_port: of https; 0 for a free one, ``None`` for none.
        **settings: of :class:`mockserver.Settings`; customers are not seeded unless asked for.
    """

    def __init__(self, *, port: int = 0, tls_port: int | None = 0, **settings: Any) -> None:
        """Take the settings; nothing is seeded or listened to before ``start()``."""
        seeded = "customers" in settings or "scenario" in settings
        wanted = {"seeded": seeded, **settings}
        self.settings = replace(Settings(port=port, tls_port=tls_port), **wanted)
        self._app: Application | None = None
        self._server: Server | None = None

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Seed, listen, and return once both listeners accept.

        Raises:
            OSError: a port cannot be had.
            StorageError: the storage cannot be opened.
        """
        settings = self.settings
        app = self._app = create_app(settings)
        tls = settings.tls_port is not None
        self._server = Server(
            app,
            host=settings.host,
            port=settings.port,
            tls_port=settings.tls_port,
            certificate=self._certificate() if tls else None,
        )
        try:
            self._server.start()
        except OSError:
            app.storage.close()
            raise
        if settings.issuer is None:
            app.authorization.issuer = f"https://auth.{self.domain}"
        return self

    def stop(self) -> None:
        """Stop listening, let the requests in flight finish, release everything."""
        if self._server and self._app:
            self._server.stop()
            self._app.storage.close()
            self._server = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    # --- where it is -------------------------------------------------------------------------------

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
        port = self._running.tls_port or self._running.port
        return f"{self.settings.domain}:{port}"

    @property
    def ca(self) -> Path | None:
        """The certificate authority's file, for ``SSL_CERT_FILE`` and the like."""
        return self._certificate().ca if self.settings.tls_port is not None else None

    @property
    def app(self) -> Application:
        """The WSGI application and the parts behind it."""
        if self._app is None:
            message = "the server has not been started"
            raise RuntimeError(message)
        return self._app

    @property
    def _running(self) -> Server:
        if self._server is None:
            message = "the server has not been started, or is stopped"
            raise RuntimeError(message)
        return self._server

    def _certificate(self) -> Certificate:
        return issue(["acme"], domain=self.settings.domain, directory=self.settings.data_directory)

    # --- worlds ------------------------------------------------------------------------------------

    @property
    def plane(self) -> ControlPlane:
        """The control plane, for what has no shorter name here."""
        return self.app.plane

    def organization(self, slug: str = "acme") -> World:
        """Return an organization.

        Raises:
            Refusal: 404 when there is none.
        """
        return World(self, self.plane.worlds.find(slug))

    def create_organization(self, slug: str | None = None, **recipe: Any) -> World:
        """Create an organization, empty unless the recipe says otherwise.

        Args:
            slug: one of our own when left out.
            **recipe: ``customers``, ``scenario``, ``seed``, ``settings``.

        Raises:
            Refusal: 409 when the slug is taken, 422 for a bad recipe.
        """
        body = {**recipe, **({"slug": slug} if slug else {})}
        made = self.plane.worlds.create(body)
        return self.organization(made["slug"])

    def delete_organization(self, slug: str) -> None:
        """Remove an organization and everything that is about it alone."""
        self.plane.worlds.delete(slug)

    @property
    def clock(self) -> WorldClock:
        """The clock of all organizations at once."""
        return WorldClock(self.plane.clocks)

    def change_settings(self, **settings: Any) -> Mapping[str, Any]:
        """Set rate limits, token lifetimes and so on; see ``PATCH /_mock/settings``."""
        return self.plane.tuning.change(settings)
