"""Deliveries as the control plane shows them, waits for them and repeats them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Timer
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import monotonic
from mockserver.control.control_plane import ControlPlane
from mockserver.engine.sandbox import Sandbox
from tests.client import Api, path_of
from tests.control_clients import client_of, refused
from tests.webhooks.receiver import Receiver, awaited, customer, customers, statuses, subscribe

DELIVERY = {
    "topic": "customers.create",
    "event": "e",
    "webhook": "w",
    "resource_type": "customers",
    "resource": "c",
    "callback_url": "http://localhost/",
    "status": "pending",
    "attempts": [],
    "body": '{"data": null}',
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return what webhooks can call."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def api(fresh: MockServerApp) -> Iterator[Api]:
    """Return a client of acme; what goes on behind it ends with the test."""
    yield client_of(fresh, fresh.plane.organizations.retrieve("acme"))
    fresh.close()


@pytest.fixture
def acme(fresh: MockServerApp) -> Sandbox:
    """Return the test mode of acme."""
    return next(iter(fresh.organizations)).sandbox("test")


def ids(plane: ControlPlane, **parameters: Any) -> list[str]:
    """Return the ids of the resources of the deliveries that are listed."""
    return [delivery["resource"] for delivery in plane.deliveries.list(parameters)["deliveries"]]


def test_what_is_shown(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Everything there is to know of one, alike in lists and alone."""
    webhook = subscribe(api, receiver)
    fresh.plane.clocks.set({"frozen_at": "2026-01-15T10:00:00Z"})
    made = customer(api)
    (delivery,) = awaited(fresh, 1)
    now = "2026-01-15T10:00:00.000Z"
    event = api.get(f"{path_of(made)}/events").json["data"][0]["id"]
    (received,) = receiver.got

    assert {
        "id": delivery["id"],
        "organization": "acme",
        "mode": "test",
        "topic": "customers.create",
        "resource": made["id"],
        "event": event,
        "webhook": webhook["id"],
        "callback_url": receiver.url,
        "status": "delivered",
        "attempts": [{"at": now, "response_code": "200", "response_message": "OK"}],
        "due_at": None,
        "replay_of": None,
        "signature": received.headers["X-CommerceLayer-Signature"],
        "body": received.document,
        "created_at": now,
        "updated_at": now,
    } == delivery
    assert delivery == fresh.plane.deliveries.retrieve(delivery["id"])
    assert {"deliveries": [delivery], "total": 1} == fresh.plane.deliveries.list({})


def test_when_it_is_tried_again(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver)
    fresh.plane.clocks.set({"frozen_at": "2026-01-15T10:00:00Z"})
    receiver.answers.append(500)
    customer(api)
    (delivery,) = awaited(fresh)

    assert "2026-01-15T10:00:02.000Z" == delivery["due_at"]


