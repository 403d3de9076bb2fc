"""``mockserver serve --reload``: run the server in a process of its own, anew when code changes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click

import mockserver

#: Seconds between two looks at the code.
INTERVAL = 0.3

#: How a server ends that is not worth another try: it was told to end, or its settings are wrong.
_FINAL = frozenset({0, 2})
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")

Times = dict[Path, int]


def supervise() -> int:
    """Run this command without ``--reload``, anew after every change; return its last status."""
    signals: list[int] = []
    for name in _SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda signum, _: signals.append(signum))
    while True:
        seen, child = _times(), _start()
        while not (signals or child.poll() in _FINAL or seen != _times()):
            time.sleep(INTERVAL)
        has_ended = child.poll() in _FINAL
        child.terminate()
        status = child.wait()
        if signals or has_ended:
            return status
        click.echo("mockserver: the code has changed, starting anew", err=True)


def _start() -> subprocess.Popen[Any]:
    # Of two contrary flags the last one counts.
    command = [sys.executable, *sys.orig_argv[1:], "--no-reload"]
    # In a session of its own, Ctrl-C reaches it once, through us: a second one would cut requests.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command line


def _times() -> Times:
    root = Path(mockserver.__file__).parent
    return {path: path.stat().st_mtime_ns for path in root.rglob("*.py") if path.exists()}
