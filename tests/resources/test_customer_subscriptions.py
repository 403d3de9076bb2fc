"""Newsletter-like opt-ins (neighbours.md §5)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import Refused, got, refused, refused_with, violation
from tests.scene import digest, events

JOHN = "john@example.com"
TYPE = "customer_subscriptions"
PATH = f"/api/{TYPE}"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def subscribe(api: Api, email: str = JOHN, reference: str = "news") -> Document:
    """Subscribe somebody."""
    return api.create(TYPE, customer_email=email, reference=reference)


def test_a_subscription(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """It is found from the customer, and shows the customer's email of now."""
    made = subscribe(api, " JOHN@example.com ")
    api.update(customer, email="new@example.com")
    shown = api.get(path_of(made)).json["data"]["attributes"]

    assert list(shown)[:2] == ["customer_email", "reference"]
    assert (shown["customer_email"], shown["reference"]) == ("new@example.com", "news")
    assert ids(api.get(f"{path_of(customer)}/{TYPE}")) == [made["id"]]
    assert events(sandbox, made) == ["customer_subscriptions.create"]


def test_somebody_new(api: Api, sandbox: Sandbox) -> None:
    """The guest is created with the subscription (customers.md §15)."""
    made = subscribe(api)
    guest = api.get(f"{path_of(made)}/customer").json["data"]

    assert (guest["attributes"]["email"], guest["attributes"]["has_password"]) == (JOHN, False)
    assert events(sandbox, guest) == ["customers.create"]


def blank(pointer: str) -> Document:
    """Return the error object of what is missing."""
    return violation(pointer, "can't be blank", "blank")


TAKEN = violation("attributes/reference", "has already been taken", "taken", value="news")
INVALID = violation("attributes/customer_email", "is invalid", "invalid", value="foo")
TOO_LONG = violation(
    "attributes/customer_email", "is too long (maximum is 255 characters)", "too_long", count=255
)
REFUSED: dict[str, tuple[dict[str, Any], Refused]] = {
    "nothing": ({}, refused_with([blank("attributes/reference"), blank("relationships/customer")])),
    "no-email": ({"reference": "x"}, refused_with([blank("relationships/customer")])),
    "null-email": (
        {"reference": "x", "customer_email": None},
        refused_with([blank("relationships/customer")]),
    ),
    "no-reference": ({"customer_email": JOHN}, refused_with([blank("attributes/reference")])),
    "invalid-email": (
        {"customer_email": "foo", "reference": "x"},
        refused_with([INVALID, blank("relationships/customer")]),
    ),
    "long-email": (
        {"customer_email": f"{'a' * 255}@b", "reference": "x"},
        refused_with([TOO_LONG, blank("relationships/customer")]),
    ),
    "a-second-time": ({"customer_email": JOHN, "reference": "news"}, refused_with([TAKEN])),
}


