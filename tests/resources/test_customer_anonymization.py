"""Anonymization: who may request and cancel it, and what its jobs do (customers.md §11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare
from tests.bearers import ADMIN, PASSWORD, VIEWER, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import Refused, got, refused, refused_with, violation
from tests.scene import PLACE, address, alter, digest, events, order, return_of, stored

JOHN = "john@example.com"
NOW = datetime(2026, 3, 15, 11, 39, 21, 250_000, UTC)
REQUEST, CANCEL = "_request_anonymization", "_cancel_anonymization"
BOTH = {REQUEST: True, CANCEL: True}
STATES = (None, "requested", "started", "completed", "failed", "cancelled")


@pytest.fixture
def requester(token_bearers: TokenBearers) -> Document:
    """Return the user as ``anonymization_info`` names it."""
    record = token_bearers.record("users", "email", ADMIN)
    return {name: record[name] for name in ("id", "first_name", "last_name", "email")}


@pytest.fixture
def customer(api: Api, clock: Clock) -> Document:
    """Return a customer, at a moment that stands still."""
    clock.freeze(NOW)
    return api.create("customers", email=JOHN, password=PASSWORD)


@pytest.fixture
def user(token_bearers: TokenBearers, customer: Document) -> Api:  # noqa: ARG001 - stops the clock
    """Return an integration that acts for the organization's owner."""
    return token_bearers.user(ADMIN)


def information(status: str, requester: Document, **moments: Any) -> Document:
    """Return the information of a status."""
    requested = {"status": status, "requested_at": "2025-01-01 08:00:00 UTC"}
    return {**requested, "requester": requester, **moments}


def bring_to(sandbox: Sandbox, customer: Document, status: str | None) -> None:
    """Put a customer into a state."""
    steps = {
        "started": {"started_at": "2025-01-02 08:00:00 UTC"},
        "completed": {"started_at": "x", "completed_at": "2025-01-02 09:00:00 UTC"},
        "failed": {"started_at": "x", "failed_at": "2025-01-02 09:00:00 UTC"},
        "cancelled": {"cancelled_at": "y", "cancellation_requester": {"id": "somebody"}},
    }
    info = information(status, {"id": "somebody"}, **steps.get(status, {})) if status else {}
    alter(sandbox, customer, anonymization_status=status, anonymization_info=info)


def fire(api: Api, customer: Document, **triggers: Any) -> Any:
    """Send triggers."""
    return api.patch(path_of(customer), document("customers", customer["id"], **triggers))


def refused_transitions(*names: str) -> Refused:
    """Return the refusal of triggers that are not possible now."""
    title = "is not allowed in the current status"
    return refused_with(
        [violation(f"attributes/{name}", title, "invalid_transition") for name in names]
    )


# --- the states (customers.md §11.2, §11.3) -------------------------------------------------------

#: For each state and each trigger, the next state; ``None``: refused.
NEXT: dict[tuple[str | None, str], str | None] = {
    (None, REQUEST): "requested",
    ("requested", REQUEST): None,
    ("started", REQUEST): None,
    ("completed", REQUEST): None,
    ("failed", REQUEST): "requested",
    ("cancelled", REQUEST): "requested",
    (None, CANCEL): None,
    ("requested", CANCEL): "cancelled",
    ("started", CANCEL): None,
    ("completed", CANCEL): None,
    ("failed", CANCEL): None,
    ("cancelled", CANCEL): None,
}


@pytest.mark.parametrize(("state", "trigger"), NEXT)
def test_transitions(
    user: Api, sandbox: Sandbox, customer: Document, state: str | None, trigger: str
) -> None:
    """Each trigger leads to one state or, from other states, nowhere."""
    bring_to(sandbox, customer, state)
    before, expected = digest(sandbox), NEXT[state, trigger]
    answer = fire(user, customer, **{trigger: True})

    if expected is None:
        assert got(answer) == refused_transitions(trigger)
        assert digest(sandbox) == before
    else:
        attributes = answer.json["data"]["attributes"]
        assert answer.status_code == 200
        assert attributes["anonymization_status"] == expected
        assert attributes["anonymization_info"]["status"] == expected
        assert [name for name in attributes if name.startswith("_")] == []