def test_conditions(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Each on its own; the newest last, and of those the last so many."""
    plane = fresh.plane
    first, second = subscribe(api, receiver), subscribe(api, receiver, "customers.destroy")
    made = customers(api, 3)
    api.delete(f"/api/customers/{made[0]}")
    shop = plane.organizations.create({"slug": "shop"})
    live = client_of(fresh, shop, "live")
    subscribe(live, receiver)
    other = customer(live)["id"]
    awaited(fresh, 5)
    every = [*made, made[0], other]
    event = plane.deliveries.list({"resource": made[1]})["deliveries"][0]["event"]

    assert every == ids(plane)
    assert every[-2:] == ids(plane, limit="2")
    assert 5 == plane.deliveries.list({"limit": 2})["total"]
    assert [other] == ids(plane, organization="shop") == ids(plane, mode="live")
    assert made == ids(plane, webhook=first["id"])
    assert [made[0]] == ids(plane, topic="customers.destroy") == ids(plane, webhook=second["id"])
    assert [made[0], made[0]] == ids(plane, resource=made[0])
    assert [made[1]] == ids(plane, event=event)
    assert every == ids(plane, status="delivered,failed")
    assert [] == ids(plane, status="pending") == ids(plane, replay_of="x")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"organization": "nope"}, (404, "")),
        ({"mode": "both"}, (422, "/mode")),
        ({"status": "done"}, (422, "/status")),
        ({"status": ""}, (422, "/status")),
        ({"status": "pending,done"}, (422, "/status")),
        ({"limit": "0"}, (422, "/limit")),
        ({"limit": "many"}, (422, "/limit")),
        ({"wait": ""}, (422, "/wait")),
        ({"wait": "0"}, (422, "/wait")),
        ({"wait": "-1"}, (422, "/wait")),
        ({"wait": "forever"}, (422, "/wait")),
        ({"wait": False}, (422, "/wait")),
        ({"timeout": "soon"}, (422, "/timeout")),
        ({"timeout": "601"}, (422, "/timeout")),
        ({"timeout": "nan"}, (422, "/timeout")),
        ({"nope": "1"}, (422, "/nope")),
    ],
)
def test_what_says_nothing(
    plane: ControlPlane, parameters: dict[str, Any], error: tuple[int, str]
) -> None:
    assert [error] == refused(lambda: plane.deliveries.list(parameters))


# --- waiting -------------------------------------------------------------------------------------


def is_complete(plane: ControlPlane, wait: int | str, **parameters: Any) -> bool:
    """Say whether there is nothing to wait for."""
    return bool(plane.deliveries.list({"wait": wait, **parameters})["complete"])


def test_waiting_for_a_number(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Of those that have been delivered, or have the status asked for; limits do not matter."""
    plane = fresh.plane
    plane.clocks.set({"frozen_at": "now"})
    subscribe(api, receiver)
    receiver.answers.extend((200, 200, 500))
    customers(api, 3)
    awaited(fresh)

    assert [True, True, False] == [is_complete(plane, n) for n in (1, 2, 3)]
    assert [True, False] == [is_complete(plane, n, status="pending") for n in (1, 2)]
    assert is_complete(plane, "2", limit="1")
    assert is_complete(plane, 3, status="pending,delivered")
    assert not is_complete(plane, 1, topic="customers.destroy")


def test_waiting_for_the_end(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """All have their outcome, or nothing more happens by itself."""
    plane = fresh.plane
    assert is_complete(plane, "settled")
    assert is_complete(plane, "idle")
    plane.clocks.set({"frozen_at": "now"})
    webhook = subscribe(api, receiver)
    receiver.otherwise = 500
    customers(api, 2)
    awaited(fresh)
    assert not is_complete(plane, "settled")
    api.update(webhook, _disable=True)
    plane.clocks.advance({"by": 2})
    assert is_complete(plane, "idle")
    receiver.answers.append(lambda _: receiver.over.wait(5) and None)
    api.update(webhook, _enable=True)
    receiver.await_requests(2)
    assert not is_complete(plane, "idle")
    receiver.over.set()
    awaited(fresh)


@pytest.mark.parametrize("word", ["settled", "true", True, "All", "done", "delivered"])
def test_other_words_for_the_end(
    fresh: MockServerApp, api: Api, receiver: Receiver, word: Any
) -> None:
    """What is asked for by guess: every one has its outcome."""
    fresh.plane.clocks.set({"frozen_at": "now"})
    assert is_complete(fresh.plane, word)
    subscribe(api, receiver)
    receiver.otherwise = 500
    customer(api)
    awaited(fresh)

    assert not is_complete(fresh.plane, word)


def test_the_time_is_over(plane: ControlPlane) -> None:
    """What there is, said to be not complete."""
    began = monotonic()
    page = plane.deliveries.wait({"wait": "1", "timeout": "0.05"})

    assert {"deliveries": [], "total": 0, "complete": False} == page
    assert 0.05 <= monotonic() - began < 1


def test_it_comes_while_somebody_waits(
    fresh: MockServerApp, api: Api, acme: Sandbox, receiver: Receiver
) -> None:
    subscribe(api, receiver)
    timer = Timer(0.05, acme.add, ("customers", {"email": "jane@example.com"}))
    timer.start()
    page = fresh.plane.deliveries.wait({"wait": 1})
    timer.join()

    assert (True, ["delivered"]) == (page["complete"], [d["status"] for d in page["deliveries"]])


# --- once more -----------------------------------------------------------------------------------


def test_replay(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """The same bytes, as a delivery of its own, which says what it repeats."""
    webhook = subscribe(api, receiver)
    made = customer(api)
    (first,) = awaited(fresh, 1)
    api.update(made, reference="changed")
    again = fresh.plane.deliveries.replay(first["id"])
    found = awaited(fresh, 2)

    assert (first["id"], "pending", []) == (
        again["replay_of"],
        again["status"],
        again["attempts"],
    )
    assert [again["id"]] == [d["id"] for d in awaited(fresh, 1, replay_of=first["id"])]
    assert receiver.got[0].body == receiver.got[1].body
    assert receiver.got[0].headers == receiver.got[1].headers
    assert [("delivered", 1)] * 2 == statuses(found)
    assert 2 == len(api.get(f"{path_of(webhook)}/last_event_callbacks").json["data"])


@pytest.mark.parametrize("state", ["pending", "disabled", "open", "deleted"])
def test_replay_whatever_the_state(
    fresh: MockServerApp, api: Api, acme: Sandbox, receiver: Receiver, state: str
) -> None:
    """Of the delivery, and of the webhook; the delivery itself stays as it is."""
    plane = fresh.plane
    plane.clocks.set({"frozen_at": "now"})
    webhook = subscribe(api, receiver)
    if state != "deleted":
        receiver.answers.append(500)
    customer(api)
    (first,) = awaited(fresh)
    if state == "disabled":
        api.update(webhook, _disable=True)
    elif state == "open":
        record = acme.get("webhooks", webhook["id"]) or {}
        acme.partition.put("webhooks", {**record, "circuit_state": "open"})
    elif state == "deleted":
        api.delete(path_of(webhook))
    again = plane.deliveries.replay(first["id"])
    awaited(fresh, 1, replay_of=first["id"])

    assert first == plane.deliveries.retrieve(first["id"])
    assert 2 == len(receiver.got)
    assert receiver.got[0].body == receiver.got[1].body
    assert "delivered" == plane.deliveries.retrieve(again["id"], "acme")["status"]


def test_a_replay_counts_for_nothing(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """It is ours, not the service's: no retries, and the circuit stands as it stood."""
    webhook = subscribe(api, receiver)
    customer(api)
    (first,) = awaited(fresh, 1)
    receiver.otherwise = 500
    again = fresh.plane.deliveries.replay(first["id"])
    awaited(fresh, "settled")

    assert ("failed", 1) == statuses([fresh.plane.deliveries.retrieve(again["id"])])[0]
    shown = api.get(path_of(webhook)).json["data"]["attributes"]
    assert ("closed", 0) == (shown["circuit_state"], shown["circuit_failure_count"])


def test_a_replay_goes_first(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Before what waits for its next attempt."""
    fresh.plane.clocks.set({"frozen_at": "now"})
    subscribe(api, receiver)
    receiver.answers.extend((200, 500))
    made = customers(api, 3)
    found = awaited(fresh)
    fresh.plane.deliveries.replay(found[0]["id"])
    awaited(fresh, 2)
    fresh.plane.clocks.advance({"by": 2})
    awaited(fresh, 4)

    assert [made[0], made[1], made[0], made[1], made[2]] == receiver.ids


def test_what_cannot_be_repeated(plane: ControlPlane) -> None:
    """What is not there, and what nobody knows how to sign."""
    data = {"type": "deliveries", "id": "orphan", "attributes": DELIVERY}
    plane.organizations.records("acme", {"data": data})

    assert [(404, "")] == refused(lambda: plane.deliveries.replay("nope"))
    assert [(404, "")] == refused(lambda: plane.deliveries.retrieve("orphan", "other"))
    assert [(409, "")] == refused(lambda: plane.deliveries.replay("orphan"))
    assert "pending" == plane.deliveries.retrieve("orphan")["status"]


# --- forgetting, and bringing --------------------------------------------------------------------


def test_forgetting(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """All, or those of one organization; what is pending is not sent."""
    plane = fresh.plane
    plane.clocks.set({"frozen_at": "now"})
    other = client_of(fresh, plane.organizations.create({"slug": "other"}))
    receiver.otherwise = 500
    for each in (api, other):
        subscribe(each, receiver)
        customer(each)
    awaited(fresh)
    plane.deliveries.clear("acme")
    plane.clocks.advance({"by": 2})
    found = awaited(fresh)

    assert [("other", 2)] == [(d["organization"], len(d["attempts"])) for d in found]
    assert 3 == len(receiver.got)
    plane.deliveries.clear()
    assert [] == plane.deliveries.list({})["deliveries"]
    assert [(404, "")] == refused(lambda: plane.deliveries.clear("nope"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "done"),
        ("status", None),
        ("attempts", None),
        ("attempts", ["x"]),
        ("body", "nothing"),
        ("body", "[]"),
        ("body", '{"a":' * 200 + "1" + "}" * 200),
        ("due_at", -1),
        ("due_at", 1e12),
        ("topic", None),
    ],
)
def test_what_is_no_delivery(plane: ControlPlane, name: str, value: Any) -> None:
    """Who brings one brings one that can be shown and sent."""
    data = {"type": "deliveries", "attributes": {**DELIVERY, name: value}}

    # One that is null is missing.
    pointer = "/data/attributes" if value is None else f"/data/attributes/{name}"
    assert [(422, pointer)] == refused(lambda: plane.organizations.records("acme", {"data": data}))


def test_an_event_of_nothing(fresh: MockServerApp, api: Api) -> None:
    """One that was brought, about a type there is not, tells nobody."""
    attributes = {"topic": "cats.meow", "callback_url": "http://localhost/"}
    event = {"name": "cats.meow"}
    data = [
        {"type": "webhooks", "id": "w", "attributes": attributes},
        {"type": "events", "id": "e", "attributes": event},
    ]
    fresh.plane.organizations.records("acme", {"data": data})
    api.update({"type": "events", "id": "e"}, _trigger=True)

    assert [] == fresh.plane.deliveries.list({})["deliveries"]


@pytest.mark.parametrize("storage", ["tinydb"])
def test_it_is_kept_with_the_records(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """In a durable storage as well."""
    subscribe(api, receiver)
    customer(api)

    assert [("delivered", 1)] == statuses(awaited(fresh, 1))


def test_metrics(fresh: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Attempts by outcome."""
    fresh.plane.clocks.set({"frozen_at": "now"})
    subscribe(api, receiver)
    api.create("webhooks", topic="customers.create", callback_url="http://203.0.113.7/")
    receiver.answers.extend((200, 500))
    customers(api, 2)
    awaited(fresh)
    lines = fresh.plane.settings.metrics().splitlines()

    assert [
        'mockserver_webhook_attempts_total{outcome="delivered"} 1',
        'mockserver_webhook_attempts_total{outcome="failed"} 1',
        'mockserver_webhook_attempts_total{outcome="refused"} 2',
    ] == [line for line in lines if line.startswith("mockserver_webhook")]
