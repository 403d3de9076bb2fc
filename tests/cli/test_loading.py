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
#: Starts an application, has it answer a list of customers, and prints what that has taken.
ANSWERED = """
import sys
from pathlib import Path
from mockserver import Settings, create_app
from mockserver.deferral import DeferredModule
from mockserver.resources.registry import declarations

app = create_app(Settings(data_directory=Path(sys.argv[1]), auth=False))
assert len(app.test_client().get("/api/customers").json["data"]) == 10
modules = {name: module for name, module in sys.modules.items() if "mockserver" in name}
behaviour = [name for name in modules if name.startswith("mockserver.commerce.")]
waiting = [name for name in behaviour if isinstance(modules[name], DeferredModule)]
schemas = [type_ for type_, resource in declarations().items() if "opts" in vars(resource)]
live = next(iter(app.organizations)).partitions["live"]
print(*modules)
print(len(behaviour), len(waiting), len(schemas), live.count("customers"))
"""
#: Modules of commerce that may be executed by then: declarations name values of theirs.
EXECUTED = 105
#: Prints what is imported by who asks for the help of a command.
HELPED = """
import sys
from mockserver.cli.commands import commands
commands.commands[sys.argv[1]]
print(*sys.modules)
"""

#: What a start must not import, and what asks for it.
NEEDLESS = {
    "jwt": "a token that another has signed, or the key set",
    "mockserver.console": "the console",
    "mockserver.control": "the control plane",
    "mockserver.oauth.authorization": "a token",
    "mockserver.situations.scenarios": "a scenario",
    "mockserver.situations.snapshots": "a snapshot, or a reset",
    "mockserver.web.endpoints": "anything beside the API",
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
    "mockserver.databases.storage": "--storage sqlite:PATH",
    "psycopg": "--storage postgresql://…",
    "sqlalchemy": "--storage sqlite:PATH",
    "httpx": "a client of Python's tests",
    "requests": "a client of Python's tests",
    "tinydb": "--storage tinydb:PATH",
    "trustme": "a certificate that is not there yet",
    "yaml": "nobody",
}


def imported(code: str, argument: str | Path) -> set[str]:
    """Return the names of the modules that a program prints."""
    return set(printed(code, argument))


def printed(code: str, argument: str | Path) -> list[str]:
    """Return the words that a program prints."""
    command = [sys.executable, "-c", code, str(argument)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.split()


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


def test_a_first_answer_takes_little(tmp_path: Path) -> None:
    """No schema is made for it, most behaviour is never executed, and live mode is not seeded."""
    *modules, behaviour, waiting, schemas, customers = printed(ANSWERED, tmp_path)

    assert set() == set(modules) & NEEDLESS.keys()
    assert int(behaviour) - int(waiting) <= EXECUTED
    assert int(waiting) > 0
    assert ["0", "0"] == [schemas, customers]


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
