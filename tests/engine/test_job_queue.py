"""What is done later: by the sandbox's clock, once, in order, and never by halves."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.clock import Clock
from mockserver.control.control_plane import ControlPlane
from mockserver.engine.job_queue import NEVER
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.schema.protocols import Engine
from mockserver.settings import Settings
from tests.backends import BACKENDS
from tests.client import Api, Document, path_of

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TAGS = registry()["tags"]


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest) -> str:
    """Return each kind of storage."""
    return str(request.param)


@pytest.fixture
def done() -> list[str]:
    """Return what the jobs write their names into."""
    return []


@pytest.fixture(autouse=True)
def _jobs(done: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tags have jobs of every temper."""
    clock.freeze(START)

    def note(world: Engine, record: Document) -> None:
        done.append(record["name"])
        world.change("tags", record["id"], {"reference": world.clock.timestamp()})

    def again(world: Engine, record: Document) -> None:
        note(world, record)
        world.schedule("tags", record["id"], "note", HOUR)

    def fail(world: Engine, record: Document) -> None:
        note(world, record)
        raise ZeroDivisionError

    monkeypatch.setattr(TAGS, "jobs", {"note": note, "again": again, "fail": fail})


@pytest.fixture
def tag(api: Api) -> Document:
    """Return a tag."""
    return api.create("tags", name="a")


def reference(api: Api, object_: Document) -> Any:
    return api.get(path_of(object_)).json["data"]["attributes"]["reference"]


def test_when_it_is_due(
    api: Api, sandbox: Sandbox, clock: Clock, tag: Document, done: list[str]
) -> None:
    """Not a moment before; a request that comes then sees it done, and done once."""
    sandbox.schedule("tags", tag["id"], "note", HOUR)
    clock.advance(HOUR - timedelta(milliseconds=1))
    assert reference(api, tag) is None
    clock.advance(timedelta(milliseconds=1))
    assert reference(api, tag) == "2026-01-01T01:00:00.000Z"
    clock.advance(HOUR)
    api.get("/api/tags")

    assert done == ["a"]
    assert sandbox.job_queue.next_due == NEVER


def test_by_the_moment_of_a_request(
    sandbox: Sandbox, clock: Clock, tag: Document, done: list[str]
) -> None:
    """Who has just asked for the time need not ask again."""
    sandbox.schedule("tags", tag["id"], "note", HOUR)
    came = clock.seconds()
    clock.advance(HOUR)
    sandbox.job_queue.work(now=came)
    assert done == []
    sandbox.job_queue.work(now=clock.seconds())

    assert done == ["a"]


def test_in_order(api: Api, sandbox: Sandbox, clock: Clock, done: list[str]) -> None:
    """Of their moments, then as they were asked for; those that come of others in between."""
    tags = {name: api.create("tags", name=name)["id"] for name in "abcd"}
    for name, job, hours in (
        ("c", "note", 3),
        ("a", "again", 1),
        ("b", "note", 2),
        ("d", "note", 3),
    ):
        sandbox.schedule("tags", tags[name], job, hours * HOUR)
    clock.advance(10 * HOUR)
    sandbox.job_queue.work()

    # What the first asks for is due an hour after it was due itself.
    assert done == ["a", "b", "a", "c", "d"]


def test_advancing_the_clock_does_it(
    api: Api, sandbox: Sandbox, tag: Document, done: list[str]
) -> None:
    """Before the control plane answers, without any request to the API."""
    sandbox.schedule("tags", tag["id"], "again", HOUR)
    ControlPlane(api.app).clocks.advance({"by": "PT3H"})

    assert done == ["a", "a"]


@pytest.mark.parametrize(
    ("passed", "following"),
    [(timedelta(), START + HOUR), (5 * HOUR, START + 4 * HOUR)],
    ids=["early", "late"],
)
def test_what_follows_from_a_job_that_is_asked_for(
    sandbox: Sandbox, clock: Clock, tag: Document, passed: timedelta, following: datetime
) -> None:
    """It is counted from when the job was due, but never from a moment that is to come."""
    sandbox.schedule("tags", tag["id"], "again", 3 * HOUR)
    clock.advance(passed)
    sandbox.job_queue.run_one(sandbox.job_queue.waiting()[0]["id"])

    assert [job["due_at"] for job in sandbox.job_queue.waiting()] == [following.timestamp()]


