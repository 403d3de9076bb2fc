"""What records are due for by their own moments happens, whichever way they came."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp, create_app
from mockserver.engine.sandbox import Sandbox
from mockserver.settings import Settings
from mockserver.storage.conditions import EVERYTHING
from tests.client import Document

NOW, DUE, LATER = (f"2030-01-{day}T00:00:00.000Z" for day in ("01", "11", "20"))
SLUG = "due"
EUROPE = {"data": {"type": "markets", "meta": {"code": "europe"}}}

RECORDS: list[Document] = [
    {
        "type": "orders",
        "id": "source",
        "attributes": {"status": "placed", "number": "7000", "placed_at": NOW},
        "relationships": {"market": EUROPE},
    },
    {
        "type": "order_subscriptions",
        "id": "weekly",
        "attributes": {
            "status": "active",
            "frequency": "weekly",
            "starts_at": NOW,
            "next_run_at": DUE,
            "renewal_alert_period": 24,
            "place_target_order": False,
        },
        "relationships": {
            "market": EUROPE,
            "source_order": {"data": {"type": "orders", "id": "source"}},
        },
    },
    {"type": "skus", "id": "chair", "attributes": {"code": "CHAIR"}},
    {
        "type": "stock_items",
        "id": "chairs",
        "attributes": {"quantity": 5},
        "relationships": {
            "sku": {"data": {"type": "skus", "id": "chair"}},
            "stock_location": {"data": {"type": "stock_locations", "meta": {"code": "milan"}}},
        },
    },
    {
        "type": "stock_reservations",
        "id": "draft",
        "attributes": {"status": "draft", "quantity": 1, "expires_at": DUE},
        "relationships": {
            "stock_item": {"data": {"type": "stock_items", "id": "chairs"}},
            "sku": {"data": {"type": "skus", "id": "chair"}},
        },
    },
    {
        "type": "price_list_schedulers",
        "id": "sale",
        "attributes": {"name": "Sale", "starts_at": DUE, "expires_at": LATER},
        "relationships": {
            "market": EUROPE,
            "price_list": {"data": {"type": "price_lists", "meta": {"code": "eur"}}},
        },
    },
]
#: What has happened by the second of the moments, and by the third.
BY_DUE = {
    "order_subscriptions.renewal": 1,
    "order_subscriptions.last_run_succeeded": 1,
    "price_list_schedulers.activated": 1,
}
BY_LATER = {
    "order_subscriptions.renewal": 2,
    "order_subscriptions.last_run_succeeded": 2,
    "price_list_schedulers.activated": 1,
    "price_list_schedulers.expired": 1,
}

Way = Callable[[MockServerApp, Path, list[Document]], None]


@pytest.fixture(params=["memory", "tinydb"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MockServerApp]:
    """Return a server over each kind of storage that stands at the first moment."""
    storage = f"tinydb:{tmp_path / 'records.json'}" if request.param == "tinydb" else "memory"
    app = create_app(Settings(storage=storage, customers=0))
    app.plane.clocks.set({"frozen_at": NOW})
    app.plane.organizations.create({"slug": SLUG})
    yield app
    app.close()


def by_records(app: MockServerApp, _: Path, records: list[Document]) -> None:
    app.plane.organizations.records(SLUG, {"data": records})


def by_scenario(app: MockServerApp, directory: Path, records: list[Document]) -> None:
    file = directory / "due.json"
    file.write_text(json.dumps({"test": {"data": records}}))
    app.plane.organizations.seed(SLUG, {"scenario": str(file)})


def by_snapshot(app: MockServerApp, directory: Path, records: list[Document]) -> None:
    """As somebody has written it by hand, without the jobs."""
    by_records(app, directory, records)
    taken = app.plane.organizations.snapshot(SLUG)
    documents = {
        mode: {**document, "data": [o for o in document["data"] if o["type"] != "jobs"]}
        for mode, document in taken.items()
    }
    app.plane.organizations.reset(SLUG)
    app.plane.organizations.restore(SLUG, json.loads(json.dumps(documents)))


def by_reset(app: MockServerApp, directory: Path, records: list[Document]) -> None:
    """An organization that began with it has it again, its jobs included."""
    file = directory / "due.json"
    file.write_text(json.dumps({"test": {"data": records}}))
    app.plane.organizations.delete(SLUG)
    app.plane.organizations.create({"slug": SLUG, "scenario": str(file)})
    app.plane.organizations.reset(SLUG)


WAYS: list[Way] = [by_records, by_scenario, by_snapshot, by_reset]


def sandbox(app: MockServerApp) -> Sandbox:
    """Return where the records are."""
    found = app.organizations.get(SLUG)
    assert found
    return found.sandbox("test")


def told(app: MockServerApp) -> dict[str, int]:
    """Return how often each of the events has been told that time alone brings about."""
    names = Counter(event["name"] for event in sandbox(app).find("events", EVERYTHING))
    return {name: count for name, count in names.items() if name in BY_LATER}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_due_happens(world: MockServerApp, tmp_path: Path, way: Way) -> None:
    """Once, at its moment, and what follows from it as well."""
    clocks = world.plane.clocks
    way(world, tmp_path, RECORDS)
    before = told(world), sandbox(world).count("stock_reservations")
    clocks.set({"frozen_at": DUE})
    then = told(world), sandbox(world).count("stock_reservations")
    clocks.set({"frozen_at": LATER})

    assert before == ({}, 1)
    assert then == (BY_DUE, 0)
    assert told(world) == BY_LATER
    subscription = sandbox(world).get("order_subscriptions", "weekly") or {}
    assert (subscription["occurrencies"], subscription["next_run_at"]) == (
        2,
        "2030-01-22T00:00:00.000Z",
    )


@pytest.mark.parametrize("way", [by_records, by_scenario], ids=lambda way: way.__name__)
def test_what_has_gone_by_is_due_at_once(world: MockServerApp, tmp_path: Path, way: Way) -> None:
    """But a scheduler that began and ended earlier was told of earlier."""
    world.plane.clocks.set({"frozen_at": "2030-03-01T00:00:00.000Z"})
    way(world, tmp_path, RECORDS)
    sandbox(world).job_queue.work()

    assert told(world) == {
        "order_subscriptions.renewal": 1,
        "order_subscriptions.last_run_succeeded": 1,
    }
    assert sandbox(world).count("stock_reservations") == 0


def test_a_subscription_that_was_over_does_not_run(world: MockServerApp, tmp_path: Path) -> None:
    """It is put on hold when it would have run."""
    over = [
        {**record, "attributes": {**record["attributes"], "expires_at": "2030-01-05T00:00:00.000Z"}}
        if record["id"] == "weekly"
        else record
        for record in RECORDS
    ]
    by_records(world, tmp_path, over)
    world.plane.clocks.set({"frozen_at": DUE})

    subscription = sandbox(world).get("order_subscriptions", "weekly") or {}
    assert (subscription["status"], subscription["occurrencies"]) == ("inactive", 0)


def test_a_record_that_is_changed_is_due_at_another_time(world: MockServerApp) -> None:
    """And not at the one before, nor twice; one that is called off is not due at all."""
    plane = world.plane

    def waiting() -> list[tuple[str, str, str]]:
        found = plane.jobs.list({"organization": SLUG})
        return sorted((job["resource"], job["job"], job["due_at"]) for job in found)

    def change(id_: str, **attributes: Any) -> None:
        type_ = next(record["type"] for record in RECORDS if record["id"] == id_)
        plane.organizations.records(
            SLUG, {"data": [{"type": type_, "id": id_, "attributes": attributes}]}
        )

    plane.organizations.records(SLUG, {"data": RECORDS})
    change("weekly", next_run_at=LATER)
    change("draft", expires_at=LATER)
    change("sale", expires_at=None)
    moved = waiting()
    change("weekly", status="inactive")
    change("draft", status="pending", expires_at=None)

    assert moved == [
        ("draft", "expire", LATER),
        ("sale", "activate", DUE),
        ("weekly", "alert", "2030-01-19T00:00:00.000Z"),
        ("weekly", "run", LATER),
    ]
    assert waiting() == [("sale", "activate", DUE)]


def test_nothing_seeded_is_due() -> None:
    """What a sandbox begins with does not depend on the day on which it is looked at."""
    app = create_app(Settings())
    queues = (o.sandbox(mode).job_queue for o in app.organizations for mode in ("test", "live"))

    assert [queue.waiting() for queue in queues] == [[], []]
    app.close()
