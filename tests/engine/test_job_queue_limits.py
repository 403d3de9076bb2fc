"""What is due is done before an answer, but nobody waits for all of a long work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.background import counts, imported, now
from tests.client import Api

ROWS = [{"name": f"tag-{number}"} for number in range(600)]


@pytest.fixture
def app(app: MockServerApp) -> MockServerApp:
    """Return the application, whose worker does nothing meanwhile."""
    app.organizations.listeners.scheduled.clear()
    return app


@pytest.fixture(autouse=True)
def worker_again(app: MockServerApp) -> object:
    """Let the worker be told of jobs again afterwards."""
    yield
    app.organizations.listeners.scheduled.append(app.worker.wake)


def begun(api: Api, clock: Clock, *, frozen: bool) -> dict[str, object]:
    """Return an import all steps of which are due."""
    if frozen:
        clock.freeze()
    made = imported(api, "tags", ROWS)
    clock.advance(timedelta(hours=1))
    return made


def test_a_part_of_it(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """With no time left, one job is done; what is left is due still."""
    made = begun(api, clock, frozen=False)
    seen = []
    for _ in range(3):
        sandbox.job_queue.work(within=0)
        record = sandbox.get("imports", str(made["id"])) or {}
        seen.append(counts(record))

    assert seen == [("in_progress", done, 0) for done in (0, 250, 500)]
    assert sandbox.job_queue.is_due
    assert sandbox.organization.next_due <= 0


def test_all_of_it(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """Without a limit nothing that is due is left."""
    made = begun(api, clock, frozen=False)
    sandbox.organization.work()

    assert counts(now(api, made)) == ("completed", 600, 0)
    assert not sandbox.job_queue.is_due


def test_where_time_stands_still(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """All of it, whatever the limit: nobody else would do the rest."""
    made = begun(api, clock, frozen=True)
    sandbox.job_queue.work(within=0)

    assert counts(now(api, made)) == ("completed", 600, 0)


def test_the_worker_does_the_rest(app: MockServerApp, api: Api, clock: Clock) -> None:
    """It goes on until nothing is due, and lets others in between."""
    made = begun(api, clock, frozen=False)
    app.worker.wake()
    statuses = [now(api, made)["status"]]
    while statuses[-1] != "completed":
        statuses.append(now(api, made)["status"])

    assert now(api, made)["processed_count"] == 600
