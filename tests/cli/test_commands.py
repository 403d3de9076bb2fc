"""The commands that need no server."""

from __future__ import annotations

import subprocess
import sys

import mockserver
from tests.cli.processes import Run


def test_help_names_every_command(run: Run) -> None:
    """It is what the command alone prints too."""
    helped, alone = run("--help"), run()

    assert (helped.returncode, alone.returncode) == (0, 0)
    assert helped.stdout == alone.stdout
    names = ("serve", "credentials", "token", "hosts", "resources")
    assert [name for name in names if f"\n  {name} " not in helped.stdout] == []


def test_help_imports_nothing_heavy() -> None:
    """It has to answer at once."""
    code = "import sys, mockserver.cli.commands; print(*sys.modules)"
    command = [sys.executable, "-c", code]

    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603

    heavy = {"cryptography", "faker", "flask", "granian", "marshmallow", "platformdirs", "tinydb"}
    assert heavy & set(done.stdout.split()) == set()


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"mockserver {mockserver.__version__}\n"


def test_resources_lists_the_types(run: Run) -> None:
    heading, *lines = (line.split() for line in run("resources").stdout.splitlines())

    assert heading == ["Type", "Attributes", "Relationships", "Path", "Actions"]
    actions = ["list", "retrieve", "create", "update", "delete"]
    assert ["customers", "21", "15", "/api/customers", *actions] in lines
    assert ["organizations", "62", "1", "/api/organization", "retrieve"] in lines


def test_resources_lists_the_fields_of_one(run: Run) -> None:
    """With flags, kind, values and targets."""
    lines = [line.split(maxsplit=3) for line in run("resources", "customers").stdout.splitlines()]

    fields = {line[0]: line[1:] for line in lines if line}
    assert fields["email"] == ["CURfs", "string", "required; unique"]
    assert fields["status"] == ["--Rfs", "string", "prospect | acquired | repeat"]
    assert fields["customer_group"] == ["CU-fs", "one", "customer_groups"]