@pytest.mark.parametrize("state", STATES)
def test_both_at_once(user: Api, sandbox: Sandbox, customer: Document, state: str | None) -> None:
    """Neither is possible together with the other, whatever the state."""
    bring_to(sandbox, customer, state)
    before = digest(sandbox)

    assert got(fire(user, customer, **BOTH)) == refused_transitions(REQUEST, CANCEL)
    assert digest(sandbox) == before


@pytest.mark.parametrize("value", [False, None, "false", "0", ""], ids=repr)
@pytest.mark.parametrize("trigger", [REQUEST, CANCEL])
@pytest.mark.parametrize("state", [None, "requested", "completed"])
def test_a_value_that_is_not_true(  # noqa: PLR0913 - the cells of the table
    user: Api, sandbox: Sandbox, customer: Document, *, state: str | None, trigger: str, value: Any
) -> None:
    """It is ignored."""
    bring_to(sandbox, customer, state)
    before = stored(sandbox, customer)

    assert fire(user, customer, **{trigger: value}).status_code == 200
    assert stored(sandbox, customer) == before


def test_one_true_and_one_false(user: Api, customer: Document) -> None:
    """Only the true one counts."""
    requested = fire(user, customer, **{REQUEST: True, CANCEL: False})
    cancelled = fire(user, customer, **{REQUEST: False, CANCEL: True})

    assert requested.json["data"]["attributes"]["anonymization_status"] == "requested"
    assert cancelled.json["data"]["attributes"]["anonymization_status"] == "cancelled"


# --- anonymization_info (customers.md §11.2) ------------------------------------------------------


def test_before_the_first_request(customer: Document) -> None:
    """An empty object, and no status."""
    assert customer["attributes"]["anonymization_info"] == {}
    assert customer["attributes"]["anonymization_status"] is None


def test_a_request(user: Api, customer: Document, requester: Document) -> None:
    """Who asked and when, in a format of its own; unset keys are absent."""
    info = fire(user, customer, **{REQUEST: True}).json["data"]["attributes"]["anonymization_info"]
    expected = {
        "status": "requested",
        "requested_at": "2026-03-15 11:39:21 UTC",
        "requester": requester,
    }

    assert list(info.items()) == list(expected.items())
    assert list(info["requester"]) == ["id", "first_name", "last_name", "email"]


def test_a_cancellation(user: Api, clock: Clock, customer: Document, requester: Document) -> None:
    """What is known of the request stays."""
    fire(user, customer, **{REQUEST: True})
    clock.advance(timedelta(hours=1))
    info = fire(user, customer, **{CANCEL: True}).json["data"]["attributes"]["anonymization_info"]

    assert info == {
        "status": "cancelled",
        "requested_at": "2026-03-15 11:39:21 UTC",
        "requester": requester,
        "cancelled_at": "2026-03-15 12:39:21 UTC",
        "cancellation_requester": requester,
    }


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_second_request(
    user: Api, sandbox: Sandbox, customer: Document, requester: Document, state: str
) -> None:
    """It begins anew: what is known of the first one is dropped."""
    bring_to(sandbox, customer, state)
    info = fire(user, customer, **{REQUEST: True}).json["data"]["attributes"]["anonymization_info"]

    assert info == {
        "status": "requested",
        "requested_at": "2026-03-15 11:39:21 UTC",
        "requester": requester,
    }


def test_updated_at_moves(user: Api, clock: Clock, customer: Document) -> None:
    """A request is a change."""
    clock.advance(timedelta(minutes=1))
    attributes = fire(user, customer, **{REQUEST: True}).json["data"]["attributes"]

    assert attributes["updated_at"] == "2026-03-15T11:40:21.250Z"


