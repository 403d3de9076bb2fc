"""``mockserver stop``, ``status`` and ``logs``: what a script does with a server it did not start.

They speak of servers of this machine, which are in the list of the data directory.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import deque
from typing import IO, TYPE_CHECKING, Any

import click

from mockserver.cli import home
from mockserver.cli.asking import Asking
from mockserver.cli.detached import log_of
from mockserver.cli.finding import find, running
from mockserver.cli.ready import port_of
from mockserver.cli.running import RUNNING
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import NoServer, Refused, Stop
from mockserver.cli.table import table
from mockserver.cli.values import Preferred
from mockserver.clock import monotonic
from mockserver.programs import holder_of, is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mockserver.cli.ready import Document

_GLANCE = 0.05
#: Seconds for a server to end: it finishes what it is asked, and then writes what is left.
_END_WITHIN = 30.0

EVERY = click.Option(["--all", "every"], is_flag=True, help="Every server that runs.")
LINES = click.Option(
    ["--lines"], type=click.IntRange(0), metavar="INTEGER", help="The last ones; else all."
)
FOLLOW = click.Option(["--follow"], is_flag=True, help="Go on until the server ends.")


@section(Section.SERVE)
@click.command(params=[EVERY, *RUNNING])
def stop(*, every: bool, **which: Any) -> None:
    """End a running server in good order.

    It returns once the server has ended.
    """
    found = running(home.looked_up(which["data_directory"])) if every else [find(**which)]
    if not found:
        message = "no server runs"
        raise NoServer(message)
    for document in found:
        _end(document)
        click.echo(f"The server at {document['http']} has ended.")


@section(Section.SERVE)
@click.command(params=list(RUNNING))
def status(**which: Any) -> None:
    """Print which servers run.

    It fails where none does.
    """
    rows = [_row(document) for document in _meant(which)]
    for line in table(("http", "https", "pid", "up for", "storage"), rows):
        click.echo(line)


@section(Section.LOOK)
@click.command(params=[LINES, FOLLOW, *RUNNING])
def logs(*, lines: int | None, follow: bool, **which: Any) -> None:
    """Print what a detached server has said.

    With --port also that of one that has ended.
    """
    document, path = _logged(which)
    try:
        file = path.open(encoding="utf-8", errors="replace")
    except OSError as error:
        message = f"there is no log {path}: only servers of `serve --detach` have one"
        raise Stop(message) from error
    with file:
        for line in deque(file, lines):
            click.echo(line, nl=False)
        if follow and document:
            _follow(file, document)


def _end(document: Document) -> None:
    """End a server, and wait until it has ended.

    Raises:
        Stop: it is not one of this machine, or of another user.
        Refused: it does not end.
    """
    pid, url = document["pid"], document["http"]
    if not pid:
        message = f"the server at {url} is in no list here: end it where it was started"
        raise Stop(message)
    # A process of that number may be another one here, where the server is in a container.
    holder = holder_of(port_of(document))
    if holder and holder.pid != pid:
        message = f"the server at {url} is not process {pid} here, but {holder}"
        raise Stop(message)
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError as error:
        message = f"cannot end the server at {url} (pid {pid}): {error.strerror}"
        raise Stop(message) from error
    if not _within(_END_WITHIN, lambda: not is_alive(pid)):
        message = f"the server at {url} (pid {pid}) has not ended, {_END_WITHIN:g} s later"
        raise Refused(message)


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    begun, waiting = monotonic(), threading.Event()
    while not happened():
        if monotonic() - begun > seconds:
            return False
        waiting.wait(_GLANCE)
    return True


def _meant(which: dict[str, Any]) -> list[Document]:
    """Return all servers, or the one that was named."""
    is_named = which["url"] or which["ready_file"] or not isinstance(which["port"], Preferred)
    if is_named:
        return [find(**which)]
    return running(home.looked_up(which["data_directory"])) or [find(**which)]


def _row(document: Document) -> tuple[str | None, ...]:
    health = json.loads(Asking(document["http"], {}).exchange("GET", "/_mock/health", None)[2])
    up = f"{health['uptime']:.0f} s"
    return document["http"], document["https"], str(document["pid"] or ""), up, health["storage"]


def _logged(which: dict[str, Any]) -> tuple[Document | None, Path]:
    """Return the server that is meant, if it runs, and its log."""
    directory = home.looked_up(which["data_directory"])
    try:
        document = find(**which)
    except NoServer:
        if isinstance(which["port"], Preferred) or which["url"]:
            raise
        return None, log_of(directory, which["port"])
    return document, log_of(directory, port_of(document))


def _follow(file: IO[str], document: Document) -> None:
    """Print what comes, until the server has ended and nothing comes any more."""
    waiting = threading.Event()
    while True:
        is_over = not is_alive(document["pid"])
        for line in _new(file):
            sys.stdout.write(line)
        sys.stdout.flush()
        if is_over:
            return
        waiting.wait(_GLANCE)


def _new(file: IO[str]) -> Iterator[str]:
    """Yield each part that was appended; a log that has been shortened goes on at its beginning."""
    if file.tell() > os.fstat(file.fileno()).st_size:
        file.seek(0, os.SEEK_END)
    yield from iter(file.readline, "")
