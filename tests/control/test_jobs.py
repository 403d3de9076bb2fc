"""Jobs: listed, done and failed whenever a tester wants it; restarts, snapshots, resets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.access import Mode
from mockserver.app import MockServerApp
from mockserver.commerce.customers.anonymization import COMPLETE, START
from mockserver.control.control_plane import ControlPlane
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import refusal
from mockserver.resources.customers import Customer
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from tests.backends import BACKENDS
from tests.conftest import Make
from tests.control_clients import refused

NEW_YEAR = "2030-01-01T00:00:00.000Z"
DAY = timedelta(days=1)
Json = Any


@pytest.fixture
def acme(fresh: MockServerApp) -> MockServerApp:
    """Return an application at new year, whose other organization is called shop."""
    fresh.plane.clocks.set({"frozen_at": NEW_YEAR})
    fresh.plane.organizations.create({"slug": "shop"})
    return fresh


def sandbox_of(app: MockServerApp, slug: str = "acme", mode: Mode = "test") -> Sandbox:
    """Return one mode of an organization."""
    return app.plane.organizations.find(slug).sandbox(mode)


def asked(
    app: MockServerApp, email: str = "jane@example.com", slug: str = "acme", mode: Mode = "test"
) -> str:
    """Store a customer who has asked to be forgotten, a day before it starts; return the id."""
    sandbox = sandbox_of(app, slug, mode)
    id_: str = sandbox.add("customers", {"email": email})["id"]
    info = {"status": "requested", "requested_at": "2029-12-31 23:00:00 UTC"}
    sandbox.rewrite(
        "customers", id_, {"anonymization_status": "requested", "anonymization_info": info}
    )
    sandbox.schedule("customers", id_, START, DAY)
    return id_


def status(app: MockServerApp, id_: str, slug: str = "acme", mode: Mode = "test") -> str | None:
    """Return how far the anonymization of a customer is."""
    record = sandbox_of(app, slug, mode).get("customers", id_) or {}
    found: str | None = record.get("anonymization_status")
    return found


def outcomes(done: list[Json]) -> list[tuple[str, str]]:
    """Return what was done, and what came of it."""
    return [(job["job"], job["outcome"]) for job in done]


def jobs(plane: ControlPlane, **search: str) -> list[tuple[str, str, str]]:
    """Return organization, mode and record of each job that waits."""
    return [(j["organization"], j["mode"], j["resource"]) for j in plane.jobs.list(search)]


# --- listed --------------------------------------------------------------------------------------


def test_a_job(acme: MockServerApp) -> None:
    """What is done to which record, and when."""
    id_ = asked(acme)
    (job,) = acme.plane.jobs.list()

    assert list(job.items())[1:] == [
        ("organization", "acme"),
        ("mode", "test"),
        ("job", "anonymization_start"),
        ("type", "customers"),
        ("resource", id_),
        ("due_at", "2030-01-02T00:00:00.000Z"),
    ]


def test_searched(acme: MockServerApp) -> None:
    """By every word, and by several together; the first that are due come first."""
    plane = acme.plane
    later = asked(acme, "later@example.com")
    live = asked(acme, mode="live")
    shop = asked(acme, slug="shop")
    plane.clocks.set({"frozen_at": "2029-12-31"}, "acme")
    sooner = asked(acme)

    first, second = ("acme", "test", sooner), ("acme", "test", later)
    assert jobs(plane) == [first, second, ("acme", "live", live), ("shop", "test", shop)]
    assert jobs(plane, organization="shop") == [("shop", "test", shop)]
    assert jobs(plane, mode="live") == [("acme", "live", live)]
    assert jobs(plane, organization="acme", mode="test") == [first, second]
    assert jobs(plane, resource=later, type="customers") == [second]
    assert jobs(plane, type="orders") == []


def test_what_is_due_no_longer_waits(acme: MockServerApp) -> None:
    """It is done by whoever looks first."""
    id_ = asked(acme)
    acme.plane.organizations.find("acme").clock.advance(DAY)

    assert [job["job"] for job in acme.plane.jobs.list()] == [COMPLETE]
    assert status(acme, id_) == "started"


WRONG: list[tuple[Any, list[tuple[int, str]]]] = [
    ({"mode": "prod"}, [(422, "/mode")]),
    ({"type": "customer"}, [(422, "/type")]),
    ({"resource": 7}, [(422, "/resource")]),
    ({"job": START}, [(422, "/job")]),
    ([], [(422, "")]),
    ({"organization": "nobody"}, [(404, "")]),
]


@pytest.mark.parametrize(("search", "expected"), WRONG, ids=str)
@pytest.mark.parametrize("call", ["list", "run", "run_one", "fail_one"])
def test_no_search(
    acme: MockServerApp, call: str, search: Any, expected: list[tuple[int, str]]
) -> None:
    """Refused with a pointer, and nothing is done."""
    asked(acme)
    (waiting,) = acme.plane.jobs.list()
    words = [waiting["id"], search] if call.endswith("one") else [search]

    assert refused(lambda: getattr(acme.plane.jobs, call)(*words)) == expected
    assert acme.plane.jobs.list() == [waiting]


# --- done ----------------------------------------------------------------------------------------


def test_running(acme: MockServerApp) -> None:
    """All that waits, and what follows from it, while the clock stands where it stood."""
    ids = [asked(acme, f"{n}@example.com") for n in range(2)]
    done = acme.plane.jobs.run()

    assert outcomes(done) == [
        (START, "done"),
        (START, "done"),
        (COMPLETE, "done"),
        (COMPLETE, "done"),
    ]
    assert [status(acme, id_) for id_ in ids] == ["completed", "completed"]
    assert acme.plane.jobs.list() == []
    assert acme.plane.clocks.retrieve("acme")["now"] == NEW_YEAR


def test_running_some(acme: MockServerApp) -> None:
    """The others wait."""
    mine, theirs, shop = asked(acme), asked(acme, "b@example.com"), asked(acme, slug="shop")
    acme.plane.jobs.run({"organization": "acme", "type": "customers", "resource": mine})

    assert [status(acme, id_) for id_ in (mine, theirs)] == ["completed", "requested"]
    assert status(acme, shop, "shop") == "requested"
    assert jobs(acme.plane) == [("acme", "test", theirs), ("shop", "test", shop)]


def test_running_one(acme: MockServerApp) -> None:
    """What follows from it waits, counted from now on."""
    id_ = asked(acme)
    (first,) = acme.plane.jobs.list()
    done = acme.plane.jobs.run_one(first["id"])
    (second,) = acme.plane.jobs.list()

    assert done == {**first, "outcome": "done"}
    assert status(acme, id_) == "started"
    assert (second["job"], second["due_at"]) == (COMPLETE, "2030-01-01T00:15:00.000Z")


def test_what_comes_later_waits(acme: MockServerApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that is done again and again, such as a renewal, is done once."""

    def renew(world: Engine, record: Record) -> None:
        world.rewrite("customers", record["id"], {"reference": f"{record['reference'] or ''}x"})
        world.schedule("customers", record["id"], "renew", timedelta(hours=1))

    monkeypatch.setattr(Customer, "jobs", {"renew": renew})
    sandbox = sandbox_of(acme)
    id_ = sandbox.add("customers", {"email": "jane@example.com"})["id"]
    sandbox.schedule("customers", id_, "renew", DAY)
    acme.plane.jobs.run()
    (waiting,) = acme.plane.jobs.list()

    assert (sandbox.get("customers", id_) or {})["reference"] == "x"
    assert waiting["due_at"] == "2030-01-01T01:00:00.000Z"