def test_nothing_is_anonymized_yet(
    user: Api, sandbox: Sandbox, customer: Document, token_bearers: TokenBearers
) -> None:
    """The job runs when the clock is advanced or it is asked for: not with the request."""
    before = stored(sandbox, customer)
    fire(user, customer, **{REQUEST: True})
    changed: Record = {**before, **stored(sandbox, customer)}
    names = {name for name, value in changed.items() if before[name] != value}

    assert names <= {"anonymization_info", "anonymization_status", "updated_at"}
    assert token_bearers.login(JOHN)[0] == 200


def test_events(user: Api, sandbox: Sandbox, customer: Document) -> None:
    """A cancellation is told of; there is no topic for a request (customers.md §16)."""
    fire(user, customer, **{REQUEST: True})
    before = events(sandbox, customer)
    fire(user, customer, **{CANCEL: True})

    assert before == ["customers.create", "customers.create_password"]
    assert events(sandbox, customer) == [*before, "customers.anonymization_cancelled"]


def test_together_with_other_attributes(user: Api, api: Api, customer: Document) -> None:
    """Triggers come last; a refused one undoes the rest (customers.md §6)."""
    api.create("tags", name="forgotten")
    done = fire(user, customer, **{REQUEST: True}, reference="r", _add_tags="forgotten")
    undone = fire(user, customer, **{REQUEST: True}, reference="s")
    attributes = api.get(path_of(customer)).json["data"]["attributes"]

    assert (done.status_code, undone.status_code) == (200, 422)
    assert (attributes["reference"], attributes["anonymization_status"]) == ("r", "requested")


def test_broken_rules_are_listed_together(user: Api, customer: Document) -> None:
    """Those of attributes first."""
    answer = fire(user, customer, **{CANCEL: True}, email="foo")

    assert [error["source"]["pointer"] for error in answer.json["errors"]] == [
        "/data/attributes/email",
        f"/data/attributes/{CANCEL}",
    ]


@pytest.mark.parametrize("status", STATES)
def test_filter_by_status(
    api: Api, sandbox: Sandbox, customer: Document, status: str | None
) -> None:
    """The dashboard lists who is at which stage (customers.md §1)."""
    api.create("customers", email="other@example.com")
    bring_to(sandbox, customer, status)
    key, value = ("eq", status) if status else ("null", "true")
    found = api.get("/api/customers", {f"filter[q][anonymization_status_{key}]": value}).json

    assert customer["id"] in [object_["id"] for object_ in found["data"]]
    assert found["meta"]["record_count"] == (1 if status else 2)


# --- who may (customers.md §11.1) -----------------------------------------------------------------

UNAUTHORIZED = refused("UNAUTHORIZED")


def bearer(token_bearers: TokenBearers, name: str) -> Api:
    """Return a bearer by the name the table has for it."""
    john = {"type": "Customer", "id": token_bearers.record("customers", "email", JOHN)["id"]}
    made = {
        "guest": token_bearers.guest,
        "customer": lambda: token_bearers.customer(JOHN),
        "integration": token_bearers.integration,
        "read-only integration": token_bearers.read_only,
        "integration with a claim": lambda: token_bearers.on_behalf(
            "Integration", {"custom_claim": {"user": ADMIN}}
        ),
        "integration for a customer": lambda: token_bearers.on_behalf(
            "Integration", {"owner": john}
        ),
        "integration for a user": lambda: token_bearers.user(ADMIN),
        # An integration acts with a role of its own, whoever it acts for.
        "integration for a viewer": lambda: token_bearers.user(VIEWER),
        "read-only integration for a user": lambda: token_bearers.user(
            ADMIN, "Read-only integration"
        ),
        "web app for a user": lambda: token_bearers.webapp(ADMIN),
        "web app for a viewer": lambda: token_bearers.webapp(VIEWER),
        "web app for a customer": lambda: token_bearers.on_behalf("Web app", {"owner": john}),
    }
    return made[name]()


