"""Many threads at once: tests, and requests, that change the same server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import RLock

import pytest

from mockserver import MockServer
from mockserver.testing.exclusive import exclusive
from mockserver.testing.world import World

THREADS, ROUNDS = 8, 6


class Counter:
    """Counts calls, and those that run at the same time."""

    def __init__(self) -> None:
        """Start at none."""
        self.running = self.most = 0

    def count(self, add: int) -> int:
        """Be there for a moment."""
        self.running += 1
        self.most = max(self.most, self.running)
        threading.Event().wait(0.002)
        self.running -= 1
        return add + 1

    def fail(self) -> None:
        """Fail."""
        message = "as asked"
        raise ValueError(message)


def test_calls_wait_for_each_other() -> None:
    """They return and raise what the object does; the lock is free afterwards."""
    counter = Counter()
    alone = exclusive(counter, RLock())
    with ThreadPoolExecutor(THREADS) as pool:
        assert [1, 2, 3, 4] == list(pool.map(alone.count, range(4)))
        with pytest.raises(ValueError, match="as asked"):
            pool.submit(alone.fail).result()
        assert 1 == pool.submit(alone.count, 0).result()

    assert 1 == counter.most
    with pytest.raises(AttributeError):
        alone.missing  # noqa: B018 - looked for


def at_once(action: Callable[[int], object]) -> None:
    """Do something on many threads at the same time."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(action, range(THREADS * ROUNDS)))


def test_organizations_come_and_go_on_many_threads(mockserver: MockServer) -> None:
    """Each thread has its own, while requests are answered on another one."""
    before = mockserver.organizations

    def visit(number: int) -> None:
        with mockserver.create_organization() as world, world.session() as session:
            world.test.create("customers", email=f"{number}@example.com")
            (found,) = session.get("/api/customers").json()["data"]

            assert f"{number}@example.com" == found["attributes"]["email"]
            assert 1 == world.journal.count()

    at_once(visit)

    assert before == mockserver.organizations


def test_threads_may_use_the_same_organization(sandbox: World) -> None:
    """Nothing is lost, and nobody sees an organization that is half reset."""
    snapshot = sandbox.snapshot()
    token = sandbox.token()

    def act(number: int) -> None:
        with sandbox.session() as session:
            if number % 4 == 0:
                sandbox.restore(snapshot)
            else:
                sandbox.test.create("customers", email=f"{number}@example.com")
            assert 200 == session.get("/api/customers").status_code
            assert token == sandbox.token()

    at_once(act)

    assert THREADS * ROUNDS == sandbox.journal.count()
