"""``mockserver wait``: return when a server is ready, and give up when it never will be."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli import attempts, home, ready
from mockserver.cli.finding import Ended, find
from mockserver.cli.running import RUNNING
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import NoServer, Refused
from mockserver.clock import monotonic

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.cli.ready import Document

#: Seconds between two looks.
_GLANCE = 0.05
#: Seconds that bad news has to stay: it may be that of an earlier start, which the one that is
#: waited for removes once it has come so far.
_DOUBT = 2.0

TIMEOUT = click.Option(
    ["--timeout"],
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="To wait at most.",
)


@section(Section.SERVE)
@click.command(params=[TIMEOUT, *RUNNING])
def wait(*, timeout: float, **which: Any) -> None:
    """Wait until the server is ready; its URL is printed.

    It fails at once when that server cannot start, or has ended.
    """
    if not which["ready_file"]:
        # Of what is waited for, no other will do.
        which["port"] = int(which["port"])
    click.echo(_Wait(which).until_ready(timeout)["http"])


class _Wait:
    def __init__(self, which: dict[str, Any]) -> None:
        self._which = which
        self._announced = _announced(which)

    def until_ready(self, timeout: float) -> Document:
        """Wait for the server and return its ready document.

        Raises:
            NoServer: it does not start, or has ended.
            Refused: the time is over.
        """
        begun, sleep = monotonic(), threading.Event()
        news, since = "", begun
        while True:
            try:
                return find(**self._which)
            except NoServer as error:
                bad = self._bad_news(error)
            now = monotonic()
            if bad != news:
                news, since = bad, now
            if news and now - since >= _DOUBT:
                attempts.forget(self._announced)
                raise NoServer(news)
            if now - begun >= timeout:
                raise self._late(timeout)
            sleep.wait(_GLANCE)

    def _bad_news(self, error: NoServer) -> str:
        """Return why the server will not be ready any more; nothing while it may be."""
        for attempt in map(attempts.read, self._announced):
            if attempt:
                return f"the server does not start: {attempt.end}" if attempt.end else ""
        return str(error) if isinstance(error, Ended) else ""

    def _late(self, timeout: float) -> Refused:
        starting = next(filter(None, map(attempts.read, self._announced)), None)
        state = f"it starts (pid {starting.pid})" if starting else "nobody has begun to start one"
        return Refused(f"no server is ready after {timeout:g} seconds: {state}")


def _announced(which: dict[str, Any]) -> list[Path]:
    """Return where the server will say that it is ready, if that can be known."""
    if which["ready_file"]:
        return [which["ready_file"]]
    if which["url"] or not which["port"]:
        return []
    return [ready.place(home.looked_up(which["data_directory"]), which["port"])]
