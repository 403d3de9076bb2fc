"""An hour that is skipped: what happens in it happens in its order, each at its own moment."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockserver import MockServer
from mockserver.app import MockServerApp, create_app
from mockserver.clock import monotonic
from mockserver.commerce.transfers.background_jobs import START
from mockserver.control import passing
from mockserver.engine.record_engine import RecordEngine
from mockserver.resources.registry import registry
from mockserver.settings import Settings
from mockserver.storage.base import Record
from tests.cli.processes import until
from tests.client import Api, path_of
from tests.webhooks.receiver import Receiver, awaited, customer, subscribe

JSON = {"Content-Type": "application/json"}
NOON = "2026-01-15T12:00:00.000Z"
#: After how many seconds a delivery is tried that always fails, within an hour.
TRIED = [0, 2, 6, 14, 30, 62, 126, 254, 510, 1022, 2046]


@pytest.fixture
def app(data_directory: Path) -> Iterator[MockServerApp]:
    """Return an application with time at a stand."""
    app = create_app(Settings(seeded=False, auth=False, data_directory=data_directory))
    app.plane.clocks.set({"frozen_at": NOON})
    yield app
    app.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return what webhooks can call."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def api(app: MockServerApp) -> Api:
    """Return a client."""
    return Api(app)


def at(seconds: float) -> str:
    """Return the moment so many seconds after noon."""
    minutes, rest = divmod(seconds, 60)
    return f"2026-01-15T12:{int(minutes):02}:{rest:06.3f}Z"


def tried(delivery: Any) -> list[str]:
    return [attempt["at"] for attempt in delivery["attempts"]]


def test_every_retry_is_tried_at_its_time(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """And when the clock has come to its end, all of them have been."""
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    app.plane.clocks.advance({"by": "PT1H"})
    (delivery,) = app.plane.deliveries.list({})["deliveries"]

    assert (len(TRIED), "failed") == (len(receiver.got), delivery["status"])
    assert list(map(at, TRIED)) == tried(delivery)
    assert app.plane.clocks.retrieve()["now"] == "2026-01-15T13:00:00.000Z"


def test_webhooks_take_turns_by_the_time_they_are_due(
    app: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """The callbacks are in the order of the attempts, and so is what the receiver gets."""
    receiver.otherwise = 503
    for topic, seconds in (("customers.create", 1), ("cleanups.create", 2)):
        path = f"{receiver.url}/{topic}"
        api.create("webhooks", topic=topic, callback_url=path)
        if topic == "customers.create":
            customer(api)
        else:
            cleanup(api)
        app.plane.clocks.advance({"by": seconds})
    app.plane.clocks.advance({"by": "PT1H"})
    due = [(s, "customers.create") for s in TRIED] + [(s + 1, "cleanups.create") for s in TRIED]

    expected = [topic for _, topic in sorted(due)]
    assert expected == [received.path.rpartition("/")[2] for received in receiver.got]
    moments = [d["at"] for d in sorted(_attempts(app), key=lambda attempt: attempt["at"])]
    assert [at(seconds) for seconds, _ in sorted(due)] == moments


def _attempts(app: MockServerApp) -> list[Any]:
    return [a for d in app.plane.deliveries.list({})["deliveries"] for a in d["attempts"]]


def cleanup(api: Api) -> Any:
    """Create something that starts after a second and ends a moment later."""
    return api.create("cleanups", resource_type="skus", filters={"code_eq": "none"})


def test_a_job_is_done_at_its_time_and_what_follows_at_its_own(
    app: MockServerApp, api: Api
) -> None:
    """Of several, each one when it is due."""
    made = []
    for _ in range(2):
        made.append(cleanup(api))
        app.plane.clocks.advance({"by": 0.5})
    app.plane.clocks.advance({"by": "P3D"})
    shown = [api.get(path_of(each)).json["data"]["attributes"] for each in made]

    assert [at(1), at(1.5)] == [each["started_at"] for each in shown]
    assert [at(1.05), at(1.55)] == [each["completed_at"] for each in shown]


def test_a_job_that_never_ends_ends_with_the_time(
    app: MockServerApp, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has itself done again every hour is done once in each hour that passes."""
    moments = []

    def again(world: RecordEngine, record: Record) -> None:
        moments.append(world.clock.timestamp())
        world.schedule("cleanups", record["id"], START, timedelta(hours=1))

    jobs = {**registry()["cleanups"].jobs, START: again}
    monkeypatch.setattr(registry()["cleanups"], "jobs", jobs)
    cleanup(api)
    app.plane.clocks.advance({"by": "PT3H"})

    assert [f"2026-01-15T{hour}:00:01.000Z" for hour in (12, 13, 14)] == moments