WHO = {
    "guest": "not allowed",
    "customer": "not allowed",
    "integration": "unauthorized",
    "read-only integration": "unauthorized",
    "integration with a claim": "unauthorized",
    "integration for a customer": "unauthorized",
    "integration for a user": "proceeds",
    "integration for a viewer": "proceeds",
    "read-only integration for a user": "unauthorized",
    "web app for a user": "proceeds",
    "web app for a viewer": "unauthorized",
    "web app for a customer": "unauthorized",
}


@pytest.mark.parametrize("trigger", [REQUEST, CANCEL])
@pytest.mark.parametrize(("name", "outcome"), WHO.items(), ids=WHO)
def test_who_may(  # noqa: PLR0913 - the cells of the table
    token_bearers: TokenBearers,
    sandbox: Sandbox,
    customer: Document,
    *,
    trigger: str,
    name: str,
    outcome: str,
) -> None:
    """A user of the organization whose role updates customers; sales channels never."""
    bring_to(sandbox, customer, "requested" if trigger == CANCEL else None)
    asking = bearer(token_bearers, name)
    before = digest(sandbox)
    answer = fire(asking, customer, **{trigger: True})
    expected = {
        "not allowed": refused("PARAM_NOT_ALLOWED", f"{trigger} is not allowed."),
        "unauthorized": UNAUTHORIZED,
    }

    if outcome == "proceeds":
        assert answer.status_code == 200
    else:
        assert got(answer) == expected[outcome]
        assert digest(sandbox) == before


def test_who_may_not_learns_nothing_of_the_state(
    token_bearers: TokenBearers, sandbox: Sandbox, customer: Document
) -> None:
    """The bearer is judged before the transition."""
    integration = token_bearers.integration()
    for state in STATES:
        bring_to(sandbox, customer, state)

        assert got(fire(integration, customer, **{REQUEST: True})) == UNAUTHORIZED
        assert got(fire(integration, customer, **{CANCEL: True})) == UNAUTHORIZED


def test_a_false_trigger_needs_no_user(token_bearers: TokenBearers, customer: Document) -> None:
    """Nothing is asked for."""
    answer = fire(token_bearers.integration(), customer, **{REQUEST: False, CANCEL: None})

    assert answer.status_code == 200


def test_somebody_else_may_cancel(
    token_bearers: TokenBearers, user: Api, customer: Document
) -> None:
    """Both users are named."""
    fire(user, customer, **{REQUEST: True})
    info = fire(token_bearers.user(VIEWER), customer, **{CANCEL: True}).json["data"]["attributes"][
        "anonymization_info"
    ]

    assert [info[name]["email"] for name in ("requester", "cancellation_requester")] == [
        ADMIN,
        VIEWER,
    ]


