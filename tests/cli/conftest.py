"""A data directory for each test, and a server for those that only ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial

import pytest

from mockserver.oauth.keys import SigningKey
from mockserver.web.certificates import issue
from tests.cli.processes import Home, Run, Served
from tests.cli.processes import run as run_in


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a data directory with what is slow to make."""
    home = tmp_path_factory.mktemp("kept")
    SigningKey.kept_in(home)
    issue(["acme"], domain="cl.localhost", directory=home)
    return home


@pytest.fixture
def home(kept: Home, tmp_path: Home) -> Home:
    """Return a data directory of the test's own."""
    return Home(shutil.copytree(kept, tmp_path / "home"))


@pytest.fixture
def run(home: Home) -> Run:
    """Return a function that runs a command to its end."""
    return partial(run_in, home)


@pytest.fixture(scope="session")
def server(kept: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server that is only asked."""
    home = Home(shutil.copytree(kept, tmp_path_factory.mktemp("server") / "home"))
    with Served(home, "--customers", "10") as served:
        yield served


@pytest.fixture
def ask(server: Served, run: Run) -> Run:
    """Return a function that runs a command on that server."""
    return lambda *arguments: run(*arguments, "--ready-file", str(server.ready_file))
