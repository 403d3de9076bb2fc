"""Deliveries: signed, in order, tried again by the sandbox's clock, never lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.access import MODES
from mockserver.app import MockServerApp, create_app
from mockserver.clock import monotonic
from mockserver.engine.sandbox import Sandbox
from mockserver.settings import Settings
from mockserver.webhooks.bookkeeping import OPENED, RETRIES
from mockserver.webhooks.dispatcher import POOL
from mockserver.webhooks.transport import Transport
from tests.client import Api, path_of, values
from tests.webhooks.receiver import (
    Receiver,
    awaited,
    customer,
    customers,
    state,
    statuses,
    subscribe,
)

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def frozen(app: MockServerApp) -> MockServerApp:
    """Return the application with time at a stand."""
    app.plane.clocks.set({"frozen_at": NOON.isoformat()})
    return app


def later(app: MockServerApp, seconds: float) -> None:
    """Move time."""
    app.plane.clocks.advance({"by": seconds})


def own(app: MockServerApp) -> Sandbox:
    """Return the test mode of the organization."""
    return next(iter(app.organizations)).sandbox("test")


def wait_for_over(receiver: Receiver) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer that never comes."""

    def answer(_: BaseHTTPRequestHandler) -> None:
        receiver.over.wait(10)

    return answer


