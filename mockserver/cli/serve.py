"""``mockserver serve``: start, say so, run until a signal, leave nothing open behind."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.home import provided
from mockserver.cli.last_resort import LastResort
from mockserver.cli.options import EPILOG, SERVER
from mockserver.cli.output import never_wait
from mockserver.cli.sections import Section, section
from mockserver.cli.starting import Starting
from mockserver.cli.stop import Stop, in_words
from mockserver.settings import Settings
from mockserver.signals import ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from mockserver.app import MockServerApp
    from mockserver.cli.announcement import Announcement
    from mockserver.web.certificates import Certificate
    from mockserver.web.server import Server

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@section(Section.SERVE)
@click.command(cls=Starting, params=list(SERVER), epilog=EPILOG)
def serve(
    *,
    reload: bool,
    detach: bool,
    ready_file: Path | None,
    quiet: bool,
    log_format: str,
    **values: Any,
) -> int:
    """Serve a seeded sandbox over http and https.

    A line for each request goes to standard error.
    Ctrl-C, SIGTERM and SIGHUP end it once the requests in flight are answered; a second one at
    once.
    """
    if detach:
        from mockserver.cli.detached import detach as detached  # noqa: PLC0415 - as below

        return detached({**values, "reload": reload})
    never_wait()
    if reload:
        from mockserver.cli.reload import supervise  # noqa: PLC0415 - only when asked for

        raise SystemExit(supervise())
    try:
        with ended_by_signals():
            run(settings_of(values), ready_file, log_format=None if quiet else log_format)
    except refusals() as error:
        raise Stop(in_words(error)) from error
    return 0


def settings_of(values: dict[str, Any]) -> Settings:
    """Return the settings that the values of the options make."""
    no_tls, no_seed = values.pop("no_tls"), values.pop("no_seed")
    values["tls_port"] = None if no_tls else values["tls_port"]
    values["auth"] = values["auth"] == "on"
    values["data_directory"] = provided(values["data_directory"])
    return Settings(seeded=not no_seed, **values)


def run(
    settings: Settings,
    ready_file: Path | None = None,
    *,
    log_format: str | None = None,
    prepare: Callable[[MockServerApp], object] = lambda _: None,
    on_ready: Callable[[MockServerApp, Server], object] = lambda *_: None,
) -> None:
    """Serve until a signal.

    Args:
        settings: what is served, and where.
        ready_file: where to say so, beside the data directory.
        log_format: of a line for each request; ``None`` for no lines.
        prepare: called with the application before it listens.
        on_ready: called once it has said so.

    Raises:
        StorageError, SigningKeyError, AddressUnavailable, CertificateError: it cannot start.
        Stop: it cannot say that it has started.
    """
    # Until it accepts nothing becomes garbage: looking for some takes a tenth of the start.
    gc.disable()
    app = application(settings)
    if log_format and sys.stderr:
        _log_requests(app, sys.stderr, log_format)
    last = LastResort()
    try:
        prepare(app)
        _listen(app, certificate(app), ready_file, last, on_ready)
    finally:
        with _undisturbed(last):
            app.close()


def _log_requests(app: MockServerApp, stream: TextIO, form: str) -> None:
    import logging  # noqa: PLC0415 - as below

    from mockserver.cli.request_log import RequestLog  # noqa: PLC0415 - not needed where it is quiet
    from mockserver.web.ignoring import LOG  # noqa: PLC0415 - loaded by the app

    app.journal.listen(RequestLog(stream, form).note)
    # The lines name what was ignored.
    LOG.setLevel(logging.ERROR)


def application(settings: Settings) -> MockServerApp:
    """Return the application that is served; it has a storage to close in the end.

    Raises:
        StorageError, SigningKeyError: it cannot be made.
    """
    import logging  # noqa: PLC0415 - this costs start-up time that only a server should pay

    from mockserver.app import create_app  # noqa: PLC0415

    logging.basicConfig(format=LOG_FORMAT)
    return create_app(settings)


def certificate(app: MockServerApp, others: Iterable[str] = ()) -> Certificate | None:
    """Return the certificate that clients of https are shown, where that is served.

    Args:
        app: whose organizations it is for.
        others: hosts that it is for besides.

    Raises:
        CertificateError: it cannot be made.
    """
    if app.settings.tls_port is None:
        return None
    from mockserver.web.certificates import issue  # noqa: PLC0415 - not needed without https

    slugs = [organization.slug for organization in app.organizations]
    domain, directory = app.settings.domain, app.settings.data_directory
    named = (*others, *app.settings.control_hosts)
    return issue(slugs, domain=domain, others=named, directory=directory)


@contextmanager
def listening(settings: Settings) -> Iterator[None]:
    """Say of ports that are taken what can be done about it.

    Raises:
        Stop: one of them cannot be had.
    """
    from mockserver.web.sockets import AddressUnavailable  # noqa: PLC0415 - as above

    try:
        yield
    except AddressUnavailable as error:
        from mockserver.cli.taken import refused  # noqa: PLC0415 - only then

        raise refused(error, settings) from error


def listener(app: MockServerApp, presented: Certificate | None) -> Server:
    """Return the server of an application, which does not listen yet."""
    from mockserver.web.server import Server  # noqa: PLC0415 - as above

    return Server(
        app,
        hosts=app.settings.hosts,
        port=app.settings.port,
        tls_port=app.settings.tls_port,
        certificate=presented,
        body_limit=app.settings.largest_body,
    )


def _listen(
    app: MockServerApp,
    presented: Certificate | None,
    ready_file: Path | None,
    last: LastResort,
    on_ready: Callable[[MockServerApp, Server], object],
) -> None:
    from mockserver.cli.announcement import Announcement  # noqa: PLC0415 - as above

    with Announcement(app, presented.ca if presented else None, ready_file) as announcement:
        last.before = announcement.take_back

        def accept(started: Server) -> None:
            _accept(started, announcement)
            on_ready(app, started)

        with listening(app.settings):
            listener(app, presented).serve(accept, last.arm)


def _accept(server: Server, announcement: Announcement) -> None:
    announcement.make(server)
    # What there is now stays for good: the collector need not go through it again and again.
    gc.freeze()
    gc.enable()


def refusals() -> tuple[type[Exception], ...]:
    """Return the errors that keep a server from starting through no fault of the code."""
    from mockserver.errors import Refusal  # noqa: PLC0415 - only once one is raised
    from mockserver.oauth.keys import SigningKeyError  # noqa: PLC0415
    from mockserver.storage.base import StorageError  # noqa: PLC0415
    from mockserver.web.certificates import CertificateError  # noqa: PLC0415
    from mockserver.web.sockets import AddressUnavailable  # noqa: PLC0415

    # A refusal: of the scenario to begin with.
    return AddressUnavailable, CertificateError, Refusal, SigningKeyError, StorageError


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let every signal end a start that is under way as Ctrl-C does, quietly."""
    previous = {signum: signal.signal(signum, signal.default_int_handler) for signum in ending()}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)


@contextmanager
def _undisturbed(last: LastResort) -> Iterator[None]:
    """Let a second Ctrl-C not cut the last write in two, unless that takes for ever."""
    previous = {signum: signal.signal(signum, last.arm) for signum in ending()}
    try:
        yield
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
