"""``mockserver serve --reload``: run the server in a process of its own, anew when code changes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import click

import mockserver
from mockserver.signals import ending

#: Seconds between two looks at the code.
INTERVAL = 0.3

#: How a server ends that is not worth another try: it was told to end, or its settings are wrong.
_FINAL = frozenset({0, 2})

Times = dict[Path, int]


def supervise() -> int:
    """Run this command without ``--reload``, anew after every change; return its last status."""
    told_to_end = threading.Event()
    for signum in ending():
        signal.signal(signum, lambda *_: told_to_end.set())
    while True:
        seen, child = _times(), _start()
        while not (child.poll() in _FINAL or seen != _times() or told_to_end.wait(INTERVAL)):
            pass
        has_ended = child.poll() in _FINAL
        child.terminate()
        status = child.wait()
        if told_to_end.is_set() or has_ended:
            return max(status, 0)  # a signal can come before the child minds signals
        click.echo("mockserver: the code has changed, starting anew", err=True)


def _start() -> subprocess.Popen[Any]:
    # Of two contrary flags the last one counts.
    command = [sys.executable, *sys.orig_argv[1:], "--no-reload"]
    # In a session of its own, Ctrl-C reaches it once, through us: a second one would cut requests.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command line


def _times() -> Times:
    root = Path(mockserver.__file__).parent
    return {path: path.stat().st_mtime_ns for path in root.rglob("*.py") if path.exists()}
