"""Webhooks, event callbacks and events as resources (neighbours.md §18 to §20)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.topics import is_includable, topics
from tests.bearers import TokenBearers
from tests.client import Api, document, ids, path_of, values
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, stored

PATH = "/api/webhooks"
SECRET = re.compile(r"[0-9a-f]{32}")
URL = "http://localhost:9/hook"
INCLUSION = "is not included in the list"


def webhook(api: Api, **attributes: Any) -> Any:
    """Create a webhook."""
    return api.create("webhooks", **{"topic": "orders.place", "callback_url": URL, **attributes})


def attempt(api: Api, **attributes: Any) -> Any:
    """Try to create one."""
    return api.post(PATH, document("webhooks", **attributes))


def test_a_webhook(api: Api) -> None:
    """As recorded: enabled, closed, with a secret."""
    made = webhook(api, include_resources=["customer"])
    attributes = made["attributes"]
    secret = attributes.pop("shared_secret")
    for name in ("created_at", "updated_at"):
        attributes.pop(name)

    assert SECRET.fullmatch(secret)
    assert {
        "name": f"Webhook {made['id']}",
        "topic": "orders.place",
        "callback_url": URL,
        "include_resources": ["customer"],
        "disabled_at": None,
        "circuit_state": "closed",
        "circuit_failure_count": 0,
        "reference": None,
        "reference_origin": None,
        "metadata": {},
    } == attributes
    assert [] == api.get(f"{path_of(made)}/last_event_callbacks").json["data"]


def test_a_name(api: Api) -> None:
    """One of one's own stays, whatever else is changed."""
    made = webhook(api, name="shop-orders")

    assert "shop-orders" == made["attributes"]["name"]
    assert "shop-orders" == api.update(made, topic="orders.cancel")["attributes"]["name"]
    assert [made["id"]] == ids(api.get(PATH, {"filter[q][name_start]": "shop"}))


def test_what_is_required(api: Api) -> None:
    assert got(attempt(api)) == refused_with(
        [
            violation("attributes/topic", "can't be blank", "blank"),
            violation("attributes/callback_url", "can't be blank", "blank"),
        ]
    )


@pytest.mark.parametrize(
    "topic",
    [
        "customers",
        "customers.",
        "customers.update",
        "customer.create",
        "tags.create",
        ".create",
        "*",
    ],
)
def test_unknown_topics(api: Api, topic: str) -> None:
    """Those of the table of the contract are known, no others (customers.md §16)."""
    answer = attempt(api, topic=topic, callback_url=URL)

    assert got(answer) == refused_with(
        [violation("attributes/topic", INCLUSION, "inclusion", value=topic)]
    )


def test_topics() -> None:
    """Of the types that tell of anything."""
    assert {
        "customers.create",
        "customers.acquired",
        "customers.tagged",
        "customers.anonymization_completed",
        "orders.place",
        "addresses.tagged",
    } <= topics()
    assert "customer_groups.create" not in topics()
    # Of types that are not served as well: who subscribes may.
    assert {"coupons.tagged", "bundles.tagged"} <= topics()


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "ftp://localhost/",
        "http://",
        "http:///hook",
        "https://local host/",
        "http://localhost:port/",
        "http://localhost:99999/",
        "http://[::1/",
        "javascript:alert(1)",
        "/hook",
        "http://localhost/\n",
    ],
)
def test_what_is_no_url(api: Api, url: str) -> None:
    answer = attempt(api, topic="orders.place", callback_url=url)

    assert got(answer) == refused_with(
        [violation("attributes/callback_url", "is invalid", "invalid", value=url)]
    )


@pytest.mark.parametrize(
    "url", ["https://example.com", "HTTP://[::1]:8080/a?b=c#d", "http://u:p@10.0.0.1/%20"]
)
def test_urls(api: Api, url: str) -> None:
    assert url == webhook(api, callback_url=url)["attributes"]["callback_url"]


PATHS = {
    "customer": True,
    "customer.customer_group": True,
    "shipping_address": True,
    "market.price_list.anything": False,
    "customer.orders.customer.orders.customer.orders": True,
    "customer.orders.customer.orders.customer.orders.customer": False,
    "status": False,
    "nothing": False,
    "customer.nothing": False,
    "customer.": False,
    "event_stores": False,
    "customer.event_stores": False,
}


@pytest.mark.parametrize(("path", "good"), PATHS.items())
def test_include_paths(api: Api, path: str, good: bool) -> None:  # noqa: FBT001 - a row
    """Those that a GET of the topic's type can include."""
    assert good == is_includable("orders", path)
    answer = attempt(
        api, topic="orders.place", callback_url=URL, include_resources=["market", path]
    )
    if good:
        assert 201 == answer.status_code
        return
    assert got(answer) == refused_with(
        [violation("attributes/include_resources", "is invalid", "invalid", value=["market", path])]
    )


@pytest.mark.parametrize("paths", [[1], [["customer"]], [[""]], [{"a": 1}]])
def test_what_is_no_path(api: Api, paths: list[Any]) -> None:
    answer = attempt(api, topic="orders.place", callback_url=URL, include_resources=paths)

    assert (422, "/data/attributes/include_resources") == (
        answer.status_code,
        answer.json["errors"][0]["source"]["pointer"],
    )


def test_blank_paths_fall_away(api: Api) -> None:
    """On create and on update, as a form sends them; metadata keeps its own."""
    made = webhook(api, include_resources=[""], metadata={"a": [""]})
    changed = api.update(
        made, include_resources=["", "market", None, " "], metadata={"a": ["", "b"]}
    )
    again = api.update(made, include_resources=["\t"])

    named = ("include_resources", "metadata")
    assert [[each["attributes"][name] for name in named] for each in (made, changed, again)] == [
        [[], {"a": [""]}],
        [["market"], {"a": ["", "b"]}],
        [[], {"a": ["", "b"]}],
    ]


