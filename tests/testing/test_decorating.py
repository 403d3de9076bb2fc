"""A sandbox without pytest's fixtures: decorated functions, methods and coroutines, and blocks."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockserver as package
from mockserver import MockServer, Refusal, World
from mockserver.testing import decorating


@pytest.fixture(scope="module", autouse=True)
def server(data_directory: Path) -> Iterator[MockServer]:
    """Have the server of this process keep its files where tests do."""
    patch = pytest.MonkeyPatch()
    with MockServer(tls_port=None, data_directory=data_directory) as server:
        patch.setattr(decorating, "server", lambda: server)
        yield server
        patch.undo()


def test_a_function_gets_a_fresh_one_each_time(server: MockServer) -> None:
    """With a situation or without; beside other arguments, of which it is none."""
    seen: list[str] = []

    @package.sandbox
    def plain(one: int, sandbox: World) -> int:
        seen.append(sandbox.slug)
        return one + sandbox.test.count("customers")

    @package.sandbox(customers=3, mode="live", faults=["503"])
    def seeded(*, sandbox: World) -> tuple[int, str, int]:
        with sandbox.session() as session:
            return sandbox.live.count("customers"), sandbox.mode, session.get("/api/x").status_code

    assert (1, 1) == (plain(1), plain(1))  # type: ignore[call-arg]
    assert (3, "live", 503) == seeded()  # type: ignore[call-arg]
    assert 2 == len(set(seen))
    assert ["acme"] == server.organizations
    assert (["one"], "plain") == (list(inspect.signature(plain).parameters), plain.__name__)


def test_a_coroutine(server: MockServer) -> None:
    @package.sandbox(frozen="2026-01-15T10:00:00Z")
    async def now(sandbox: World) -> str:
        await asyncio.sleep(0)
        return sandbox.clock.now

    assert "2026-01-15T10:00:00.000Z" == asyncio.run(now())  # type: ignore[call-arg]
    assert ["acme"] == server.organizations


def test_methods_of_unittest(server: MockServer) -> None:
    class Case(unittest.TestCase):
        @package.sandbox(customers=1)
        def test_it(self, sandbox: World) -> None:
            assert 1 == sandbox.test.count("customers")

        @package.sandbox
        def test_that_fails(self, sandbox: World) -> None:
            assert 1 == sandbox.test.count("customers")

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)

    assert (2, 1, []) == (result.testsRun, len(result.failures), result.errors)
    assert ["acme"] == server.organizations


def test_a_block(server: MockServer) -> None:
    with package.sandbox(customers=2) as sandbox, package.sandbox() as other:
        assert (2, 0) == (sandbox.test.count("customers"), other.test.count("customers"))

    assert ["acme"] == server.organizations


@pytest.mark.parametrize(
    ("words", "error"), [({"faults": ["nope"]}, Refusal), ({"mode": "x"}, ValueError)]
)
def test_a_situation_that_is_none_leaves_nothing(
    server: MockServer, words: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error), package.sandbox(**words):
        pass

    assert ["acme"] == server.organizations


def test_its_server_is_started_once_and_ends_with_the_process(tmp_path: Path) -> None:
    script = (
        "import mockserver\n"
        "with mockserver.sandbox() as one, mockserver.sandbox() as two:\n"
        "    print(one.url == two.url)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script],
        env={"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ("True\n", "") == (done.stdout, done.stderr)
