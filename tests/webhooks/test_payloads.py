"""What receivers get: the document a GET would answer, with paths for links."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.access import MODES, Mode
from mockserver.app import MockServerApp
from tests.client import Api, document, path_of, to
from tests.webhooks.receiver import Received, Receiver, awaited, customer, subscribe

PATHS = ('"self":"/api/', '"related":"/api/')


def only(app: MockServerApp, receiver: Receiver) -> Received:
    """Return the one request that has come."""
    awaited(app, "settled")
    (received,) = receiver.got
    return received


def relative(answer: Any) -> Any:
    """Return an answer of the API with paths for links, and of whichever request."""
    answered = json.loads(answer.text.replace("http://localhost", ""))
    for object_ in (answered["data"], *answered.get("included", ())):
        object_["meta"]["trace_id"] = None
    return answered


def untraced(received: Received) -> Any:
    """Return a body without what differs from one request to the next."""
    body = received.document
    for object_ in (body["data"], *body.get("included", ())):
        assert len(object_["meta"]["trace_id"]) == 64
        object_["meta"]["trace_id"] = None
    return body


def test_the_document_of_the_resource(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """The same members in the same order as a GET answers; nothing included."""
    subscribe(api, receiver)
    made = customer(api, metadata={"a": [1]})
    received = only(app, receiver)
    answered = relative(api.get(path_of(made)))

    assert json.dumps(answered) == json.dumps(untraced(received))
    assert b"http" not in received.body
    assert "included" not in received.document


def test_what_is_configured_is_included(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """With linkage, as a GET with the same paths answers."""
    paths = ["customer_group", "customer_addresses.address"]
    subscribe(api, receiver, include_resources=paths)
    group = api.create("customer_groups", name="Gold")
    made = customer(api, links={"customer_group": to(group)})
    answered = relative(api.get(path_of(made), {"include": ",".join(paths)}))

    assert answered == untraced(only(app, receiver))
    assert [group["id"]] == [object_["id"] for object_ in answered["included"]]


def test_tagged_carries_the_tags(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """Whatever is configured (customers.md §16)."""
    subscribe(api, receiver, "customers.tagged", include_resources=["customer_group"])
    api.create("tags", name="vip")
    api.update(customer(api), _add_tags="vip")
    body = only(app, receiver).document

    assert ["vip"] == [object_["attributes"]["name"] for object_ in body["included"]]
    assert 1 == len(body["data"]["relationships"]["tags"]["data"])
    assert body["data"]["relationships"]["customer_group"]["data"] is None


def test_destroy_carries_the_id(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """And nothing else of what is gone."""
    subscribe(api, receiver, "customers.destroy", include_resources=["customer_group"])
    made = customer(api)
    assert api.delete(path_of(made)).status_code == 204

    assert {
        "data": {
            "id": made["id"],
            "type": "customers",
            "links": {"self": path_of(made)},
            "attributes": None,
            "relationships": None,
            "meta": {**made["meta"], "trace_id": None},
        }
    } == untraced(only(app, receiver))


def test_the_record_as_it_was(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """When it was told of, not when it is sent."""
    webhook = subscribe(api, receiver, "customers.metadata_update")
    made = customer(api)
    receiver.answers.append(500)
    api.update(made, metadata={"step": 1})
    api.update(made, metadata={"step": 2})
    app.plane.clocks.advance({"by": 2})
    awaited(app, 2, webhook=webhook["id"])
    steps = [r.document["data"]["attributes"]["metadata"]["step"] for r in receiver.got]

    assert [1, 1, 2] == steps


def test_told_once_more(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """An event that is triggered tells of the record as it is now, and does not change."""
    made = customer(api)
    event = api.get(f"{path_of(made)}/events").json["data"][0]
    subscribe(api, receiver)
    api.update(made, reference="later")
    answer = api.patch(path_of(event), document("events", event["id"], _trigger=True))
    received = only(app, receiver)

    assert (200, event["attributes"]) == (answer.status_code, answer.json["data"]["attributes"])
    assert "later" == received.document["data"]["attributes"]["reference"]


def test_told_once_more_of_what_is_gone(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """There is no record: its id is told."""
    made = customer(api)
    event = api.get(f"{path_of(made)}/events").json["data"][0]
    subscribe(api, receiver)
    api.delete(path_of(made))
    api.update(event, _trigger=True)
    received = only(app, receiver)

    assert (made["id"], None) == (received.id, received.document["data"]["attributes"])


def test_not_true_is_no_trigger(app: MockServerApp, api: Api, receiver: Receiver) -> None:
    """A trigger fires when it is true."""
    made = customer(api)
    subscribe(api, receiver)
    event = api.get(f"{path_of(made)}/events").json["data"][0]
    api.update(event, _trigger=False)

    assert [] == awaited(app, "settled")


@pytest.mark.parametrize("mode", MODES)
def test_modes_are_apart(app: MockServerApp, receiver: Receiver, mode: Mode) -> None:
    """A webhook is told of its own mode; the body says which one that is."""
    organization = next(iter(app.organizations))
    webhook = {"topic": "customers.create", "callback_url": receiver.url}
    organization.sandbox(mode).add("webhooks", webhook)
    for world in map(organization.sandbox, MODES):
        world.add("customers", {"email": f"{world.mode}@example.com"})
    received = only(app, receiver)

    assert mode == received.document["data"]["meta"]["mode"]
    assert f"{mode}@example.com" == received.document["data"]["attributes"]["email"]