def test_paths_are_those_of_the_topic(api: Api) -> None:
    """Who changes the topic has to see to them; what else is changed does not matter."""
    made = webhook(api, include_resources=["market"])
    answer = api.patch(path_of(made), document("webhooks", made["id"], topic="customers.create"))

    assert got(answer) == refused_with(
        [violation("attributes/include_resources", "is invalid", "invalid", value=["market"])]
    )
    assert 200 == api.patch(path_of(made), document("webhooks", made["id"])).status_code
    both = api.update(made, topic="customers.create", include_resources=["orders.market"])
    assert ["orders.market"] == both["attributes"]["include_resources"]


def test_switching_off_and_on(api: Api, clock: Clock) -> None:
    """The first moment counts; one can be created so."""
    clock.freeze()
    made = webhook(api, _disable=True)
    assert clock.timestamp() == made["attributes"]["disabled_at"]
    assert None is api.update(made, _enable=True)["attributes"]["disabled_at"]
    assert clock.timestamp() == api.update(made, _disable=True)["attributes"]["disabled_at"]


def test_the_circuit(api: Api, sandbox: Sandbox) -> None:
    """Nobody sets it, but anybody resets it; an open one can be asked for."""
    made = webhook(api)
    alter(sandbox, made, circuit_state="open", circuit_failure_count=30)
    assert [made["id"]] == ids(api.get(PATH, {"filter[q][circuit_state_eq]": "open"}))
    same = api.update(made, _reset_circuit=False)["attributes"]
    reset = api.update(made, _reset_circuit=True)["attributes"]

    assert ("open", 30) == (same["circuit_state"], same["circuit_failure_count"])
    assert ("closed", 0) == (reset["circuit_state"], reset["circuit_failure_count"])
    for name in ("circuit_state", "circuit_failure_count", "shared_secret", "disabled_at"):
        answer = api.patch(path_of(made), document("webhooks", made["id"], **{name: "x"}))
        assert 400 == answer.status_code


def test_another_secret(api: Api) -> None:
    made = webhook(api)["attributes"]["shared_secret"]
    again = webhook(api)
    other = api.update(again, _regenerate_shared_secret=True)["attributes"]["shared_secret"]

    assert 3 == len({made, again["attributes"]["shared_secret"], other})
    assert SECRET.fullmatch(other)


def test_callbacks_are_read_only(api: Api, sandbox: Sandbox) -> None:
    """They can be listed by webhook, and outlive it."""
    made = webhook(api)
    told = {"callback_url": URL, "payload": {"data": None}, "response_code": "200"}
    shown = {"response_message": "OK", "webhook": made["id"], "event": None, "metadata": {}}
    found = [sandbox.insert("event_callbacks", {**told, **shown}) for _ in range(12)]
    path = f"/api/event_callbacks/{found[0]['id']}"

    assert 405 == api.post("/api/event_callbacks", document("event_callbacks")).status_code
    assert 405 == api.delete(path).status_code
    assert 405 == api.patch(path, document("event_callbacks", found[0]["id"])).status_code
    last = api.get(f"{path_of(made)}/last_event_callbacks", {"page[size]": "25"})
    assert [callback["id"] for callback in found[-10:]] == ids(last)
    assert [["200"] * 10] == [values(last, "response_code")]
    included = api.get(path, {"include": "webhook"}).json["included"]
    assert [made["id"]] == [object_["id"] for object_ in included]
    assert 204 == api.delete(path_of(made)).status_code
    assert 200 == api.get(path).status_code
    assert None is api.get(f"{path}/webhook").json["data"]
    by_webhook = {"filter[q][webhook_id_eq]": made["id"], "page[size]": "25"}
    assert 12 == len(ids(api.get("/api/event_callbacks", by_webhook)))


def test_an_event_knows_its_webhooks(api: Api) -> None:
    """Those of its topic, disabled ones included."""
    first = webhook(api, topic="customers.create", _disable=True)
    webhook(api, topic="customers.destroy")
    second = webhook(api, topic="customers.create", callback_url="http://203.0.113.1/")
    api.update(second, _disable=True)
    made = api.create("customers", email="jane@example.com")
    event = api.get(f"{path_of(made)}/events").json["data"][0]

    assert [first["id"], second["id"]] == ids(api.get(f"{path_of(event)}/webhooks"))
    assert [] == ids(api.get(f"{path_of(event)}/last_event_callbacks"))


@pytest.mark.parametrize("options", [{"auth": True}])
@pytest.mark.parametrize("path", [PATH, "/api/event_callbacks", "/api/events"])
def test_none_for_sales_channels(token_bearers: TokenBearers, path: str) -> None:
    """Neither for guests nor for customers (authentication.md §13)."""
    integration = token_bearers.integration()
    integration.create("customers", email="jane@example.com", password="secret123")
    for api in (token_bearers.guest(), token_bearers.customer("jane@example.com", "secret123")):
        assert got(api.get(path)) == refused("UNAUTHORIZED")
    assert 200 == integration.get(path).status_code


def test_the_history_of_a_webhook(api: Api, sandbox: Sandbox) -> None:
    """What users change is recorded."""
    made = webhook(api)
    api.update(made, reference="x")
    changes = api.get(f"{path_of(made)}/event_stores").json["data"]

    assert ["create", "update"] == [change["attributes"]["event"] for change in changes]
    assert {"from": None, "to": "x"} == changes[1]["attributes"]["payload"]["reference"]
    assert stored(sandbox, made)["topic"] == "orders.place"
