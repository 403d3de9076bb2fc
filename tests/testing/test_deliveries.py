"""Deliveries as a test waits for them, in the process of the server and from another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import MockServer
from mockserver.clock import monotonic
from mockserver.testing.deliveries import Delivering
from mockserver.testing.running import RunningServer
from mockserver.testing.sharing import Desk, SharedServer
from mockserver.testing.world import World
from tests.webhooks.receiver import Receiver

TOPIC = "customers.create"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return what webhooks can call."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(params=["own", "shared"])
def server(request: pytest.FixtureRequest, data_directory: Path) -> Iterator[RunningServer]:
    """Return a server: of this process, or through the desk of another one."""
    with MockServer(tls_port=None, data_directory=data_directory) as own:
        if request.param == "own":
            yield own
            return
        desk = Desk(own)
        shared = SharedServer(desk.address)
        yield shared
        shared.close()
        desk.close()


@pytest.fixture
def world(server: RunningServer) -> World:
    """Return an organization of its own."""
    return server.create_organization("shop")


def subscribe(world: World, receiver: Receiver) -> Any:
    """Create a webhook."""
    return world.data.create("webhooks", topic=TOPIC, callback_url=receiver.url)


def test_waiting(world: World, server: RunningServer, receiver: Receiver) -> None:
    """For a number, or for the end; of the world, or of the whole server."""
    webhook = subscribe(world, receiver)
    made = [world.data.create("customers", email=f"{n}@example.com")["id"] for n in range(3)]
    found = world.wait_for_deliveries(3, topic=TOPIC)

    assert made == [d["resource"] for d in found] == receiver.ids
    assert made == [d["resource"] for d in world.deliveries(webhook=webhook["id"])]
    assert found == world.wait_for_deliveries() == server.wait_for_deliveries("idle")
    assert found[1:] == world.deliveries(limit=2)
    assert [] == server.organization("acme").deliveries()
    again = world.replay(found[0]["id"])
    repeated = world.wait_for_deliveries(1, replay_of=found[0]["id"])
    assert [again["id"]] == [delivery["id"] for delivery in repeated]
    world.clear_deliveries()
    assert [] == server.deliveries()


def test_a_receiver_that_asks_back(world: World, receiver: Receiver) -> None:
    """Who waits holds nobody up: a receiver looks into the sandbox before it answers."""
    subscribe(world, receiver)
    token = world.token()
    asked: list[int] = []

    def asking(handler: Any) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.api+json"}
        answer = httpx.get(f"{world.url}/api/customers", headers=headers)
        asked.append(len(answer.json()["data"]))
        handler.send_response(200)
        handler.end_headers()

    receiver.answers.append(asking)
    world.data.create("customers", email="jane@example.com")
    world.wait_for_deliveries(1)

    assert [1] == asked


def test_what_does_not_come(world: World, receiver: Receiver) -> None:
    """It says what there is instead."""
    subscribe(world, receiver)
    world.clock.freeze("2026-01-15T10:00:00Z")
    receiver.otherwise = 503
    made = world.data.create("customers", email="jane@example.com")["id"]
    world.wait_for_deliveries("idle")
    with pytest.raises(AssertionError) as raised:
        world.wait_for_deliveries(1, timeout=0.05)

    assert [
        "waited 0.05 seconds for 1 deliveries; there are:",
        f"  {TOPIC} {made} -> {receiver.url} pending, tried once: 503 Service Unavailable",
    ] == str(raised.value).splitlines()
    world.clear_deliveries()
    with pytest.raises(AssertionError, match="for deliveries to be settled; there are: none"):
        Impatient(world).wait_for_deliveries("settled", timeout=0)


class Impatient(Delivering):
    """Nothing is ever complete here."""

    def __init__(self, world: World) -> None:
        """Take the world's place."""
        self._world = world

    @property
    def _delivered(self) -> Any:
        return self

    @property
    def _whose(self) -> str:
        return self._world.slug

    def list(self, _: Any) -> Any:
        """Return nothing."""
        return {"deliveries": [], "complete": False}


def test_over_http_nobody_is_held_up(data_directory: Path, receiver: Receiver) -> None:
    """A request that waits is answered when what it waits for comes; others meanwhile."""
    with MockServer(tls_port=None, data_directory=data_directory) as server:
        world = server.organization()
        subscribe(world, receiver)
        url, began = f"{server.url}/_mock/deliveries", monotonic()
        with httpx.Client() as waiting, world.session() as session:
            with waiting.stream("GET", url, params={"wait": 1, "timeout": 5}) as answer:
                body = {"data": {"type": "customers", "attributes": {"email": "a@example.com"}}}
                assert 201 == session.post("/api/customers", json=body).status_code
                answer.read()
            page = answer.json()
            late = waiting.get(url, params={"wait": 2, "timeout": 0.1})
            settled = waiting.get(url, params={"wait": "settled"})

    assert monotonic() - began < 4
    assert (200, "application/json", True) == (
        answer.status_code,
        answer.headers["Content-Type"],
        page["complete"],
    )
    assert ["delivered"] == [delivery["status"] for delivery in page["deliveries"]]
    assert (200, False, 1) == (late.status_code, late.json()["complete"], late.json()["total"])
    assert page == settled.json()


def test_the_end_does_not_wait(data_directory: Path, receiver: Receiver) -> None:
    """Who stops a server has lost interest in what is under way."""
    receiver.otherwise = lambda _: receiver.over.wait(5) and None
    server = MockServer(tls_port=None, data_directory=data_directory).start()
    world = server.organization()
    subscribe(world, receiver)
    world.data.create("customers", email="jane@example.com")
    receiver.await_requests(1)
    began = monotonic()
    server.stop()

    assert monotonic() - began < 1