def test_what_a_job_tells_is_delivered_at_its_time(
    app: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """Not at the end of the time that is skipped."""
    subscribe(api, receiver, "cleanups.complete")
    cleanup(api)
    app.plane.clocks.advance({"by": "PT1H"})
    (delivery,) = app.plane.deliveries.list({})["deliveries"]

    assert at(1) < tried(delivery)[0] < at(2)


@pytest.mark.parametrize(
    "body", [{"frozen_at": "2026-01-15T13:00:00Z"}, {"real": True}, {"offset": "P1D"}], ids=str
)
def test_a_clock_that_is_set_passes_the_time_as_well(
    app: MockServerApp, api: Api, receiver: Receiver, body: Any
) -> None:
    """To where it stands, or runs, from then on."""
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    app.plane.clocks.set(body)
    (delivery,) = app.plane.deliveries.list({})["deliveries"]

    assert list(map(at, TRIED)) == tried(delivery)


def test_a_running_clock_passes_the_time_as_well(
    app: MockServerApp, api: Api, receiver: Receiver
) -> None:
    app.plane.clocks.set({"offset": 0})
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    awaited(app)
    app.plane.clocks.advance({"by": "PT1H"})
    (delivery,) = app.plane.deliveries.list({})["deliveries"]

    assert (len(TRIED), "failed") == (len(delivery["attempts"]), delivery["status"])
    assert app.plane.clocks.retrieve()["offset"] == 3600


def test_back_in_time_nothing_is_due(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    awaited(app)
    app.plane.clocks.set({"frozen_at": "2026-01-15T11:59:59Z"})

    assert len(receiver.got) == 1


def test_a_receiver_that_hangs_holds_the_clock_for_a_while(
    app: MockServerApp, api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it goes on to its end, and what is still due is delivered from there."""
    monkeypatch.setattr(passing, "WITHIN", 0.2)
    subscribe(api, receiver)
    receiver.otherwise = lambda _: receiver.over.wait(30)  # type: ignore[assignment,return-value]
    customer(api)
    began = monotonic()

    assert app.plane.clocks.advance({"by": "PT1H"})["now"] == "2026-01-15T13:00:00.000Z"
    assert monotonic() - began < 4


# --- over http -----------------------------------------------------------------------------------


def asks_back(url: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer that asks the sandbox before it is given, as receivers do."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=4)
        connection.request("GET", "/api/customers")
        status = connection.getresponse().status
        connection.close()
        handler.send_response(status)
        handler.end_headers()

    return answer


def advanced(url: str, by: Any) -> tuple[int, Any]:
    """Advance every clock of a server."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("POST", "/_mock/clock/advance", json.dumps({"by": by}), JSON)
    response = connection.getresponse()
    found = response.status, json.loads(response.read())
    connection.close()
    return found


def test_a_receiver_may_ask_while_the_clock_moves(receiver: Receiver) -> None:
    """Who waits for a delivery does not hold up what the receiver wants to know."""
    with MockServer(tls_port=None, auth=False) as server:
        server.clock.freeze(NOON)
        sandbox = Api(server._app)  # type: ignore[attr-defined]
        subscribe(sandbox, receiver)
        receiver.answers.append(500)
        receiver.otherwise = asks_back(server.url)
        customer(sandbox)
        status, clock = advanced(server.url, "PT1H")
        (delivery,) = server.deliveries()

    assert (200, "2026-01-15T13:00:00.000Z") == (status, clock["now"])
    assert ("delivered", [at(0), at(2)]) == (delivery["status"], tried(delivery))


def test_who_leaves_finds_the_clock_moved(receiver: Receiver) -> None:
    """It is not left on its way."""
    with MockServer(tls_port=None, auth=False) as server:
        server.clock.freeze(NOON)
        sandbox = Api(server._app)  # type: ignore[attr-defined]
        subscribe(sandbox, receiver)
        receiver.otherwise = lambda _: receiver.over.wait(2)  # type: ignore[assignment,return-value]
        customer(sandbox)
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        connection.request("POST", "/_mock/clock/advance", json.dumps({"by": 3600}), JSON)
        receiver.await_requests(1)
        connection.close()
        until(lambda: server.clock.now != NOON)

        assert server.clock.now == "2026-01-15T13:00:00.000Z"
