"""A server that runs, and what the clients of other languages are told of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.cli.environment import PRELOAD
from mockserver.oauth.keys import SigningKey
from tests.cli.processes import Served, claims, connect
from tests.clients.install import HERE, node, require

#: Seconds that a program may take where many others run beside it.
TIMEOUT = 180
#: What would lead a client elsewhere.
_FOREIGN = ("MOCKSERVER_", "NODE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

Node = Callable[..., str]
Environment = Mapping[str, str]
Done = CompletedProcess[str]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of the server."""
    return tmp_path_factory.mktemp("clients")


@pytest.fixture(scope="session")
def sandbox(home: Path) -> Iterator[Mapping[str, Any]]:
    """Return the ready file of a seeded server; what one test adds, others see."""
    with Served(home) as served:
        yield {**served.ready, "path": str(served.ready_file)}


@pytest.fixture(scope="session")
def expired_token(sandbox: Mapping[str, Any], home: Path) -> str:
    """Return an access token as it is two weeks after it was asked for."""
    connection = connect(sandbox["http"])
    asked = {"grant_type": "client_credentials", **_application(sandbox)}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth/token", urlencode(asked), form)
    old = claims(json.loads(connection.getresponse().read())["access_token"])
    connection.close()
    weeks = 14 * 24 * 60 * 60
    old |= {"iat": old["iat"] - weeks, "exp": old["exp"] - weeks}
    return SigningKey.kept_in(home).sign(json.dumps(old))


def _application(sandbox: Mapping[str, Any]) -> Mapping[str, str]:
    credential = sandbox["organizations"][0]["credentials"][0]
    return {name: credential[name] for name in ("client_id", "client_secret")}


@pytest.fixture(scope="session")
def environment(sandbox: Mapping[str, Any]) -> Environment:
    """Return the environment of a client: it trusts the sandbox and finds its names."""
    require()
    return {
        **surroundings(),
        "NODE_EXTRA_CA_CERTS": sandbox["ca"],
        "NODE_OPTIONS": f"--require={PRELOAD}",
        "SANDBOX_READY_FILE": sandbox["path"],
    }


def surroundings() -> Environment:
    """Return what the clients find in the environment of the tests."""
    return {n: v for n, v in os.environ.items() if not n.upper().startswith(_FOREIGN)}


@pytest.fixture(scope="session")
def run_node(environment: Environment) -> Node:
    """Return a function that runs a program of node and returns what it prints."""

    def run_it(*arguments: str | Path, **variables: str) -> str:
        command = (node(), *map(str, arguments))
        return succeed(command, {**environment, **variables}).stdout

    return run_it


def succeed(command: Sequence[str], environment: Environment, place: Path = HERE) -> Done:
    """Run a program that must end well."""
    done = _run(command, environment, place)
    if done.returncode:
        pytest.fail(f"status {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
    return done


def fail(command: Sequence[str], environment: Environment) -> Done:
    """Run a program that must not end well."""
    done = _run(command, environment, HERE)
    if not done.returncode:
        pytest.fail(f"it has not failed\n{done.stdout}{done.stderr}", pytrace=False)
    return done


def _run(command: Sequence[str], environment: Environment, place: Path) -> Done:
    return run(  # noqa: S603 - our own command
        command,
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
