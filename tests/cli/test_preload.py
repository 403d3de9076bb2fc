"""Node finds the sandbox, whatever it asks with, and everything else as before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.environment import PRELOAD
from tests.cli.processes import PACKAGE, Done, Home, Run, Served, port_of
from tests.clients.install import HERE, node

PROGRAMS = Path(__file__).parent / "javascript"
#: A project that knows the host names of the real service only.
PROJECT = HERE / "project"
PATIENCE = 30

Node = Callable[..., Any]


@pytest.fixture
def javascript(tmp_path: Path) -> Node:
    """Return a function that runs a program with the preload module and returns what it says."""

    def run_it(program: str, *arguments: str, option: str = "--require", **variables: str) -> Any:
        command = (node(), str(PROGRAMS / program), *arguments)
        done = run_node(tmp_path, command, NODE_OPTIONS=f"{option}={PRELOAD}", **variables)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run_it


def run_node(cwd: Path, command: tuple[str, ...], **variables: str) -> Done:
    """Run a command that knows of no other sandbox to its end."""
    theirs = {k: v for k, v in os.environ.items() if not k.startswith(("MOCKSERVER_", "NODE_"))}
    return subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=cwd,
        env={**theirs, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="session")
def production(kept: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the variables that lead to a server that would pass for the real service."""
    home = Home(shutil.copytree(kept, tmp_path_factory.mktemp("production") / "home"))
    with Served(home, "--domain", "commercelayer.io", "--no-seed") as served:
        yield {
            "NODE_EXTRA_CA_CERTS": served.ready["ca"],
            "MOCKSERVER_TLS_PORT": str(port_of(served.ready["https"])),
            "MOCKSERVER_MAP_HOSTS": "commercelayer.io",
        }


def test_its_path_is_printed(run: Run) -> None:
    assert run("node-preload").stdout == f"{PRELOAD}\n"


@pytest.mark.parametrize("option", ["--require", "--import"])
def test_names_below_localhost_are_this_machine(javascript: Node, option: str) -> None:
    """Without any sandbox, and for both kinds of module."""
    said = javascript("names.mjs", "acme.cl.localhost", option=option)

    assert said == [{"address": "127.0.0.1", "family": 4}] * 7


def test_names_below_the_domain_are_the_machine_of_the_sandbox(javascript: Node) -> None:
    address = {"MOCKSERVER_TLS_URL": "https://[::1]:8443", "MOCKSERVER_DOMAIN": "shop.test"}

    said = javascript("names.mjs", "acme.shop.test", **address)

    assert said == [{"address": "::1", "family": 6}] * 7


def test_other_names_and_connections_are_as_before(javascript: Node) -> None:
    """Those whose names look alike too, and sockets that are files."""
    said = javascript("others.mjs", MOCKSERVER_MAP_HOSTS="commercelayer.io")

    names = ["commercelayer.io", "a.commercelayer.io.example", "notcommercelayer.io"]
    assert said == [names, "127.0.0.1:port", "127.0.0.1:port", "a file"]


def test_what_is_mapped_is_connected_to_the_sandbox(
    javascript: Node, production: dict[str, str]
) -> None:
    """In every form that is asked in; and otherwise to nothing, least of all the real service."""
    said = javascript("mapped.mjs", **production)

    address = f"127.0.0.1:{production['MOCKSERVER_TLS_PORT']}"
    refused = ["ECONNREFUSED", "127.0.0.1", "ERR_TLS_CERT_ALTNAME_INVALID"]
    assert said == [address] * 4 + refused


def test_what_is_mapped_is_not_there_without_a_sandbox(javascript: Node) -> None:
    said = javascript(
        "mapped.mjs", MOCKSERVER_MAP_HOSTS="*.commercelayer.io", MOCKSERVER_TLS_PORT="9"
    )

    refused = ["ECONNREFUSED"]
    assert said == refused * 5 + ["127.0.0.1"] + refused


def test_clients_see_the_certificate_of_the_name(
    javascript: Node, production: dict[str, str]
) -> None:
    """Whichever asks: fetch, https, http2, or tls alone."""
    assert javascript("clients.mjs", **production) == [200, 200, 200, True]


def test_a_project_that_knows_the_real_service_only(home: Home) -> None:
    """Its tests pass unmodified; they use fetch, https, a thread and a process."""
    ours = (sys.executable, "-m", "mockserver", "run", "--map-production")

    done = run_node(PROJECT, (*ours, "--", node(), "--test"), MOCKSERVER_DATA_DIRECTORY=str(home))

    assert done.returncode == 0, done.stdout
    assert "pass 8\n" in done.stdout


def test_a_place_with_a_space(home: Home, tmp_path: Path) -> None:
    """The package may be anywhere, and what node is told besides stays."""
    place = tmp_path / 'the "best" place'
    shutil.copytree(PACKAGE, place / "mockserver", ignore=shutil.ignore_patterns("__pycache__"))
    ours = (sys.executable, "-m", "mockserver", "run", "--no-tls", "--no-seed")
    program = "console.log(process.title, ...Object.keys(require.cache))"
    variables = {"MOCKSERVER_DATA_DIRECTORY": str(home), "PYTHONPATH": str(place)}

    done = run_node(
        home, (*ours, node(), "--eval", program), NODE_OPTIONS="--title=shop", **variables
    )

    assert done.stderr == ""
    assert done.stdout == f"shop {place}/mockserver/node/preload.cjs\n"
