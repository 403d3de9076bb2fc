"""Requesting and cancelling an anonymization: who may, and from which state (customers §11.1-3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.sandbox.sandbox import Sandbox
from mockserver.storage.base import Record
from tests.client import Api, Document, document, path_of
from tests.refusals import Refused, got, refused, refused_with, violation
from tests.sandbox.bearers import ADMIN, PASSWORD, VIEWER, Bearers
from tests.sandbox.scene import alter, digest, events, stored

JOHN = "john@example.com"
NOW = datetime(2026, 3, 15, 11, 39, 21, 250_000, UTC)
REQUEST, CANCEL = "_request_anonymization", "_cancel_anonymization"
BOTH = {REQUEST: True, CANCEL: True}
STATES = (None, "requested", "started", "completed", "failed", "cancelled")


@pytest.fixture
def requester(bearers: Bearers) -> Document:
    """Return the user as ``anonymization_info`` names it."""
    record = bearers.record("users", "email", ADMIN)
    return {name: record[name] for name in ("id", "first_name", "last_name", "email")}


@pytest.fixture
def customer(api: Api, clock: Clock) -> Document:
    """Return a customer, at a moment that stands still."""
    clock.freeze(NOW)
    return api.create("customers", email=JOHN, password=PASSWORD)


@pytest.fixture
def user(bearers: Bearers, customer: Document) -> Api:  # noqa: ARG001 - stops the clock
    """Return an integration that acts for the organization's owner."""
    return bearers.user(ADMIN)


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


# --- the states (§11.2, §11.3) --------------------------------------------------------------------

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


# --- anonymization_info (§11.2) -------------------------------------------------------------------


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
    user: Api, sandbox: Sandbox, customer: Document, bearers: Bearers
) -> None:
    """The job runs when the clock is advanced or it is asked for: not with the request."""
    before = stored(sandbox, customer)
    fire(user, customer, **{REQUEST: True})
    changed: Record = {**before, **stored(sandbox, customer)}
    names = {name for name, value in changed.items() if before[name] != value}

    assert names <= {"anonymization_info", "anonymization_status", "updated_at"}
    assert bearers.login(JOHN)[0] == 200


def test_events(user: Api, sandbox: Sandbox, customer: Document) -> None:
    """A cancellation is told of; there is no topic for a request (§16)."""
    fire(user, customer, **{REQUEST: True})
    before = events(sandbox, customer)
    fire(user, customer, **{CANCEL: True})

    assert before == ["customers.create", "customers.create_password"]
    assert events(sandbox, customer) == [*before, "customers.anonymization_cancelled"]


def test_together_with_other_attributes(user: Api, api: Api, customer: Document) -> None:
    """Triggers come last; a refused one undoes the rest (§6)."""
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
    """The dashboard lists who is at which stage (§1)."""
    api.create("customers", email="other@example.com")
    bring_to(sandbox, customer, status)
    key, value = ("eq", status) if status else ("null", "true")
    found = api.get("/api/customers", {f"filter[q][anonymization_status_{key}]": value}).json

    assert customer["id"] in [object_["id"] for object_ in found["data"]]
    assert found["meta"]["record_count"] == (1 if status else 2)


# --- who may (§11.1) ------------------------------------------------------------------------------

UNAUTHORIZED = refused("UNAUTHORIZED")


def bearer(bearers: Bearers, name: str) -> Api:
    """Return a bearer by the name the table has for it."""
    john = {"type": "Customer", "id": bearers.record("customers", "email", JOHN)["id"]}
    made = {
        "guest": bearers.guest,
        "customer": lambda: bearers.customer(JOHN),
        "integration": bearers.integration,
        "read-only integration": bearers.read_only,
        "integration with a claim": lambda: bearers.on_behalf(
            "Integration", {"custom_claim": {"user": ADMIN}}
        ),
        "integration for a customer": lambda: bearers.on_behalf("Integration", {"owner": john}),
        "integration for a user": lambda: bearers.user(ADMIN),
        # An integration acts with a role of its own, whoever it acts for.
        "integration for a viewer": lambda: bearers.user(VIEWER),
        "read-only integration for a user": lambda: bearers.user(ADMIN, "Read-only integration"),
        "web app for a user": lambda: bearers.webapp(ADMIN),
        "web app for a viewer": lambda: bearers.webapp(VIEWER),
        "web app for a customer": lambda: bearers.on_behalf("Web app", {"owner": john}),
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
    bearers: Bearers,
    sandbox: Sandbox,
    customer: Document,
    *,
    trigger: str,
    name: str,
    outcome: str,
) -> None:
    """A user of the organization whose role updates customers; sales channels never."""
    bring_to(sandbox, customer, "requested" if trigger == CANCEL else None)
    asking = bearer(bearers, name)
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
    bearers: Bearers, sandbox: Sandbox, customer: Document
) -> None:
    """The bearer is judged before the transition."""
    integration = bearers.integration()
    for state in STATES:
        bring_to(sandbox, customer, state)

        assert got(fire(integration, customer, **{REQUEST: True})) == UNAUTHORIZED
        assert got(fire(integration, customer, **{CANCEL: True})) == UNAUTHORIZED


def test_a_false_trigger_needs_no_user(bearers: Bearers, customer: Document) -> None:
    """Nothing is asked for."""
    answer = fire(bearers.integration(), customer, **{REQUEST: False, CANCEL: None})

    assert answer.status_code == 200


def test_somebody_else_may_cancel(bearers: Bearers, user: Api, customer: Document) -> None:
    """Both users are named."""
    fire(user, customer, **{REQUEST: True})
    info = fire(bearers.user(VIEWER), customer, **{CANCEL: True}).json["data"]["attributes"][
        "anonymization_info"
    ]

    assert [info[name]["email"] for name in ("requester", "cancellation_requester")] == [
        ADMIN,
        VIEWER,
    ]


@pytest.mark.parametrize("trigger", [REQUEST, CANCEL])
def test_not_on_create(user: Api, trigger: str) -> None:
    """Triggers come with updates (§3)."""
    answer = user.post("/api/customers", document("customers", email="a@b.c", **{trigger: True}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{trigger} is not allowed.")