def test_a_job_that_fails(
    sandbox: Sandbox, api: Api, clock: Clock, tag: Document, caplog: pytest.LogCaptureFixture
) -> None:
    """It leaves nothing behind but a line in the log, and the next one is done all the same."""
    sandbox.schedule("tags", tag["id"], "fail", HOUR)
    sandbox.schedule("tags", api.create("tags", name="b")["id"], "note", 2 * HOUR)
    clock.advance(2 * HOUR)
    with caplog.at_level(logging.CRITICAL, "mockserver.engine.job_queue"):
        answer = api.get("/api/tags")

    assert [o["attributes"]["reference"] for o in answer.json["data"]] == [
        None,
        "2026-01-01T02:00:00.000Z",
    ]


def test_what_is_never_done(sandbox: Sandbox, api: Api, clock: Clock, done: list[str]) -> None:
    """A job that was called off, one of a record that is gone, one that nobody declares."""
    ids = [api.create("tags", name=name)["id"] for name in "abc"]
    for id_ in ids:
        sandbox.schedule("tags", id_, "note", HOUR)
    sandbox.schedule("tags", ids[1], "nonsense", HOUR)
    sandbox.cancel("tags", ids[0], "note")
    api.delete(f"/api/tags/{ids[2]}")
    clock.advance(HOUR)
    api.get("/api/tags")

    assert done == ["b"]
    assert sandbox.partition.count("jobs") == 0


def test_a_change_that_is_undone(sandbox: Sandbox, clock: Clock, tag: Document) -> None:
    """What it asked for is not done either."""
    with suppress(ZeroDivisionError), sandbox.transaction():
        sandbox.schedule("tags", tag["id"], "note", HOUR)
        assert sandbox.job_queue.next_due < NEVER
        _ = 1 / 0
    clock.advance(HOUR)
    sandbox.job_queue.work()

    assert sandbox.job_queue.next_due == NEVER


def test_a_snapshot_holds_it(api: Api, sandbox: Sandbox, clock: Clock, tag: Document) -> None:
    """What waited then waits again; what has waited since does not."""
    plane = ControlPlane(api.app)
    sandbox.schedule("tags", tag["id"], "note", HOUR)
    snapshot = plane.organizations.snapshot("acme")
    plane.organizations.reset("acme", {"keep": ["clock"]})
    assert sandbox.job_queue.next_due == NEVER
    plane.organizations.restore("acme", snapshot)
    clock.advance(HOUR)

    assert reference(api, tag) == "2026-01-01T01:00:00.000Z"


def wait_for(done: list[str]) -> None:
    for _ in range(500):
        if done:
            return
        time.sleep(0.01)


def test_when_nobody_asks(sandbox: Sandbox, clock: Clock, tag: Document, done: list[str]) -> None:
    """The worker does it as the clock runs."""
    clock.thaw()
    sandbox.schedule("tags", tag["id"], "note", timedelta(seconds=0.05))
    wait_for(done)

    assert done == ["a"]


@pytest.fixture
def settings(tmp_path: Path, data_directory: Path) -> Iterator[Settings]:
    """Return the settings of a server whose records stay."""
    return Settings(
        storage=f"tinydb:{tmp_path / 'records'}",
        seeded=False,
        auth=False,
        data_directory=data_directory,
    )


def test_after_a_restart(settings: Settings, done: list[str]) -> None:
    """A server that starts again goes on with what waits."""
    app = create_app(settings)
    sandbox = next(iter(app.organizations)).sandbox("test")
    made = Api(app).create("tags", name="a")
    sandbox.clock.freeze(START)
    sandbox.schedule("tags", made["id"], "note", HOUR)
    app.close()
    assert done == []
    again = create_app(settings)
    wait_for(done)
    again.close()

    assert done == ["a"]
