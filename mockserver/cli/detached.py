"""``mockserver serve --detach``: the server in a process of its own, which outlives this one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import click

from mockserver.cli import finding, home, ready
from mockserver.cli.program import program
from mockserver.cli.stop import Stop

#: Seconds between two looks whether the server is ready.
_GLANCE = 0.05
#: What the process of the server runs.
_BACKGROUND = "mockserver.cli.background"
#: How many logs are kept, that of the newest server included.
KEPT = 20


def log_of(data_directory: Path, port: int) -> Path:
    """Return where the detached server on a port says what others say on their terminal."""
    return data_directory / "logs" / f"{port}.log"


def detach(values: dict[str, Any]) -> int:
    """Start this very command in the background, and return once its server is ready.

    Args:
        values: the values of the options.

    Returns:
        0, or the status of a server that did not start; it has said why on standard error.

    Raises:
        Stop: two options exclude each other, or there is no place for the log.
    """
    if values["reload"]:
        message = "--detach and --reload exclude each other"
        raise Stop(message)
    directory = home.provided(values["data_directory"]).resolve()
    draft = log_of(directory, 0).with_name(f".{os.getpid()}")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        file = draft.open("a+b")
    except OSError as error:
        message = f"cannot write the log {draft}: {error.strerror}"
        raise Stop(message) from error
    try:
        with file:
            return _started(directory, draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _started(directory: Path, draft: Path, file: IO[bytes]) -> int:
    child = _start(directory, file)
    try:
        document = _ready(child, directory)
    except BaseException:
        child.terminate()
        raise
    if document is None:
        file.seek(0)
        click.echo(file.read().decode("utf-8", "replace"), err=True, nl=False)
        return child.returncode or 2
    port = ready.port_of(document)
    draft.replace(log_of(directory, port))
    _tidy(draft.parent)
    addresses = " and ".join(filter(None, (document["http"], document["https"])))
    click.echo(f"mockserver runs at {addresses} (pid {document['pid']}).")
    click.echo(f"Its log is {log_of(directory, port)}; end it with: {program()} stop --port {port}")
    return 0


def _start(directory: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    # Of two contrary flags, and of two values, the last one counts.
    words = [*sys.argv[1:], "--no-detach", "--data-directory", str(directory)]
    return subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", _BACKGROUND, str(Path(sys.argv[0]).absolute()), *words],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _ready(child: subprocess.Popen[bytes], directory: Path) -> ready.Document | None:
    """Return the ready document of the server; ``None`` when it has ended instead."""
    waiting = threading.Event()
    while child.poll() is None:
        for path in ready.listed(directory):
            document = ready.read(path)
            if document and document["pid"] == child.pid and finding.answers(document):
                return document
        waiting.wait(_GLANCE)
    return None


def _tidy(logs: Path) -> None:
    """Remove the logs of servers of long ago."""
    with suppress(OSError):
        by_age = sorted(logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        for path in by_age[:-KEPT]:
            path.unlink()
