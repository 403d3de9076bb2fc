"""The page about other languages: its programs run, and its table names every variable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli.environment import PRODUCTION, environment
from tests.cli.processes import ROOT, Home
from tests.clients.install import HERE, node

PAGE = (ROOT / "docs" / "other-languages.md").read_text()
#: By the name that their first line says.
PROGRAMS = dict(
    re.findall(r"^```\w+\n(?:<\?php )?(?://|#) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
COMMANDS = {
    "customers.go": ("go", "run"),
    "customers.rb": ("ruby",),
    "customers.php": ("php",),
    "Customers.java": ("java",),
}
#: The machine decides which of them can be run; the two of node run everywhere.
INSTALLED = [name for name, command in COMMANDS.items() if shutil.which(command[0])]
PATIENCE = 60


def run_program(home: Home, place: Path, name: str, *command: str) -> str:
    """Run a program of the page in a sandbox and return what it prints."""
    opening = "<?php\n" if name.endswith(".php") else ""
    (place / name).write_text(opening + PROGRAMS[name])
    ours = (sys.executable, "-m", "mockserver", "run", "--", *command)
    done = subprocess.run(  # noqa: S603 - our own command
        (*ours, name),
        cwd=place,
        env={**os.environ, "MOCKSERVER_DATA_DIRECTORY": str(home)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory where node finds the official libraries."""
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    return tmp_path


def test_every_program_is_run() -> None:
    assert PROGRAMS.keys() == {*COMMANDS, "customers.mjs", "worlds.mjs"}


def test_the_official_libraries(home: Home, place: Path) -> None:
    assert run_program(home, place, "customers.mjs", node()) == "50\n"


def test_worlds(home: Home, place: Path) -> None:
    assert run_program(home, place, "worlds.mjs", node()).startswith("world-1 ")


def test_other_languages(home: Home, place: Path) -> None:
    """Those whose language is installed print the number of customers."""
    printed = {name: run_program(home, place, name, *COMMANDS[name]) for name in INSTALLED}

    assert printed == dict.fromkeys(INSTALLED, "50\n")


def test_every_variable_is_there(tmp_path: Path) -> None:
    """And no other."""
    ca = tmp_path / "ca.pem"
    ca.touch()
    organization = {"slug": "acme", "credentials": []}
    ready = {
        "http": "http://127.0.0.1:1080",
        "https": "https://127.0.0.1:1443",
        "domain": "cl.localhost:1443",
        "ca": str(ca),
        "organizations": [organization],
    }
    found = environment({}, ready, tmp_path / "ready.json", mapped=PRODUCTION, place=tmp_path)

    table = PAGE.partition("\n## Variables\n")[2].partition("\n## ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    of_credentials = {"CL_CLIENT_ID", "CL_CLIENT_SECRET", "CL_SALES_CHANNEL_CLIENT_ID", "CL_SCOPE"}
    assert named == {*found, *of_credentials, "MOCKSERVER_CONTROL_TOKEN"}
