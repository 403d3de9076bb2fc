"""``mockserver run``: a command and a sandbox of its own, which ends with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

import click

from mockserver.cli import attempts, ready
from mockserver.cli.environment import PRELOAD, PRODUCTION, environment
from mockserver.cli.left_behind import JOURNAL, LOG, left_behind
from mockserver.cli.options import SERVER
from mockserver.cli.output import never_wait
from mockserver.cli.sections import Section, section
from mockserver.cli.serve import (
    LOG_FORMAT,
    application,
    certificate,
    listener,
    listening,
    refusals,
    settings_of,
)
from mockserver.cli.setting import setting
from mockserver.cli.starting import Starting
from mockserver.cli.stop import Stop, in_words
from mockserver.cli.values import PORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from mockserver.app import MockServerApp
    from mockserver.settings import Settings

    Recording = Callable[[MockServerApp], AbstractContextManager[None]]

#: What a shell answers for a command that a signal has ended: this and its number.
_SIGNALLED = 128
#: Seconds for requests that the command has left behind; nobody waits for their answers.
_DRAIN = 0.5
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")

# The file of settings and the environment speak of the server that `serve` starts, beside which
# any number of these may run: hence free ports, and parameters that these do not set.
_OWN = (
    click.Option(
        ["--port", "-p", "http_port"], type=PORTS, default=0, help="Of http; else a free one."
    ),
    click.Option(
        ["--tls-port", "https_port"], type=PORTS, default=0, help="Of https; else a free one."
    ),
    click.Option(
        ["--ready-file", "written"],
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Where the sandbox says that it is ready; else a temporary file.",
    ),
    setting(
        "--map-production",
        is_flag=True,
        default=False,
        show_default=False,
        help=f"Lead node to the sandbox when it looks for hosts below {PRODUCTION}.",
    ),
    click.Option(
        ["--verbose"],
        is_flag=True,
        help="Say on standard error where the sandbox is, as serve does.",
    ),
    JOURNAL,
    LOG,
)
# The terminal is that of the command, so there are no lines for requests in it.
_NOT_SHARED = {"port", "tls_port", "ready_file", "reload", "detach", "quiet"}
_SHARED = [option for option in SERVER if option.name not in _NOT_SHARED]
_COMMAND = click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED)


@section(Section.SERVE)
@click.command(
    cls=Starting,
    params=[*_OWN, *_SHARED, _COMMAND],
    context_settings={"allow_interspersed_args": False},
)
def run(
    *,
    command: Sequence[str],
    written: Path | None,
    map_production: bool,
    verbose: bool,
    **values: Any,
) -> int:
    """Run a command with a sandbox of its own.

    The command finds the sandbox in its environment, and its status is the one of this command.
    """
    never_wait()
    mapped = PRODUCTION if map_production else ""
    recording = _recording(values)
    settings = _settings(values, mapped)
    with _Signals() as signals, TemporaryDirectory(prefix="mockserver-") as made:
        place = Path(made)
        file = written or place / "ready.json"
        try:
            with _sandbox(settings, mapped, recording) as document, _written(document, file):
                found = environment(os.environ, document, file, mapped=mapped, place=place)
                if settings.control_token:
                    found["MOCKSERVER_CONTROL_TOKEN"] = settings.control_token
                if verbose:
                    _tell(document, settings)
                return signals.run(command, found)
        except refusals() as error:
            raise Stop(in_words(error)) from error


@section(Section.TRY)
@click.command(name="node-preload")
def node_preload() -> None:
    """Print the path of the module that leads node to the sandbox."""
    click.echo(PRELOAD)


def _recording(values: dict[str, Any]) -> Recording:
    """Return a function that keeps journal and log where the options say; they are no settings."""
    places = {name: values.pop(name) for name in ("journal", "log")}
    return partial(left_behind, **places, form=values.pop("log_format"), line_format=LOG_FORMAT)


def _settings(values: dict[str, Any], mapped: str) -> Settings:
    """Return the settings of the sandbox; its issuer is a host that the command finds.

    Raises:
        Stop: hosts are mapped, which are asked over https, and https is not served.
    """
    if mapped:
        if values["no_tls"]:
            message = "--map-production needs https, which --no-tls switches off"
            raise Stop(message)
        values["issuer"] = values["issuer"] or f"https://auth.{mapped}"
    values["port"], values["tls_port"] = values.pop("http_port"), values.pop("https_port")
    return settings_of(values)


@contextmanager
def _sandbox(settings: Settings, mapped: str, recording: Recording) -> Iterator[ready.Document]:
    """Serve a sandbox, of which something is kept, and yield what it says of itself."""
    app = application(settings)
    try:
        with recording(app):
            presented = certificate(app, [f"*.{mapped}"] if mapped else [])
            server = listener(app, presented)
            with listening(settings):
                server.start()
            app.listen(server.port, server.tls_port)
            try:
                yield ready.document(server, app, presented.ca if presented else None)
            finally:
                server.stop(_DRAIN)
    finally:
        app.storage.close()


@contextmanager
def _written(document: ready.Document, path: Path) -> Iterator[None]:
    try:
        ready.write(document, path)
    except OSError as error:
        message = f"cannot write the ready file {path}: {error.strerror}"
        raise Stop(message) from error
    attempts.forget([path])
    try:
        yield
    finally:
        ready.take_back(document, path)


def _tell(document: ready.Document, settings: Settings) -> None:
    from mockserver.cli.screen import screen  # noqa: PLC0415 - only when asked for
    from mockserver.seeding.credentials import PASSWORD  # noqa: PLC0415 - loaded by the app

    click.echo(screen(document, settings, PASSWORD), err=True)


class _Signals:
    """Hands the signals that end a process on to the command, and waits for its end."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for signum in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
            # What is ignored, as in nohup, the command ignores as well.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._previous[signum] = signal.signal(signum, self._hand_on)
        return self

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)

    def run(self, command: Sequence[str], variables: dict[str, str]) -> int:
        """Run a command to its end and return its status as a shell does.

        Raises:
            Stop: it cannot be run.
        """
        if self._early:
            return _SIGNALLED + self._early[0]
        self._child = _start(command, variables)
        for signum in self._early:  # came while it started
            self._child.send_signal(signum)
        status = self._child.wait()
        return status if status >= 0 else _SIGNALLED - status

    def _hand_on(self, signum: int, _: FrameType | None) -> None:
        if self._child is None:
            self._early.append(signum)
        elif not _is_from_terminal(signum):
            self._child.send_signal(signum)


class NotFound(Stop):
    """There is no such command."""

    exit_code = 127


class NotExecutable(Stop):
    """The command is no program, or none for us."""

    exit_code = 126


def _start(command: Sequence[str], variables: dict[str, str]) -> subprocess.Popen[bytes]:
    # On Windows, what is on the path has an ending that people leave out.
    executable = shutil.which(command[0], path=variables.get("PATH")) or command[0]
    try:
        return subprocess.Popen([executable, *command[1:]], env=variables)  # noqa: S603 - theirs
    except OSError as error:
        refused = NotFound if isinstance(error, FileNotFoundError) else NotExecutable
        message = f"cannot run {command[0]}: {error.strerror}"
        raise refused(message) from error


def _is_from_terminal(signum: int) -> bool:
    """Say whether a terminal sends a signal, which has reached the command then already."""
    if signum == signal.SIGTERM or signum == getattr(signal, "SIGHUP", None):
        return False
    if sys.platform == "win32":
        return True
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False
