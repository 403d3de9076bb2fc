"""A server that goes back every day: when, to what, and what it says of a file that is no good."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from mockserver import Refusal
from mockserver.app import MockServerApp
from mockserver.clock import next_local
from mockserver.control.baseline import Baseline, DailyReset
from tests.control_clients import client_of

Make = Callable[..., MockServerApp]
TAG = {"type": "tags", "id": "mine", "attributes": {"name": "mine"}}
HOUR = 3600.0


@pytest.fixture
def file(fresh: MockServerApp, tmp_path: Path) -> Path:
    """Return the snapshot of an organization that has a tag."""
    fresh.plane.organizations.records("acme", {"data": TAG})
    path = tmp_path / "baseline.json"
    path.write_bytes(orjson.dumps(fresh.plane.organizations.snapshot("acme")))
    return path


def tags(app: MockServerApp, slug: str = "acme") -> int:
    """Return how many tags an organization has."""
    found = app.organizations.get(slug)
    assert found
    return found.sandbox("test").partition.count("tags")


# --- when ---------------------------------------------------------------------------------------


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine be in a place with summer time."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-01-15T01:59:59Z", "2026-01-15T02:00:00Z"),
        ("2026-01-15T02:00:00Z", "2026-01-16T02:00:00Z"),
        ("2026-07-15T12:00:00Z", "2026-07-16T01:00:00Z"),
        ("2026-12-31T12:00:00Z", "2027-01-01T02:00:00Z"),
        # The nights in which summer time begins and ends.
        ("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
        ("2026-10-24T12:00:00Z", "2026-10-25T02:00:00Z"),
    ],
)
def test_three_in_the_morning(after: str, due: str) -> None:
    """By local time, strictly after the moment."""
    assert seconds(due) == next_local(3, 0, after=seconds(after))


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("night", ["2026-03-28T23:00:00Z", "2026-10-24T22:00:00Z"])
def test_once_a_night(night: str) -> None:
    """Also where that time of day does not come, or comes twice."""
    moment, found = seconds(night), []
    while moment < seconds(night) + 24 * HOUR:
        moment = next_local(2, 30, after=moment)
        found.append(moment)

    assert 2 == len(found)
    assert 22 * HOUR <= found[1] - found[0] <= 26 * HOUR


def seconds(text: str) -> float:
    """Return a moment in UTC in seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()


def test_the_worker_does_it(fresh: MockServerApp) -> None:
    """When it is due, also where nothing else is to be done, and nobody asks."""
    done = threading.Event()

    class Once:
        next_due = 0.0

        def work(self) -> None:
            self.next_due = HOUR
            done.set()

    fresh.worker.chores.append(Once())
    fresh.worker.wake()

    assert done.wait(10)


# --- to what ------------------------------------------------------------------------------------


def test_to_the_baseline(fresh: MockServerApp, file: Path) -> None:
    """One organization goes back to the file, the others to what they were seeded with."""
    worlds = fresh.plane.organizations
    shop = worlds.create({"slug": "shop", "customers": 1})
    api = client_of(fresh, shop)
    before = worlds.snapshot("acme"), worlds.snapshot("shop")
    daily = DailyReset(worlds, "03:00", Baseline(worlds, file))
    for slug in ("acme", "shop"):
        worlds.records(slug, {"data": {**TAG, "id": "more", "attributes": {"name": "more"}}})
    daily.work()

    assert before == (worlds.snapshot("acme"), worlds.snapshot("shop"))
    assert api.get("/api/customers").status_code == 200
    assert 0 < daily.next_due <= 25 * HOUR


def test_to_the_seed(fresh: MockServerApp) -> None:
    """Without a file all of them do."""
    before = fresh.plane.organizations.snapshot("acme")
    fresh.plane.organizations.records("acme", {"data": TAG})
    DailyReset(fresh.plane.organizations, "03:00", None).work()

    assert before == fresh.plane.organizations.snapshot("acme")


def test_into_the_organization_it_names(fresh: MockServerApp, file: Path) -> None:
    """Where there is one of that name, else into the first one."""
    worlds = fresh.plane.organizations
    worlds.create({"slug": "demo"})
    worlds.records("demo", {"data": [{**TAG, "id": n, "attributes": {"name": n}} for n in "ab"]})
    file.write_bytes(orjson.dumps(worlds.snapshot("demo")))
    baseline = Baseline(worlds, file)
    assert "demo" == baseline.slug
    worlds.reset("demo")
    baseline.restore()
    assert (2, 1) == (tags(fresh, "demo"), tags(fresh))
    worlds.delete("demo")
    assert "acme" == baseline.slug


def test_at_the_start(make: Make, file: Path, tmp_path: Path) -> None:
    """A server without records begins with it; one that has some keeps them till the night."""
    place = f"tinydb:{tmp_path / 'kept'}"
    first = make(baseline=file, storage=place)
    assert 1 == tags(first)
    first.plane.organizations.records(
        "acme", {"data": {"type": "tags", "attributes": {"name": "new"}}}
    )
    first.close()

    assert 2 == tags(make(baseline=file, reset_daily="03:00", storage=place))


def test_what_does_not_fit_any_more(
    fresh: MockServerApp, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and tried again the next day; the server goes on."""
    worlds = fresh.plane.organizations
    application = {"name": "Till", "kind": "integration", "uid": "till", "secret": "secret"}
    till = {"data": {"type": "applications", "id": "till", "attributes": application}}
    worlds.records("acme", till)
    file.write_bytes(orjson.dumps(worlds.snapshot("acme")))
    daily = DailyReset(worlds, "03:00", Baseline(worlds, file))
    # By then another organization has an application of that client id.
    worlds.reset("acme")
    scenario = file.with_name("till.json")
    scenario.write_bytes(orjson.dumps({"test": {"data": [till["data"]]}}))
    worlds.create({"slug": "other", "scenario": str(scenario)})
    with caplog.at_level(logging.ERROR):
        daily.work()

    assert "The daily reset is refused" in caplog.text
    assert f"{file} /test/data/" in caplog.text
    assert daily.next_due > 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "readable file"),
        (b"{", "line 1, column 2"),
        (b"[]", "is not a snapshot, as mockserver snapshot prints one."),
        (b'{"test": 1}', "/test: Not"),
        (b"{}", "Not a snapshot"),
        (b'{"data": {}}', "Not a snapshot"),
        (b'{"test": {"data": []}}', "Not one record of organizations"),
        (b'{"test": {"data": [], "meta": 1}}', "/test/meta: Not"),
    ],
    ids=str,
)
def test_a_bad_file(make: Make, tmp_path: Path, text: bytes | None, says: str) -> None:
    """Is refused at the start, with its name and the place in it."""
    path = tmp_path / "bad.json"
    if text is not None:
        path.write_bytes(text)

    with pytest.raises(Refusal) as refused:
        make(baseline=path, reset_daily="03:00")
    assert str(path) in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["3:00", "24:00", "03:60", "03:00:00", "", "noon"])
def test_a_bad_time(make: Make, text: str) -> None:
    """Is refused too."""
    with pytest.raises(ValueError, match="is not a time of day like 03:00"):
        make(reset_daily=text)