@pytest.mark.parametrize("call", ["run_one", "fail_one"])
def test_no_job(acme: MockServerApp, call: str) -> None:
    """One that does not wait, or does so somewhere else."""
    asked(acme, slug="shop")
    (waiting,) = acme.plane.jobs.list()
    act = getattr(acme.plane.jobs, call)

    assert refused(lambda: act("nothing")) == [(404, "")]
    assert refused(lambda: act(waiting["id"], {"organization": "acme"})) == [(404, "")]
    assert refused(lambda: act(waiting["id"], {"mode": "live"})) == [(404, "")]
    assert act(waiting["id"], {"organization": "shop"})["id"] == waiting["id"]
    assert refused(lambda: act(waiting["id"])) == [(404, "")]


def test_one_id_in_two_places(acme: MockServerApp) -> None:
    """A snapshot brings its jobs along; then it has to be said which one is meant."""
    id_ = asked(acme)
    (waiting,) = acme.plane.jobs.list()
    acme.plane.organizations.restore("shop", acme.plane.organizations.snapshot("acme"))

    assert refused(lambda: acme.plane.jobs.run_one(waiting["id"])) == [(409, "")]
    acme.plane.jobs.run_one(waiting["id"], {"organization": "shop"})
    assert [status(acme, id_, slug) for slug in ("acme", "shop")] == ["requested", "started"]


def test_a_record_that_is_gone(acme: MockServerApp) -> None:
    """There is nothing to be done any more."""
    sandbox_of(acme).remove("customers", asked(acme))

    assert outcomes(acme.plane.jobs.run()) == [(START, "done")]
    assert acme.plane.jobs.list() == []


# --- failed --------------------------------------------------------------------------------------


def test_failing_before_it_starts(acme: MockServerApp) -> None:
    """It starts and fails: a failure comes from nowhere else (customers.md §11.2)."""
    id_ = asked(acme)
    (waiting,) = acme.plane.jobs.list()
    failed = acme.plane.jobs.fail_one(waiting["id"])
    record = sandbox_of(acme).get("customers", id_) or {}

    assert failed == {**waiting, "outcome": "failed"}
    assert (record["email"], record["anonymization_status"]) == ("jane@example.com", "failed")
    assert record["anonymization_info"] == {
        "status": "failed",
        "requested_at": "2029-12-31 23:00:00 UTC",
        "started_at": "2030-01-01 00:00:00 UTC",
        "failed_at": "2030-01-01 00:00:00 UTC",
    }
    assert acme.plane.jobs.list() == []