def fail_after(work: Callable[[], AbstractContextManager[object]], sandbox: Sandbox) -> None:
    """Create a customer in some work that fails thereafter."""

    def failing() -> None:
        with work():
            sandbox.add("customers", {"email": "jane@example.com"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()


# --- one delivery --------------------------------------------------------------------------------


def test_a_delivery(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Signed over the bytes that are sent, with the topic and the media type (customers.md §16)."""
    webhook = subscribe(api, receiver)
    made = customer(api)
    (delivery,) = awaited(app, 1)
    (received,) = receiver.got
    secret = webhook["attributes"]["shared_secret"].encode()
    signed = base64.b64encode(hmac.new(secret, received.body, hashlib.sha256).digest()).decode()

    assert (made["id"], "/hook") == (received.id, received.path)
    assert (signed, "customers.create", "application/json") == (
        received.headers["X-CommerceLayer-Signature"],
        received.headers["X-CommerceLayer-Topic"],
        received.headers["Content-Type"],
    )
    assert (signed, received.document) == (delivery["signature"], delivery["body"])


@pytest.mark.parametrize("options", [{"webhook_content_type": "application/vnd.api+json"}])
def test_the_content_type_of_a_server(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """It is what the server was told, at its start or at run time; the body stays the same."""
    subscribe(api, receiver)
    customer(api)
    awaited(app, 1)
    app.plane.settings.change({"webhook_content_type": "application/json"})
    app.plane.deliveries.replay(awaited(app, 1)[0]["id"])
    awaited(app, 2)

    carried = [received.headers["Content-Type"] for received in receiver.got]
    assert carried == ["application/vnd.api+json", "application/json"]
    assert receiver.got[0].body == receiver.got[1].body


def test_the_content_type_of_an_organization(app: MockServerApp, receiver: Receiver) -> None:
    """One may have it otherwise than the server, also after a reset."""
    wanted = {"webhook_content_type": "application/vnd.api+json"}
    made = app.plane.organizations.create({"slug": "shop", "settings": {**wanted, "name": "Shop"}})
    app.plane.organizations.reset("shop")
    topic, url = "customers.create", f"{receiver.url}/hook"
    for slug in ("shop", "acme"):
        sandbox = app.organizations.get(slug).sandbox("test")  # type: ignore[union-attr]
        sandbox.add("webhooks", {"topic": topic, "callback_url": url})
        sandbox.add("customers", {"email": f"{slug}@example.com"})
        awaited(app, 1, organization=slug)

    assert made["settings"] == {"name": "Shop", **wanted}
    carried = [received.headers["Content-Type"] for received in receiver.got]
    assert carried == ["application/vnd.api+json", "application/json"]


def test_its_callback(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Each attempt leaves a record of what was sent and what came back."""
    webhook = subscribe(api, receiver)
    made = customer(api)
    (delivery,) = awaited(app, 1)
    event = api.get(f"{path_of(made)}/events").json["data"][0]
    listed = api.get("/api/event_callbacks", {"filter[q][webhook_id_eq]": webhook["id"]})
    (callback,) = listed.json["data"]
    shown = {name: callback["attributes"][name] for name in ("response_code", "response_message")}
    stored = own(app).get("event_callbacks", callback["id"])

    assert {"response_code": "200", "response_message": "OK"} == shown
    assert delivery["body"] == callback["attributes"]["payload"]
    assert receiver.url == callback["attributes"]["callback_url"]
    assert "signature" not in callback["attributes"]
    assert stored
    assert delivery["signature"] == stored["signature"]
    for path in (path_of(webhook), path_of(event)):
        last = api.get(f"{path}/last_event_callbacks").json["data"]
        assert [callback["id"]] == [object_["id"] for object_ in last]
    assert webhook["id"] == api.get(f"{path_of(callback)}/webhook").json["data"]["id"]
    assert [webhook["id"]] == [w["id"] for w in api.get(f"{path_of(event)}/webhooks").json["data"]]


def test_nothing_else_moves(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """A failure counts on the webhook; it is no update, no event and no history."""
    webhook = subscribe(api, receiver)
    receiver.otherwise = 500
    customer(api)
    later(frozen, 1)
    awaited(frozen)
    before, after = webhook["attributes"], api.get(path_of(webhook)).json["data"]["attributes"]
    kinds = [e["name"] for e in own(frozen).partition.select("events")[0]]

    assert {**before, "circuit_failure_count": 1} == after
    assert ["customers.create"] == kinds
    assert 1 == len(api.get(f"{path_of(webhook)}/event_stores").json["data"])


def test_the_request_does_not_wait(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """However slow the receiver is."""
    receiver.otherwise = wait_for_over(receiver)
    subscribe(api, receiver)
    began = monotonic()
    made = customer(api)
    receiver.await_requests(1)
    assert api.get(path_of(made)).status_code == 200
    took = monotonic() - began
    app.close()

    assert took < 1
    assert monotonic() - began < 3


def test_a_refused_request_tells_nobody(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """What has not happened is not told: all or nothing."""
    subscribe(api, receiver)
    sandbox = own(app)
    fail_after(sandbox.transaction, sandbox)

    assert [] == awaited(app, "settled")
    customer(api)
    assert 1 == len(awaited(app, 1))
    assert 1 == len(receiver.got)


def test_only_the_topic(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Several webhooks of a topic each get it; others do not."""
    first, second = subscribe(api, receiver), subscribe(api, receiver)
    subscribe(api, receiver, "customers.destroy")
    customer(api)
    found = awaited(app, "settled")

    assert {first["id"], second["id"]} == {delivery["webhook"] for delivery in found}
    assert 2 == len(receiver.got)


def test_what_is_used_is_what_the_webhook_says_now(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """A retry goes to the present URL and is signed with the present secret."""
    webhook = subscribe(api, receiver)
    receiver.answers.append(500)
    customer(api)
    awaited(frozen)
    updated = api.update(
        webhook, callback_url=f"{receiver.url}/new", _regenerate_shared_secret=True
    )
    later(frozen, 2)
    (delivery,) = awaited(frozen, 1)
    secret = updated["attributes"]["shared_secret"].encode()
    signed = base64.b64encode(hmac.digest(secret, receiver.got[1].body, "sha256")).decode()

    assert "/hook/new" == receiver.got[1].path
    assert signed == receiver.got[1].headers["X-CommerceLayer-Signature"] == delivery["signature"]
    assert receiver.got[0].body == receiver.got[1].body


# --- again ---------------------------------------------------------------------------------------


def test_retries(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Ten of them, the n-th 2^n seconds after the failure before; then it has failed."""
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    awaited(frozen)
    for retry in range(1, RETRIES + 1):
        later(frozen, 2**retry - 0.001)
        assert [("pending", retry)] == statuses(awaited(frozen))
        later(frozen, 0.001)
        tried = statuses(awaited(frozen))
        assert [("failed" if retry == RETRIES else "pending", retry + 1)] == tried
    later(frozen, 10_000)
    awaited(frozen)

    assert RETRIES + 1 == len(receiver.got)
    assert 1 == len({received.body for received in receiver.got})
    codes = values(api.get("/api/event_callbacks", {"page[size]": "25"}), "response_code")
    assert ["503"] * (RETRIES + 1) == codes


def test_in_an_hour_that_is_skipped(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Happens what happens in an hour."""
    subscribe(api, receiver)
    receiver.otherwise = 503
    customer(api)
    awaited(frozen)
    later(frozen, 3600)

    assert [("failed", RETRIES + 1)] == statuses(awaited(frozen))


def test_a_clock_that_runs(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """The dispatcher wakes by itself; here the clock is moved, and then runs on."""
    subscribe(api, receiver)
    receiver.answers.append(500)
    customer(api)
    awaited(app)
    later(app, 1.9)
    assert [("pending", 1)] == statuses(awaited(app))
    began = monotonic()

    assert [("delivered", 2)] == statuses(awaited(app, 1))
    assert monotonic() - began < 2


def test_a_success_starts_anew(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """The count is of consecutive failures."""
    webhook = subscribe(api, receiver)
    receiver.answers.extend((500, 500))
    customer(api)
    awaited(frozen)
    later(frozen, 2)
    awaited(frozen)
    assert ("closed", 2) == state(api, webhook)
    later(frozen, 4)

    assert [("delivered", 3)] == statuses(awaited(frozen, 1))
    assert ("closed", 0) == state(api, webhook)


def test_too_slow(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """A receiver that takes too long has failed, and gets it again."""
    app.dispatcher.transport = Transport(limit=0.1)
    app.plane.clocks.set({"frozen_at": "now"})
    subscribe(api, receiver)
    receiver.answers.append(wait_for_over(receiver))
    customer(api)
    (delivery,) = awaited(app)
    assert [(None, "No complete answer within 0.1 seconds")] == [
        (attempt["response_code"], attempt["response_message"]) for attempt in delivery["attempts"]
    ]
    later(app, 2)

    assert [("delivered", 2)] == statuses(awaited(app, 1))


def test_a_refused_destination(
    app: MockServerApp, api: Api, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """It says why, everywhere; it is not tried again and does not count."""
    webhook = api.create(
        "webhooks", topic="customers.create", callback_url="http://203.0.113.7/hook"
    )
    with caplog.at_level(logging.WARNING):
        customer(api)
        (delivery,) = awaited(app, "settled")
    (callback,) = api.get("/api/event_callbacks").json["data"]
    said = "203.0.113.7 is no loopback or private address; see --webhooks-anywhere"

    assert ("refused", said) == (
        delivery["status"],
        delivery["attempts"][0]["response_message"],
    )
    assert (None, said) == (
        callback["attributes"]["response_code"],
        callback["attributes"]["response_message"],
    )
    assert [said in record.getMessage() for record in caplog.records] == [True]
    assert ("closed", 0) == state(api, webhook)
    assert [] == receiver.got


def test_credentials_in_the_url(
    app: MockServerApp, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """They are the owner's, who reads them in the API; lists of deliveries and the log do not."""
    url = "http://user:hunter2@203.0.113.7/hook"
    webhook = api.create("webhooks", topic="customers.create", callback_url=url)
    with caplog.at_level(logging.INFO):
        customer(api)
        (delivery,) = awaited(app, "settled")

    assert "http://***@203.0.113.7/hook" == delivery["callback_url"]
    assert "hunter2" not in f"{delivery} {app.plane.deliveries.retrieve(delivery['id'])}"
    assert ["to http://***@203.0.113.7/hook:"] == [
        " ".join(record.getMessage().split()[1:3]) for record in caplog.records
    ]
    assert url == api.get(path_of(webhook)).json["data"]["attributes"]["callback_url"]
    (callback,) = api.get("/api/event_callbacks").json["data"]
    assert url == callback["attributes"]["callback_url"]


# --- in order, and apart -------------------------------------------------------------------------


def test_in_order(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """As they have happened, one after the other."""
    subscribe(api, receiver)
    made = customers(api, 30)
    awaited(app, 30)

    assert made == receiver.ids


def test_what_fails_is_tried_again_before_the_next(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    subscribe(api, receiver)
    receiver.answers.extend((500, 500))
    first, second = customers(api, 2)
    assert [("pending", 1), ("pending", 0)] == statuses(awaited(frozen))
    later(frozen, 2)
    assert [("pending", 2), ("pending", 0)] == statuses(awaited(frozen))
    later(frozen, 4)
    awaited(frozen, 2)

    assert [first, first, first, second] == receiver.ids


def test_after_a_delivery_that_has_failed_comes_the_next(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    subscribe(api, receiver)
    receiver.answers.extend([500] * (RETRIES + 1))
    first, second = customers(api, 2)
    awaited(frozen)
    later(frozen, 3600)

    assert [("failed", RETRIES + 1), ("delivered", 1)] == statuses(awaited(frozen, "settled"))
    assert [*[first] * (RETRIES + 1), second] == receiver.ids


def test_webhooks_do_not_wait_for_each_other(
    app: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """Neither for one that is slow, nor for one that fails."""
    with Receiver() as slow, Receiver() as failing:
        slow.otherwise, failing.otherwise = wait_for_over(slow), 500
        for each in (slow, failing, receiver):
            subscribe(api, each)
        made = customers(api, 5)
        receiver.await_requests(5)
        awaited(app, 5)

        assert made == receiver.ids
        assert (made[:1], made[:1]) == (slow.ids, failing.ids)
        app.close()


def test_no_more_at_a_time_than_the_pool(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """And those that come later get their turn, whatever waits behind the first ones."""
    with Receiver() as slow:
        slow.otherwise = wait_for_over(slow)
        for _ in range(POOL):
            subscribe(api, slow)
        subscribe(api, receiver, "customers.destroy")
        made = customer(api)
        slow.await_requests(POOL)
        assert api.delete(path_of(made)).status_code == 204
        assert POOL == len(app.dispatcher._under_way)
        assert [] == receiver.got
        slow.over.set()
        receiver.await_requests(1)
        awaited(app, 1, topic="customers.destroy")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(st.sampled_from([200, 200, 500, 302]), max_size=20), count=st.integers(1, 6)
)
def test_order_is_kept_under_failures(
    data_directory: object, answers: list[int], count: int
) -> None:
    """Whatever a receiver answers, and whenever time moves: no gap, no turn, nothing twice.

    What was received, without repetitions of what had failed, is what has happened.
    """
    told = Settings(seeded=False, auth=False, data_directory=data_directory)  # type: ignore[arg-type]
    app = create_app(told)
    app.plane.clocks.set({"frozen_at": "now"})
    with Receiver() as receiver:
        answered = [*answers]
        receiver.answers.extend(answers)
        api = Api(app)
        subscribe(api, receiver)
        made = customers(api, count)
        while any(status == "pending" for status, _ in statuses(awaited(app))):
            later(app, 1024)
        app.close()
        answered += [200] * len(receiver.got)
        accepted = [
            id_ for id_, answer in zip(receiver.ids, answered, strict=False) if answer == 200
        ]

        assert made == accepted
        assert sorted(receiver.ids, key=made.index) == receiver.ids


# --- the circuit ---------------------------------------------------------------------------------


def fail_until_open(app: MockServerApp, api: Api, receiver: Receiver) -> list[str]:
    """Open the circuit: with three deliveries, of which the last one waits in the middle."""
    receiver.answers.extend([500] * OPENED)
    made = customers(api, 4)
    awaited(app)
    for _ in range(3):
        later(app, 3600)
        awaited(app)
    return made


def test_the_circuit_opens(
    frozen: MockServerApp, api: Api, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """After thirty consecutive failures, retries included; the owner was warned before."""
    webhook = subscribe(api, receiver)
    with caplog.at_level(logging.WARNING):
        fail_until_open(frozen, api, receiver)
    later(frozen, 3600)
    found = awaited(frozen)

    assert ("open", OPENED) == state(api, webhook)
    assert [("failed", 11), ("failed", 11), ("pending", 8), ("pending", 0)] == statuses(found)
    assert OPENED == len(receiver.got)
    assert [
        f"{webhook['attributes']['name']} has failed 5 times in a row.",
        f"{webhook['attributes']['name']} has failed 30 times: its circuit is open.",
    ] == [record.getMessage() for record in caplog.records]


def test_after_a_reset_nothing_is_missing(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """What was pending and what has happened meanwhile goes out, at once and in order."""
    webhook = subscribe(api, receiver)
    made = fail_until_open(frozen, api, receiver)
    made.append(customer(api)["id"])
    assert ("pending", 0) == statuses(awaited(frozen))[-1]
    reset = api.update(webhook, _reset_circuit=True)
    awaited(frozen, 3)

    assert ("closed", 0) == (
        reset["attributes"]["circuit_state"],
        reset["attributes"]["circuit_failure_count"],
    )
    assert made[2:] == receiver.ids[OPENED:]


# --- disabled, deleted, forgotten ----------------------------------------------------------------


def test_a_disabled_webhook_is_not_told(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Of nothing that happens meanwhile."""
    webhook = subscribe(api, receiver, _disable=True)
    customer(api)
    assert [] == awaited(app, "settled")
    api.update(webhook, _enable=True)
    later_one = customer(api, "later@example.com")
    awaited(app, 1)

    assert [later_one["id"]] == receiver.ids


def test_what_was_pending_waits_for_a_disabled_webhook(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    webhook = subscribe(api, receiver)
    receiver.answers.append(500)
    customer(api)
    awaited(frozen)
    api.update(webhook, _disable=True)
    later(frozen, 3600)
    assert [("pending", 1)] == statuses(awaited(frozen))
    api.update(webhook, _enable=True)

    assert [("delivered", 2)] == statuses(awaited(frozen, 1))


def test_a_deleted_webhook(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """What it has not got yet is dropped; the callbacks stay (neighbours.md §43)."""
    webhook = subscribe(api, receiver)
    receiver.answers.append(200)
    receiver.otherwise = 500
    customers(api, 3)
    awaited(frozen)
    assert api.delete(path_of(webhook)).status_code == 204
    later(frozen, 3600)
    found = awaited(frozen)
    (first, *_) = api.get("/api/event_callbacks").json["data"]

    assert [("delivered", 1)] == statuses(found)
    assert 2 == len(receiver.got)
    assert 2 == api.get("/api/event_callbacks").json["meta"]["record_count"]
    assert None is api.get(f"{path_of(first)}/webhook").json["data"]


def test_deleted_while_it_is_called(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """What came of it is of no interest any more."""
    webhook = subscribe(api, receiver)
    receiver.answers.append(
        lambda handler: receiver.over.wait(5) and handler.send_response(200) and None
    )
    customer(api)
    receiver.await_requests(1)
    assert api.delete(path_of(webhook)).status_code == 204
    receiver.over.set()

    assert [] == awaited(app, "settled")
    assert 0 == own(app).partition.count("event_callbacks")


@pytest.mark.parametrize("what", ["reset", "restore", "delete"])
def test_a_world_that_is_no_more(
    app: MockServerApp, api: Api, receiver: Receiver, what: str
) -> None:
    """What was under way says nothing about the world that has taken its place."""
    app.plane.organizations.create({"slug": "other"})
    other = app.organizations.get("other")
    assert other
    sandbox = other.sandbox("test")
    empty = app.plane.organizations.snapshot("other")
    receiver.answers.append(lambda _: receiver.over.wait(5) and None)
    sandbox.add("webhooks", {"topic": "customers.create", "callback_url": receiver.url})
    sandbox.add("customers", {"email": "jane@example.com"})
    receiver.await_requests(1)
    undo: dict[str, Callable[[], object]] = {
        "reset": lambda: app.plane.organizations.reset("other"),
        "restore": lambda: app.plane.organizations.restore("other", empty),
        "delete": lambda: app.plane.organizations.delete("other"),
    }
    undo[what]()
    receiver.over.set()
    subscribe(api, receiver)
    customer(api)

    assert [("delivered", 1)] == statuses(awaited(app, 1))
    assert 0 == sandbox.partition.count("event_callbacks")


# --- muted events --------------------------------------------------------------------------------


def test_muted_events(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Events are recorded, webhooks hear of the changes of an order's status only."""
    for topic in ("customers.create", "orders.create", "orders.place", "orders.cancel"):
        subscribe(api, receiver, topic)
    sandbox = own(app)
    with sandbox.transaction(mutes_events=True):
        made = sandbox.add("customers", {"email": "jane@example.com"})
        with sandbox.transaction(mutes_events=True):
            sandbox.fire("orders", "AbcdEfghIj", "create")
        sandbox.fire("orders", "AbcdEfghIj", "cancel")
    sandbox.fire("customers", made["id"], "create")
    awaited(app, 2)

    assert ["orders.cancel", "customers.create"] == [
        delivery["topic"] for delivery in awaited(app, "settled")
    ]
    assert 4 == sandbox.partition.count("events")


def test_muted_events_of_what_fails(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """It is undone, and nothing is muted any more."""
    subscribe(api, receiver)
    sandbox = own(app)
    fail_after(partial(sandbox.transaction, mutes_events=True), sandbox)
    customer(api)
    awaited(app, 1)

    assert 1 == len(receiver.got)


# --- threads -------------------------------------------------------------------------------------


def test_it_begins_with_the_first_delivery(
    app: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """Who has no webhooks has no thread for them."""
    made = customer(api)
    webhook = subscribe(api, receiver)
    api.update(webhook, reference="x")
    later(app, 1)
    app.plane.organizations.reset("acme")
    assert app.dispatcher._thread is None
    assert api.get(path_of(made)).status_code == 404
    subscribe(api, receiver)
    customer(api)
    awaited(app, 1)

    assert app.dispatcher._thread is not None


def test_one_mode_does_not_wait_for_the_other(app: MockServerApp, receiver: Receiver) -> None:
    """Somebody holds the records of the test mode, and is about to ask for those of the other."""
    test, live = (next(iter(app.organizations)).sandbox(mode) for mode in MODES)
    live.add("webhooks", {"topic": "customers.create", "callback_url": receiver.url})
    work = Thread(target=live.add, args=("customers", {"email": "a@example.com"}), daemon=True)
    with test.transaction():
        work.start()
        work.join(3)
        assert not work.is_alive()


# --- a server that ends and begins ---------------------------------------------------------------


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_restart(told: Settings, receiver: Receiver) -> None:
    """What is pending goes on: what was tried once, what was under way, what has not been tried."""
    first = create_app(told)
    api = Api(first)
    with Receiver() as failing:
        failing.otherwise = 500
        subscribe(api, receiver)
        tried = subscribe(api, failing)
        receiver.answers.append(wait_for_over(receiver))
        made = customers(api, 3)
        receiver.await_requests(1)
        awaited(first, webhook=tried["id"])
        first.close()

        failing.otherwise = 200
        second = create_app(told)
        later(second, 2)
        found = awaited(second, 6)
        second.close()

    assert [made[0], *made] == receiver.ids
    assert [made[0], *made] == failing.ids
    assert [2, 1, 1] == [len(d["attempts"]) for d in found if d["webhook"] == tried["id"]]


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_restart_after_time_was_skipped(told: Settings, receiver: Receiver) -> None:
    """Clocks begin in the present again: retries do not wait for what was the future."""
    first = create_app(told)
    api = Api(first)
    later(first, 24 * 3600)
    receiver.otherwise = 500
    subscribe(api, receiver)
    customer(api)
    awaited(first)
    first.close()

    receiver.otherwise = 200
    second = create_app(told)
    found = awaited(second, 1)
    second.close()

    assert [("delivered", 2)] == statuses(found)


def test_a_clock_that_is_set_back(frozen: MockServerApp, api: Api, receiver: Receiver) -> None:
    """A retry comes at the latest after its own delay."""
    receiver.answers.append(500)
    subscribe(api, receiver)
    customer(api)
    awaited(frozen)
    frozen.plane.clocks.set({"frozen_at": "2020-01-01T00:00:00Z"})

    assert [("delivered", 2)] == statuses(awaited(frozen, 1))


def test_after_the_end_nothing_is_stored(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """What is under way counts as never tried; a second end does nothing."""
    receiver.otherwise = wait_for_over(receiver)
    subscribe(api, receiver)
    customer(api)
    receiver.await_requests(1)
    app.close()
    app.close()
    customer(api, "later@example.com")

    assert [("pending", 0), ("pending", 0)] == statuses(app.plane.deliveries.list({})["deliveries"])
    assert 1 == len(receiver.got)


def test_a_snapshot_holds_what_is_pending(
    frozen: MockServerApp, api: Api, receiver: Receiver
) -> None:
    """Put back, it is delivered."""
    webhook = subscribe(api, receiver)
    receiver.otherwise = 500
    made = customer(api)
    awaited(frozen)
    taken = frozen.plane.organizations.snapshot("acme")
    api.delete(path_of(webhook))
    receiver.otherwise = 200
    frozen.plane.organizations.restore("acme", taken)
    assert taken == frozen.plane.organizations.snapshot("acme")
    later(frozen, 2)

    assert [("delivered", 2)] == statuses(awaited(frozen, 1))
    assert [made["id"]] * 2 == receiver.ids


# --- what should not happen ----------------------------------------------------------------------


def test_a_mistake_of_ours_is_not_repeated_without_end(
    app: MockServerApp,
    api: Api,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged, once; other webhooks get theirs."""
    broken = subscribe(api, receiver)
    subscribe(api, receiver, "customers.destroy")
    attempts: list[str] = []
    send = app.dispatcher.transport.send

    def fail(url: str, body: bytes, headers: object) -> object:
        attempts.append(url)
        if len(attempts) == 1:
            raise ZeroDivisionError
        return send(url, body, headers)  # type: ignore[arg-type]

    monkeypatch.setattr(app.dispatcher.transport, "send", fail)
    made = customer(api)
    while not caplog.records:
        receiver.over.wait(0.01)
    api.delete(path_of(made))
    awaited(app, 1, topic="customers.destroy")

    assert 2 == len(attempts)
    assert [f"A delivery of customers.create to {broken['id']} failed."] == [
        record.getMessage() for record in caplog.records
    ]
