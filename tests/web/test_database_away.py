"""A database that is away for a while: said at once, to everybody, and then all goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.storage.base import NotUniqueError
from tests.client import Api
from tests.conftest import Make
from tests.databases import Postgres, programs

GRANT = {
    "grant_type": "client_credentials",
    "client_id": "test_integration_client_id_0000000000000000",
    "client_secret": "test_integration_client_secret_000000000000",
}


@pytest.fixture
def server() -> Iterator[Postgres]:
    """Return a database server that may be stopped."""
    server = Postgres(programs()[0])
    yield server
    server.remove()


@pytest.fixture
def app(server: Postgres, make: Make) -> MockServerApp:
    """Return an application over it."""
    return make(storage=server.database(), auth=False)


def asked(app: MockServerApp) -> dict[str, Any]:
    """Return the answers to every kind of request."""
    api, http = Api(app), app.test_client()
    customer = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    return {
        "list": api.get("/api/tags"),
        "create": api.post("/api/customers", customer),
        "token": http.post("/oauth/token", json=GRANT),
        "control": http.post("/_mock/organizations/acme/reset", json={}),
    }


def test_everything_is_answered_503_and_goes_on(server: Postgres, app: MockServerApp) -> None:
    """Whoever asks is told when to ask again; nothing was lost, and what was due is done."""
    api = Api(app)
    tag = api.create("tags", name="vip")
    app.plane.clocks.set({"offset": "PT0S"})
    server.stop()
    away = asked(app)
    waiting = [thread.is_alive() for thread in (app.worker._thread,) if thread]
    server.start()

    assert dict.fromkeys(away, 503) == {n: a.status_code for n, a in away.items()}
    assert {"1"} == {answer.headers["Retry-After"] for answer in away.values()}
    details = {answer.json["errors"][0]["detail"][:32] for answer in away.values()}
    assert {"The database cannot be reached: "} == details
    assert all(waiting)
    assert api.get(f"/api/tags/{tag['id']}").status_code == 200
    assert {200, 201} >= {answer.status_code for answer in asked(app).values()}


def test_what_is_due_is_done_once_it_is_back(server: Postgres, app: MockServerApp) -> None:
    """By the thread that does it, which has not ended."""
    api = Api(app)
    made = api.create("cleanups", resource_type="skus", filters={"code_eq": "none"})
    server.stop()
    app.worker.wake()
    time.sleep(1.2)
    server.start()
    late = time.monotonic() + 30
    record = None
    while time.monotonic() < late:
        record = next(iter(app.organizations)).sandbox("test").get("cleanups", made["id"])
        if record and record["status"] == "completed":
            break
        time.sleep(0.1)

    assert record
    assert record["status"] == "completed"


def test_a_value_that_somebody_else_has_just_stored(app: MockServerApp) -> None:
    """Is refused with the words of the service, should the engine not have seen it."""
    api = Api(app)
    api.create("customers", email="jane@example.com")
    sandbox = next(iter(app.organizations)).sandbox("test")
    looked = sandbox.partition.count

    def blind(type_: str, *condition: Any) -> int:
        return 0 if type_ == "customers" else looked(type_, *condition)

    sandbox.partition.count = blind  # type: ignore[method-assign]
    customer = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    answer = api.post("/api/customers", customer)

    assert answer.status_code in {409, 422}
    with pytest.raises(NotUniqueError):
        sandbox.partition.put("customers", {"id": "x", "serial": 9, "email": "jane@example.com"})