def test_failing_after_it_has_started(acme: MockServerApp) -> None:
    """It fails instead of being completed."""
    id_ = asked(acme)
    acme.plane.clocks.advance({"by": "P1D"})
    (waiting,) = acme.plane.jobs.list()
    acme.plane.clocks.advance({"by": "PT10M"})
    acme.plane.jobs.fail_one(waiting["id"])
    record = sandbox_of(acme).get("customers", id_) or {}

    assert record["anonymization_info"] == {
        "status": "failed",
        "requested_at": "2029-12-31 23:00:00 UTC",
        "started_at": "2030-01-02 00:00:00 UTC",
        "failed_at": "2030-01-02 00:10:00 UTC",
    }


@pytest.mark.parametrize("type_", ["customers", "tags", "nonsense"])
def test_no_way_to_fail(acme: MockServerApp, type_: str) -> None:
    """A job that declares none, or is none, is refused and waits on."""
    job = {"job": "nothing", "resource_type": type_, "resource": "x", "due_at": 4102444800}
    acme.plane.organizations.records(
        "acme", {"data": {"type": "jobs", "id": "j", "attributes": job}}
    )

    assert refused(lambda: acme.plane.jobs.fail_one("j")) == [(422, "")]
    assert [job["id"] for job in acme.plane.jobs.list()] == ["j"]
    assert acme.plane.jobs.run_one("j")["outcome"] == "done"


def test_one_that_breaks_by_itself(
    acme: MockServerApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What it did is undone, and it fails as it would if somebody said so."""

    def broken(world: Engine, record: Record) -> None:
        world.rewrite("customers", record["id"], {"email": "gone@example.com"})
        raise refusal("LOCKED", class_name="Customer", number=1)

    id_ = asked(acme)
    monkeypatch.setattr(Customer, "jobs", {**Customer.jobs, COMPLETE: broken})
    done = acme.plane.jobs.run()
    record = sandbox_of(acme).get("customers", id_) or {}

    assert outcomes(done) == [(START, "done"), (COMPLETE, "failed")]
    assert (record["email"], record["anonymization_status"]) == ("jane@example.com", "failed")
    assert "The job anonymization_complete of customers" in caplog.text


# --- kept with the records -----------------------------------------------------------------------


def test_a_restart(make: Make, tmp_path: Any) -> None:
    """A job outlives it where the records do."""
    place = f"tinydb:{tmp_path / 'kept'}"
    app = make(storage=place)
    app.plane.clocks.set({"frozen_at": NEW_YEAR})
    id_ = asked(app)
    app.close()

    again = make(storage=place)
    again.plane.clocks.set({"frozen_at": NEW_YEAR})
    assert jobs(again.plane) == [("acme", "test", id_)]
    again.plane.clocks.advance({"by": "P2D"})
    assert status(again, id_) == "completed"


@pytest.mark.parametrize("storage", BACKENDS)
def test_snapshots_and_resets(acme: MockServerApp) -> None:
    """A snapshot brings back what waited; a reset forgets it."""
    plane, id_ = acme.plane, asked(acme)
    before, waiting = plane.organizations.snapshot("acme"), plane.jobs.list()
    plane.jobs.run()
    plane.organizations.restore("acme", before)

    assert (plane.jobs.list(), status(acme, id_)) == (waiting, "requested")
    assert outcomes(plane.jobs.run()) == [(START, "done"), (COMPLETE, "done")]
    plane.organizations.restore("acme", before)
    plane.organizations.reset("acme")
    assert plane.jobs.list() == []


@pytest.mark.parametrize("storage", BACKENDS)
def test_modes_are_apart(acme: MockServerApp) -> None:
    """The same clock, but jobs of their own."""
    test, live = asked(acme), asked(acme, mode="live")
    acme.plane.jobs.run({"mode": "live"})
    assert [status(acme, test), status(acme, live, mode="live")] == ["requested", "completed"]
    acme.plane.clocks.advance({"by": "P2D"})
    assert status(acme, test) == "completed"


@pytest.mark.parametrize("due_at", [-1, 1e300, "soon"])
def test_a_time_that_is_none(plane: ControlPlane, due_at: Any) -> None:
    """A job that could never be printed is not stored."""
    job = {"job": START, "resource_type": "customers", "resource": "x", "due_at": due_at}
    body = {"data": {"type": "jobs", "attributes": job}}

    assert refused(lambda: plane.organizations.records("acme", body)) == [
        (422, "/data/attributes/due_at")
    ]
