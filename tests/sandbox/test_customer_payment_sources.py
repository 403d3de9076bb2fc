"""Wallets: payment sources kept for a customer (neighbours §4)."""

from __future__ import annotations

import pytest

from mockserver.sandbox.sandbox import Sandbox
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.sandbox.bearers import PASSWORD, Bearers
from tests.sandbox.scene import NOBODY, events, stored

JOHN = "john@example.com"
TYPE = "customer_payment_sources"
PATH = f"/api/{TYPE}"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def wire_transfer(sandbox: Sandbox) -> Document:
    """Return a payment source."""
    return {"type": "wire_transfers", "id": sandbox.store("wire_transfers", {})["id"]}


def test_a_source(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """It is found from the customer; the wallet fires no events (customers §16)."""
    made = api.create(
        TYPE,
        customer_token="cus_1",
        payment_source_token="pm_1",
        links={"customer": to(customer)},
    )
    attributes = made["attributes"]

    assert list(attributes)[:3] == ["name", "customer_token", "payment_source_token"]
    assert [attributes[n] for n in list(attributes)[:3]] == [None, "cus_1", "pm_1"]
    assert ids(api.get(f"{path_of(customer)}/{TYPE}")) == [made["id"]]
    assert events(sandbox, made) == []


def test_only_the_customer_is_required(api: Api) -> None:
    """All the rest is optional."""
    answer = api.post(PATH, document(TYPE, customer_token="x"))

    assert got(answer) == refused_with(
        [violation("relationships/customer", "can't be blank", "blank")]
    )


def test_several_of_one_customer(api: Api, customer: Document) -> None:
    """A wallet holds many, alike or not."""
    made = [api.create(TYPE, links={"customer": to(customer)}) for _ in range(3)]

    assert ids(api.get(f"{path_of(customer)}/{TYPE}")) == [each["id"] for each in made]


def test_the_source_is_of_one_of_many_types(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """The type is kept beside the id; a type that is none of them is refused."""
    source = wire_transfer(sandbox)
    made = api.create(TYPE, links={"customer": to(customer), "payment_source": source})
    record = stored(sandbox, made)
    wrong = api.post(
        PATH,
        document(TYPE, links={"customer": to(customer), "payment_source": to(customer)}),
    )
    nobody = {"type": "wire_transfers", "id": NOBODY}
    missing = api.patch(path_of(made), document(TYPE, made["id"], links={"payment_source": nobody}))

    assert (record["payment_source_type"], record["payment_source"]) == (
        "wire_transfers",
        source["id"],
    )
    assert got(wrong) == refused(
        "TYPE_MISMATCH", "customers is not a valid type for this operation."
    )
    assert got(missing) == refused("RECORD_NOT_FOUND")


def test_the_source_is_cleared(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """With its type."""
    made = api.create(
        TYPE, links={"customer": to(customer), "payment_source": wire_transfer(sandbox)}
    )
    api.update(made, links={"payment_source": None})
    record = stored(sandbox, made)

    assert (record["payment_source_type"], record["payment_source"]) == (None, None)


def test_the_name_is_not_sent(api: Api, customer: Document) -> None:
    """It is the label of the source."""
    answer = api.post(PATH, document(TYPE, links={"customer": to(customer)}, name="Visa"))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", "name is not allowed.")


def test_the_email_is_no_way_in(api: Api) -> None:
    """Unlike address books and subscriptions."""
    answer = api.post(PATH, document(TYPE, customer_email=JOHN))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", "customer_email is not allowed.")


def test_updates(api: Api, customer: Document) -> None:
    """The tokens, and whose it is: never nobody's."""
    made = api.create(TYPE, links={"customer": to(customer)})
    other = api.create("customers", email="other@example.com")
    moved = api.update(made, payment_source_token="pm_2", links={"customer": to(other)})
    answer = api.patch(path_of(made), document(TYPE, made["id"], links={"customer": None}))

    assert moved["attributes"]["payment_source_token"] == "pm_2"
    assert ids(api.get(f"{path_of(other)}/{TYPE}")) == [made["id"]]
    assert got(answer) == refused_with(
        [violation("relationships/customer", "can't be blank", "blank")]
    )


def test_a_logged_customer_has_its_own(bearers: Bearers, api: Api, customer: Document) -> None:
    """It reads, changes and deletes; new ones come from orders alone (authentication §13.2)."""
    other = api.create("customers", email="other@example.com")
    mine, theirs = (api.create(TYPE, links={"customer": to(c)}) for c in (customer, other))
    john = bearers.customer(JOHN)
    body = document(TYPE, links={"customer": to(customer)})
    given = john.patch(path_of(mine), document(TYPE, mine["id"], links={"customer": to(other)}))

    assert ids(john.get(PATH)) == ids(john.get(f"{path_of(customer)}/{TYPE}")) == [mine["id"]]
    assert john.update(mine, reference="r")["attributes"]["reference"] == "r"
    assert got(john.post(PATH, body)) == refused("UNAUTHORIZED")
    assert got(john.get(path_of(theirs))) == refused("UNAUTHORIZED")
    assert got(given) == refused("UNAUTHORIZED")
    assert john.delete(path_of(mine)).status_code == 204
    assert ids(api.get(PATH)) == [theirs["id"]]
