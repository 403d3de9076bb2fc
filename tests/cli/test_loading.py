"""A start imports what it needs: who waits for a server pays for nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Prints what a server has imported once it accepts, and ends.
READY = """
import os, sys
from mockserver.cli import main
from mockserver.cli.announcement import Announcement

def ready(self, server):
    print(*sys.modules, file=sys.__stdout__, flush=True)
    os._exit(0)

Announcement.make = ready
main(["serve", "--port", "0", "--tls-port", "0", "--data-directory", sys.argv[1], "--quiet"])
"""
#: Prints what is imported by who asks for the help of a command.
HELPED = """
import sys
from mockserver.cli.commands import commands
commands.commands[sys.argv[1]]
print(*sys.modules)
"""

#: What a start must not import, and what asks for it.
NEEDLESS = {
    "mockserver.automata": "a regular expression",
    "mockserver.expressions": "a regular expression",
    "mockserver.cli.control": "a command of the control plane",
    "mockserver.cli.finding": "a command that asks a running server",
    "mockserver.cli.lifecycle": "stop, status, logs",
    "mockserver.cli.run": "run",
    "mockserver.cli.token": "token",
    "mockserver.cli.trust": "trust",
    "mockserver.cli.detached": "--detach",
    "mockserver.cli.reload": "--reload",
    "mockserver.cli.request_log": "a server that is not quiet",
    "mockserver.programs": "a port that is taken",
    "mockserver.storage.tinydb": "--storage tinydb:PATH",
    "mockserver.testing": "Python's tests",
    "_strptime": "nobody: there are faster ways",
    "encodings.idna": "a host with other letters than ASCII",
    "faker": "a locale",
    "httpx": "a client of Python's tests",
    "requests": "a client of Python's tests",
    "tinydb": "--storage tinydb:PATH",
    "trustme": "a certificate that is not there yet",
    "yaml": "nobody",
}


def imported(code: str, argument: str | Path) -> set[str]:
    """Return the names of the modules that a program prints."""
    command = [sys.executable, "-c", code, str(argument)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return what the second start of a user imports: the first one makes keys."""
    home = tmp_path_factory.mktemp("home")
    imported(READY, home)
    return imported(READY, home)


@pytest.mark.parametrize("name", NEEDLESS)
def test_a_start_does_not_import(started: set[str], name: str) -> None:
    assert "mockserver.app" in started
    assert name not in started


@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("serve", {"token", "run", "control", "finding"}),
        ("token", {"serve", "run", "control", "credentials"}),
        ("docs", {"serve", "run", "control", "options"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_imports_no_other(command: str, others: set[str]) -> None:
    found = imported(HELPED, command)

    assert f"mockserver.cli.{command}" in found
    assert set() == found & {f"mockserver.cli.{other}" for other in others}
