"""A build machine runs the tests of a project beside a sandbox, from a checkout to its files."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import surroundings
from tests.clients.desk import Block, Desk
from tests.documentation import test_ci
from tests.documentation.blocks import Fenced, of
from tests.webhooks.receivers import free_port

(SCRIPT,) = of(test_ci.PAGE, "sh")
#: What this module takes care of, for the census.
TAKEN: tuple[Fenced, ...] = (SCRIPT,)
PYTEST = f'exec {sys.executable} -m pytest -q -p no:cacheprovider -p no:hypothesispytest "$@"'
STAND_INS = {"pip": "exit 0", "pytest": PYTEST}
#: How the script ends; what it has said so far is printed whatever that is.
RUN = 'sh ci.sh || echo "status $?"'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a checkout with the script and the tests of the page; no server outlives it."""
    desk = Desk(tmp_path / "place", None, {**surroundings(), "MOCKSERVER_TLS_PORT": "0"}, STAND_INS)
    port = free_port()
    desk.ports["8080"] = str(port)
    desk.put(Block(SCRIPT.file, "sh", SCRIPT.text))
    desk.put(Block(test_ci.TESTS.file, "python", test_ci.TESTS.text))
    yield desk
    with socket.socket() as asked:
        left = asked.connect_ex(("127.0.0.1", port)) == 0
    if left:
        desk.script(f"mockserver stop --port {port}", "end.sh")
    assert not left


def statuses(tmp_path: Path) -> list[int]:
    """Return what was answered, by the archive that the script leaves."""
    log = json.loads((tmp_path / "place" / "out.har").read_text())["log"]
    return [entry["response"]["status"] for entry in log["entries"]]


def test_a_build(tmp_path: Path, desk: Desk) -> None:
    """It ends well, and its files tell of the requests."""
    said = desk.script(RUN, "build.sh")

    assert "1 passed" in said
    assert "status " not in said
    assert statuses(tmp_path) == [200, 200]
    log = (tmp_path / "place" / "out.log").read_text()
    assert "GET /api/customers 200" in log


def test_a_build_that_fails(tmp_path: Path, desk: Desk) -> None:
    """Its status is that of the tests, and its files tell why."""
    desk.put(Block(test_ci.TESTS.file, "python", test_ci.TESTS.text + test_ci.FAILING))

    said = desk.script(RUN, "build.sh")

    assert [words for words in ("1 failed, 1 passed", "status 1") if words not in said] == []
    assert statuses(tmp_path) == [200, 200, 401]
    assert "GET /api/customers 401 INVALID_TOKEN" in (tmp_path / "place" / "out.log").read_text()


def test_a_build_that_cannot_start(tmp_path: Path, desk: Desk) -> None:
    """It says which process is in the way, instead of waiting for anything."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk.ports["8080"] = str(taken.getsockname()[1])
        desk.put(Block(SCRIPT.file, "sh", SCRIPT.text))

        said = desk.script(RUN, "build.sh")

    assert [words for words in (f"pid {os.getpid()}", "status 2") if words not in said] == []
    assert not (tmp_path / "place" / "out.har").exists()