@pytest.mark.parametrize("trigger", [REQUEST, CANCEL])
def test_not_on_create(user: Api, trigger: str) -> None:
    """Triggers come with updates (customers.md §3)."""
    answer = user.post("/api/customers", document("customers", email="a@b.c", **{trigger: True}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{trigger} is not allowed.")


# --- the jobs (customers.md §11.2) ----------------------------------------------------------------


def act(app: MockServerApp, by: timedelta) -> None:
    """Move the clock; what is due is done."""
    app.plane.clocks.advance({"by": by.total_seconds()}, "acme")


def forget(app: MockServerApp, user: Api, customer: Document) -> Document:
    """Have a customer anonymized; return what is left."""
    assert fire(user, customer, **{REQUEST: True}).status_code == 200
    app.plane.jobs.run({"type": "customers", "resource": customer["id"]})
    left: Document = user.get(path_of(customer)).json["data"]
    return left


def history(api: Api, object_: Document) -> list[Document]:
    """Return the changes of a record, oldest first."""
    found = api.get(f"{path_of(object_)}/event_stores").json["data"]
    return [entry["attributes"] for entry in found]


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_the_way_to_the_end(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document, requester: Document
) -> None:
    """It starts a day after the request, and is completed a quarter of an hour later."""
    fire(user, customer, **{REQUEST: True})
    found = []
    for minutes in (24 * 60 - 1, 1, 14, 1):
        act(app, timedelta(minutes=minutes))
        found.append(stored(sandbox, customer)["anonymization_status"])

    assert found == ["requested", "started", "started", "completed"]
    assert list(stored(sandbox, customer)["anonymization_info"].items()) == [
        ("status", "completed"),
        ("requested_at", "2026-03-15 11:39:21 UTC"),
        ("requester", requester),
        ("started_at", "2026-03-16 11:39:21 UTC"),
        ("completed_at", "2026-03-16 11:54:21 UTC"),
    ]
    assert events(sandbox, customer)[-2:] == [
        "customers.anonymization_started",
        "customers.anonymization_completed",
    ]


def test_the_delay_is_a_setting(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """Of the requests to come."""
    before = app.plane.settings.change({"anonymization_delay": 60})
    fire(user, customer, **{REQUEST: True})
    act(app, timedelta(seconds=60))
    app.plane.settings.change({"anonymization_delay": 86_400})

    assert before["anonymization_delay"] == 60
    assert stored(sandbox, customer)["anonymization_status"] == "started"


def test_a_cancelled_request(
    app: MockServerApp, token_bearers: TokenBearers, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """Its job is called off; that of a second request is counted from then."""
    fire(user, customer, **{REQUEST: True})
    fire(user, customer, **{CANCEL: True})
    assert app.plane.jobs.list() == []
    act(app, timedelta(hours=23))
    fire(token_bearers.user(), customer, **{REQUEST: True})
    act(app, timedelta(hours=23))
    assert stored(sandbox, customer)["anonymization_status"] == "requested"
    act(app, timedelta(hours=1))
    assert stored(sandbox, customer)["anonymization_status"] == "started"


@pytest.mark.parametrize("state", [None, "completed", "cancelled", "failed"])
def test_a_job_that_comes_too_late(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document, state: str | None
) -> None:
    """A customer who has been put into another state meanwhile stays there."""
    fire(user, customer, **{REQUEST: True})
    bring_to(sandbox, customer, state)
    before = stored(sandbox, customer)
    app.plane.jobs.run()

    assert stored(sandbox, customer) == before


def test_one_that_was_put_there(app: MockServerApp, sandbox: Sandbox, customer: Document) -> None:
    """Without a request there is no job, and nothing follows."""
    bring_to(sandbox, customer, "requested")
    act(app, timedelta(days=9))

    assert stored(sandbox, customer)["anonymization_status"] == "requested"


def test_a_second_request_after_a_failure(
    app: MockServerApp, user: Api, customer: Document
) -> None:
    """It may succeed."""
    fire(user, customer, **{REQUEST: True})
    app.plane.jobs.fail_one(app.plane.jobs.list()[0]["id"])

    assert forget(app, user, customer)["attributes"]["anonymization_status"] == "completed"


def test_history(
    app: MockServerApp, token_bearers: TokenBearers, user: Api, api: Api, customer: Document
) -> None:
    """Each step by its own name, the service's own in nobody's name (customers.md §13)."""
    fire(user, customer, **{REQUEST: True})
    fire(user, customer, **{CANCEL: True})
    fire(user, customer, **{REQUEST: True})
    act(app, timedelta(days=1))
    app.plane.jobs.fail_one(app.plane.jobs.list()[0]["id"])
    forget(app, token_bearers.user(), customer)
    found = history(api, customer)

    assert [entry["event"].removeprefix("anonymization_") for entry in found] == [
        "create",
        "request",
        "cancel",
        "request",
        "started",
        "failed",
        "request",
        "started",
        "completed",
    ]
    assert ["worker" in entry["who"] for entry in found[1:]] == [
        *(False, False, False, True, True, False, True, True)
    ]


# --- what completion does (customers.md §11.4) ----------------------------------------------------

COMPANY = {
    "business": True,
    "company": "Acme",
    "line_2": "Floor 3",
    "email": JOHN,
    "notes": "Ring twice",
    "billing_info": "IT01234567890",
    "lat": 43.8,
    "lng": 11.1,
}
NOBODYS_ADDRESS = {
    "business": False,
    "first_name": "Anonymized",
    "last_name": "Customer",
    "company": None,
    "line_1": "***",
    "line_2": None,
    "city": "***",
    "zip_code": "***",
    "state_code": None,
    "country_code": "IT",
    "phone": "***",
    "email": None,
    "notes": None,
    "lat": None,
    "lng": None,
    "billing_info": None,
}


def test_the_customer(app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document) -> None:
    """Personal data are replaced; id, counters, group and tags stay."""
    group = user.create("customer_groups", name="Gold")
    tag = user.create("tags", name="vip")
    before = user.update(
        customer,
        links={"customer_group": to(group), "tags": [to(tag)]},
        tax_exemption_code="TAX",
        reference="r",
        reference_origin="o",
        metadata={"shoe": 42},
    )
    left = forget(app, user, customer)
    attributes, old = left["attributes"], before["attributes"]
    number = stored(sandbox, customer)["serial"]
    expected = {
        "email": f"anonymized-{customer['id'].lower()}-{number}@anonymized.invalid",
        "has_password": False,
        "tax_exemption_code": None,
        "reference": None,
        "reference_origin": None,
        "metadata": {},
        "anonymization_status": "completed",
    }

    assert {name: attributes[name] for name in expected} == expected
    for name in ("shopper_reference", "profile_id"):
        assert len(attributes[name]) == 36
        assert attributes[name] != old[name]
    for name in ("status", "total_orders_count", "created_at"):
        assert attributes[name] == old[name]
    assert stored(sandbox, customer)["password"] is None
    assert stored(sandbox, customer)["customer_group"] == group["id"]
    assert stored(sandbox, customer)["tags"] == [tag["id"]]


def test_sessions(
    app: MockServerApp, token_bearers: TokenBearers, user: Api, customer: Document
) -> None:
    """Nobody logs in any more, nor goes on; the email is free for somebody new."""
    _, session = token_bearers.login(JOHN)
    email = forget(app, user, customer)["attributes"]["email"]

    assert [token_bearers.login(name)[0] for name in (JOHN, email)] == [400, 400]
    assert token_bearers.refresh(session)[0] == 400
    assert user.create("customers", email=JOHN)["id"] != customer["id"]


def test_an_email_that_is_taken(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """Even that is not in the way."""
    number = stored(sandbox, customer)["serial"]
    user.create("customers", email=f"anonymized-{customer['id']}-{number}@anonymized.invalid")
    left = forget(app, user, customer)["attributes"]

    assert left["email"] == f"anonymized-{customer['id'].lower()}-{number}-2@anonymized.invalid"


def address_of(api: Api, customer: Document, where: str) -> Document:
    """Return an address of the customer's, at one of the places where there can be one."""
    place = address(api, **COMPANY)
    if where == "address book":
        api.create("customer_addresses", links={"customer": to(customer), "address": to(place)})
        return place
    name = "billing_address" if where == "billing" else "shipping_address"
    bought = order(api, {"customer": to(customer), name: to(place)})
    if where == "return":
        return_of(api, bought)
        api.update(bought, links={name: to(address(api))})
    return place


@pytest.mark.parametrize("where", ["address book", "billing", "shipping", "return"])
def test_addresses(app: MockServerApp, user: Api, customer: Document, where: str) -> None:
    """Wherever the customer has one; nothing but the country stays."""
    place = address_of(user, customer, where)
    forget(app, user, customer)
    shown = user.get(path_of(place)).json["data"]["attributes"]

    assert {name: shown[name] for name in NOBODYS_ADDRESS} == NOBODYS_ADDRESS
    assert shown["full_name"] == "Anonymized Customer"


def test_addresses_of_others(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """They stay as they are."""
    other = user.create("customers", email="other@example.com")
    kept = [address_of(user, other, where) for where in ("address book", "billing")]
    before = [stored(sandbox, place) for place in kept]
    forget(app, user, customer)

    assert [stored(sandbox, place) for place in kept] == before


def test_an_address_used_everywhere(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """It is rewritten once, though it lacks what the rules require."""
    place = address(user)
    link = {"customer": to(customer)}
    user.create("customer_addresses", links={**link, "address": to(place)})
    for _ in range(2):
        order(user, {**link, "billing_address": to(place), "shipping_address": to(place)})
    alter(sandbox, place, country_code=None)
    forget(app, user, customer)

    assert stored(sandbox, place)["last_name"] == "Customer"
    assert [entry["event"] for entry in history(user, place)] == ["create", "update"]


def test_orders_stay(app: MockServerApp, user: Api, customer: Document) -> None:
    """They show the new email, and keep their own metadata; so do subscriptions."""
    bought = order(user, {"customer": to(customer)}, metadata={"gift": True})
    news = user.create("customer_subscriptions", customer_email=JOHN, reference="news")
    email = forget(app, user, customer)["attributes"]["email"]
    shown = [user.get(path_of(object_)).json["data"]["attributes"] for object_ in (bought, news)]

    assert [attributes["customer_email"] for attributes in shown] == [email, email]
    assert (shown[0]["metadata"], shown[1]["reference"]) == ({"gift": True}, "news")
    assert ids(user.get(f"{path_of(customer)}/orders")) == [bought["id"]]


GONE: dict[str, Callable[[Api, Document], Document]] = {
    "customer_payment_sources": lambda api, customer: api.create(
        "customer_payment_sources", links={"customer": to(customer)}, customer_token="cus_1"
    ),
    "customer_password_resets": lambda api, _: api.create(
        "customer_password_resets", customer_email=JOHN
    ),
    "attachments": lambda api, customer: api.create(
        "attachments", name="note", description=JOHN, links={"attachable": to(customer)}
    ),
}


@pytest.mark.parametrize("type_", GONE)
def test_what_is_deleted(
    app: MockServerApp, user: Api, sandbox: Sandbox, customer: Document, type_: str
) -> None:
    """Its history is without values too; what others have of the type stays."""
    group = user.create("customer_groups", name="Gold")
    kept = user.create("attachments", name="kept", links={"attachable": to(group)})
    gone = GONE[type_](user, customer)
    forget(app, user, customer)
    entries = sandbox.find("event_stores", Compare("resource_id", "eq", gone["id"]))

    assert got(user.get(path_of(gone))) == refused("RECORD_NOT_FOUND")
    assert [entry["event"] for entry in entries] == ["create", "destroy"]
    assert {value for e in entries for c in e["payload"].values() for value in c.values()} == {None}
    assert user.get(path_of(kept)).status_code == 200


def test_nothing_is_left(
    app: MockServerApp, token_bearers: TokenBearers, user: Api, sandbox: Sandbox, customer: Document
) -> None:
    """Neither in a record nor in a history, not even as that of who did something."""
    own = token_bearers.customer(JOHN)
    place = own.create("addresses", **{**PLACE, "first_name": "Johnny", "email": JOHN})
    own.create("customer_addresses", links={"customer": to(customer), "address": to(place)})
    own.update(customer, metadata={"nick": "Johnny"})
    for make in GONE.values():
        make(user, customer)
    assert "Johnny" in everything(sandbox)
    forget(app, user, customer)

    assert [name for name in (JOHN, "Johnny", "cus_1") if name in everything(sandbox)] == []
    assert {
        value
        for object_ in (customer, place)
        for entry in history(user, object_)
        for change in entry["payload"].values()
        for value in change.values()
    } == {None}


def everything(sandbox: Sandbox) -> str:
    """Return all records as text."""
    partition = sandbox.partition
    return repr({type_: partition.select(type_) for type_ in partition.types()})


def test_the_other_mode(
    app: MockServerApp, token_bearers: TokenBearers, user: Api, customer: Document
) -> None:
    """A customer with the same email there is somebody else."""
    live = token_bearers.integration("live")
    other = live.create("customers", email=JOHN)
    forget(app, user, customer)

    assert live.get(path_of(other)).json["data"]["attributes"]["email"] == JOHN
