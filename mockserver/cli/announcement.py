"""Announcement of a server that accepts: a screen to people, and then files to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import click

from mockserver.cli import attempts, ready
from mockserver.cli.screen import screen
from mockserver.cli.stop import Stop

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.app import MockServerApp
    from mockserver.web.server import Server


class Announcement:
    """Made when a server accepts, taken back when it ends."""

    def __init__(self, app: MockServerApp, ca: Path | None, ready_file: Path | None) -> None:
        """Prepare it.

        Args:
            app: what is served.
            ca: the certificate clients have to trust; ``None`` without https.
            ready_file: where to write it, beside the data directory.
        """
        self._app = app
        self._ca = ca
        self._ready_file = ready_file
        self._written: list[tuple[ready.Document, Path]] = []

    def make(self, server: Server) -> None:
        """Say it; tokens carry the issuer that goes with the ports from here on.

        Raises:
            Stop: the ready file cannot be written.
        """
        from mockserver.seeding.credentials import PASSWORD  # noqa: PLC0415 - loaded by the app

        self._app.listen(server.port, server.tls_port)
        document = ready.document(server, self._app, self._ca)
        settings = self._app.settings
        click.echo(screen(document, settings, PASSWORD))
        self._register(document, ready.place(settings.data_directory, server.port))
        if self._ready_file:
            try:
                self._write(document, self._ready_file)
            except OSError as error:
                message = f"cannot write the ready file {self._ready_file}: {error.strerror}"
                raise Stop(message) from error
        attempts.forget(path for _, path in self._written)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take it back."""
        self.take_back()

    def take_back(self) -> None:
        """Say it no more: who looks for a server must not find one that has ended."""
        for document, path in self._written:
            ready.take_back(document, path)
            # Of a start that this server was in the way of.
            attempts.forget([path])

    def _register(self, document: ready.Document, place: Path) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._write(document, place)
        except OSError as error:
            reason = f"cannot write {place}: {error.strerror}"
            click.echo(f"mockserver: {reason}; other commands will not find this server", err=True)

    def _write(self, document: ready.Document, path: Path) -> None:
        # Noted first: whatever ends the start from here on, it is taken back.
        self._written.append((document, path))
        ready.write(document, path)