@pytest.mark.parametrize(("attributes", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    api: Api, sandbox: Sandbox, attributes: dict[str, Any], expected: Refused
) -> None:
    """An email and the name of a list, together only once."""
    subscribe(api)
    before = digest(sandbox)

    assert got(api.post(PATH, document(TYPE, **attributes))) == expected
    assert digest(sandbox) == before


def test_who_may_be_on_which_list(api: Api) -> None:
    """One customer on several, several on one."""
    made = [
        subscribe(api, email, reference)
        for email, reference in ((JOHN, "news"), (JOHN, "News"), ("other@example.com", "news"))
    ]

    assert ids(api.get(PATH)) == [each["id"] for each in made]


def test_the_customer_cannot_be_linked(api: Api, customer: Document) -> None:
    """The email is the only way, and only on create (flags of the metadata)."""
    made = subscribe(api)
    links = {"customer": to(customer)}
    created = api.post(PATH, document(TYPE, links=links, reference="x"))
    updated = api.patch(path_of(made), document(TYPE, made["id"], links=links))
    renamed = api.patch(path_of(made), document(TYPE, made["id"], customer_email=JOHN))

    assert got(created) == got(updated)
    assert got(updated) == refused("PARAM_NOT_ALLOWED", "customer is not allowed.")
    assert got(renamed) == refused("PARAM_NOT_ALLOWED", "customer_email is not allowed.")


def test_updates(api: Api, sandbox: Sandbox) -> None:
    """The list can be changed, not to one the customer is on."""
    first, second = subscribe(api), subscribe(api, reference="offers")
    moved = api.update(second, reference="sale", reference_origin="crm", metadata={"a": 1})
    answer = api.patch(path_of(second), document(TYPE, second["id"], reference="news"))

    assert moved["attributes"]["reference"] == "sale"
    assert got(answer) == refused_with([TAKEN])
    assert api.update(first, reference="news")["id"] == first["id"]
    assert events(sandbox, second) == ["customer_subscriptions.create"]


def test_deleting(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """The customer stays, and may subscribe again."""
    made = subscribe(api)
    api.delete(path_of(made))

    assert api.get(path_of(customer)).status_code == 200
    assert events(sandbox, made) == [
        "customer_subscriptions.create",
        "customer_subscriptions.destroy",
    ]
    assert subscribe(api)["id"] != made["id"]


def test_sort_and_filter_by_the_customer(api: Api) -> None:
    """Flags f and s of the relationship."""
    made = [subscribe(api, f"{n}@example.com") for n in "ba"]
    found = api.get(PATH, {"filter[q][customer_email_eq]": "a@example.com"})

    assert ids(found) == [made[1]["id"]]
    assert ids(api.get(PATH, {"sort": "customer.email"})) == [made[1]["id"], made[0]["id"]]


def test_relationships(api: Api, customer: Document) -> None:
    """Customer and events, both ways, by every URL."""
    made = subscribe(api)
    path = path_of(made)
    paths = "customer.customer_subscriptions,events"
    document_ = api.get(path, {"include": paths}).json
    (event,) = ids(api.get(f"{path}/events"))
    found = api.get("/api/customers", {"filter[q][customer_subscriptions_reference_eq]": "news"})

    assert [to(each) for each in document_["included"]] == [
        to(customer),
        {"type": "events", "id": event},
    ]
    assert api.get(f"{path}/relationships/customer").json["data"] == to(customer)
    assert api.get(f"{path_of(customer)}/relationships/{TYPE}").json["data"] == [to(made)]
    assert ids(found) == [customer["id"]]
    assert got(api.patch(f"{path}/relationships/customer", {"data": to(customer)})) == refused(
        "PARAM_NOT_ALLOWED", "customer is not allowed."
    )


def test_it_goes_with_its_customer(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """And tells of it (customers.md §7)."""
    made, other = subscribe(api), subscribe(api, "other@example.com")
    api.delete(path_of(customer))

    assert ids(api.get(PATH)) == [other["id"]]
    assert events(sandbox, made)[-1:] == [f"{TYPE}.destroy"]


# --- sales channels (authentication.md §13) -------------------------------------------------------


def test_a_guest_handles_single_ones(token_bearers: TokenBearers, api: Api) -> None:
    """It subscribes whomever, and lists nobody."""
    guest = token_bearers.guest()
    made = subscribe(guest)

    assert guest.get(path_of(made)).json["data"]["attributes"]["customer_email"] == JOHN
    assert guest.update(made, reference="offers")["attributes"]["reference"] == "offers"
    assert got(guest.get(PATH)) == refused("UNAUTHORIZED")
    assert got(guest.get(f"{path_of(made)}/customer")) == refused("UNAUTHORIZED")
    assert guest.get(f"{path_of(made)}/relationships/customer").json["data"] is None
    assert guest.delete(path_of(made)).status_code == 204
    assert ids(api.get("/api/customers")) != []


def test_a_logged_customer_handles_its_own(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, customer: Document
) -> None:
    """It neither sees nor makes anybody else's."""
    theirs, john = subscribe(api, "other@example.com"), token_bearers.customer(JOHN)
    mine = subscribe(john)
    body = document(TYPE, customer_email="other@example.com", reference="offers")
    before = digest(sandbox)

    assert ids(john.get(PATH)) == [mine["id"]]
    assert ids(john.get(f"{path_of(customer)}/{TYPE}")) == [mine["id"]]
    assert got(john.get(path_of(theirs))) == refused("UNAUTHORIZED")
    assert got(john.post(PATH, body)) == refused("UNAUTHORIZED")
    assert got(john.delete(path_of(theirs))) == refused("UNAUTHORIZED")
    assert digest(sandbox) == before
    assert john.delete(path_of(mine)).status_code == 204
