"""Limits of what is kept of the past: by number and age, of every kind, nothing that counts yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.retention import EVERY
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.claims import digest
from mockserver.resources.deliveries import DELIVERED, PENDING
from mockserver.resources.registry import declarations
from tests.client import Api, path_of
from tests.conftest import Make
from tests.control_clients import token_request

SIZE = 100
#: Each kind, with what makes the n-th record of it.
KINDS: dict[str, Callable[[Sandbox, int], object]] = {
    "events": lambda sandbox, _: sandbox.fire("tags", "x", "create"),
    "event_stores": lambda sandbox, n: sandbox.history.record(
        "update", "customers", {"id": "a", "email": "a@b.c"}, {"id": "a", "email": f"{n}@b.c"}, None
    ),
    "event_callbacks": lambda sandbox, _: sandbox.insert("event_callbacks", {"webhook": None}),
    "deliveries": lambda sandbox, _: sandbox.insert("deliveries", {"status": DELIVERED}),
    "access_tokens": lambda sandbox, n: token(sandbox, "access_tokens", n),
    "refresh_tokens": lambda sandbox, n: token(sandbox, "refresh_tokens", n),
    "authorization_codes": lambda sandbox, n: token(sandbox, "authorization_codes", n),
    "revocations": lambda sandbox, n: token(sandbox, "revocations", n),
}


@pytest.fixture(params=["memory", "tinydb"])
def storage(request: pytest.FixtureRequest) -> str:
    """Return each kind of storage."""
    return str(request.param)


@pytest.fixture
def fresh(make: Make, place: str) -> MockServerApp:
    """Return an application that keeps little."""
    return make(storage=place, auth=False, history_size=SIZE, deliveries_size=SIZE)


def token(sandbox: Sandbox, type_: str, number: int) -> object:
    return sandbox.insert(type_, {"id": digest(str(number)), "expires_at": 2**40})


def own(app: MockServerApp) -> Sandbox:
    return next(iter(app.organizations)).sandbox("test")


def numbers(sandbox: Sandbox, type_: str) -> list[int]:
    return [record["serial"] for record in sandbox.partition.select(type_)[0]]


def grow(sandbox: Sandbox, type_: str, times: int) -> list[int]:
    """Make so many records of a kind, and return the numbers of those that are left."""
    for n in range(times):
        KINDS[type_](sandbox, n)
    return numbers(sandbox, type_)


def test_the_kinds_are_those_that_declare_it() -> None:
    """Whatever the service itself notes on the way is one of them, or ends by itself."""
    assert set(KINDS) == {name for name, type_ in declarations().items() if type_.expendable}


@pytest.mark.parametrize("type_", KINDS)
def test_the_newest_stay(fresh: MockServerApp, type_: str) -> None:
    """However many come; the metrics count those that are gone."""
    left = grow(own(fresh), type_, 4 * SIZE)

    assert SIZE <= len(left) <= SIZE + EVERY
    assert left == list(range(left[-1] - len(left) + 1, left[-1] + 1))
    line = f'mockserver_forgotten_records_total{{type="{type_}"}} {left[0] - 1}'
    assert line in fresh.plane.settings.metrics().splitlines()


@pytest.mark.parametrize("type_", KINDS)
def test_the_old_go(fresh: MockServerApp, type_: str) -> None:
    """By the clock of the sandbox."""
    sandbox = own(fresh)
    fresh.plane.settings.change({"history_size": 0, "deliveries_size": 0, "history_days": 30})
    before = grow(sandbox, type_, 2 * EVERY)
    fresh.plane.clocks.advance({"by": "P31D"})
    new = [n for n in grow(sandbox, type_, EVERY) if n > before[-1]]

    assert (2 * EVERY, EVERY) == (len(before), len(new))
    assert new == numbers(sandbox, type_)


def test_without_limits_all_is_kept(fresh: MockServerApp) -> None:
    """As somebody wishes who looks at all of it."""
    fresh.plane.settings.change({"history_size": 0})

    assert [*range(1, 5 * EVERY + 1)] == grow(own(fresh), "events", 5 * EVERY)


def test_a_backlog_melts_away(fresh: MockServerApp) -> None:
    """Of a file that was written without limits, for instance: no request waits for all of it."""
    sandbox = own(fresh)
    fresh.plane.settings.change({"history_size": 0})
    grow(sandbox, "events", 12 * EVERY)
    fresh.plane.settings.change({"history_size": SIZE})
    sizes = [len(grow(sandbox, "events", EVERY)) for _ in range(4)]

    assert [9 * EVERY, 6 * EVERY, 3 * EVERY, SIZE] == sizes


def test_what_is_not_sent_yet_is_never_forgotten(fresh: MockServerApp) -> None:
    """Only what is settled counts."""
    sandbox = own(fresh)
    waiting = [sandbox.insert("deliveries", {"status": PENDING})["serial"] for _ in range(2 * SIZE)]
    left = grow(sandbox, "deliveries", 3 * SIZE)

    assert waiting == left[: len(waiting)]
    assert SIZE <= len(left) - len(waiting) <= SIZE + EVERY


def test_what_waits_for_an_open_circuit_is_limited(fresh: MockServerApp) -> None:
    """Perhaps nobody ever closes it."""
    api, sandbox = Api(fresh), own(fresh)
    values = {"callback_url": "http://127.0.0.1:9/", "topic": "customers.create"}
    broken, other = (api.create("webhooks", **values)["id"] for _ in range(2))
    for id_ in (broken, other):
        sandbox.partition.put(
            "webhooks", {**(sandbox.get("webhooks", id_) or {}), "circuit_state": "open"}
        )
    for n in range(3 * SIZE):
        api.create("customers", email=f"{n}@example.com")
    waiting = sandbox.partition.select("deliveries")[0]

    assert SIZE <= len(waiting) <= SIZE + EVERY
    assert {broken, other} == {delivery["webhook"] for delivery in waiting}


def test_what_a_history_has_lost_is_told_from_what_is_left(fresh: MockServerApp) -> None:
    """The creation has the values before the first change that is kept; nothing is told twice."""
    api = Api(fresh)
    customer = api.create("customers", email="john@example.com")
    for n in range(4 * SIZE):
        api.patch(
            path_of(customer),
            {
                "data": {
                    "type": "customers",
                    "id": customer["id"],
                    "attributes": {"reference": str(n)},
                }
            },
        )
    entries = api.get(f"{path_of(customer)}/event_stores?page[size]=25").json["data"]
    first, second = (entry["attributes"] for entry in entries[:2])

    assert ("create", "update") == (first["event"], second["event"])
    assert first["payload"]["reference"]["to"] == second["payload"]["reference"]["from"]


def test_updates_and_logins_without_end(fresh: MockServerApp) -> None:
    """Whatever requests do: records of every type stay within their limits."""
    fresh.plane.settings.change({"reuse_tokens": False})
    api, http = Api(fresh), fresh.test_client()
    first = next(iter(fresh.organizations)).slug
    asked = token_request(fresh.plane.organizations.retrieve(first))
    customer = api.create("customers", email="john@example.com")
    held: list[dict[str, Any]] = []
    for n in range(5 * SIZE):
        values = {"email": f"john{n}@example.com"}
        body = {"data": {"type": "customers", "id": customer["id"], "attributes": values}}
        assert api.patch(path_of(customer), body).status_code == 200
        assert http.post("/oauth/token", json=asked).status_code == 200
        partition = own(fresh).partition
        held.append({type_: partition.count(type_) for type_ in partition.types()})

    assert all(held[-1][type_] <= SIZE + EVERY for type_ in KINDS if type_ in held[-1])
    grown = {type_ for type_ in held[-1] if held[-1][type_] > held[3 * SIZE].get(type_, 0) + EVERY}
    assert grown == set()
