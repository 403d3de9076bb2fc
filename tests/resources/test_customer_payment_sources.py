"""Wallets: payment sources kept for a customer (neighbours.md §4)."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests import till
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import NOBODY, events, order, stored
from tests.till import accept, source

JOHN = "john@example.com"
TYPE = "customer_payment_sources"
PATH = f"/api/{TYPE}"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def wire_transfer(sandbox: Sandbox) -> Document:
    """Return a payment source."""
    return {"type": "wire_transfers", "id": sandbox.insert("wire_transfers", {})["id"]}


def test_a_source(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """It is found from the customer; the wallet fires no events (customers.md §16)."""
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


def external(api: Api, token: str) -> Document:
    """Create a payment source whose card is known."""
    bought = order(api)
    accept(api, bought, "external_payments")
    return source(api, bought, "external_payments", payment_source_token=token)


def masked(source: Document) -> str:
    """Return what an entry for the source is called."""
    return f"XXXX-XXXX-XXXX-{source['attributes']['payment_instrument']['card_last_digits']}"


def test_the_name_is_that_of_the_source(api: Api, customer: Document) -> None:
    """It follows the linkage; of no source it is none."""
    first, second = external(api, "one"), external(api, "two")
    made = api.create(TYPE, links={"customer": to(customer), "payment_source": to(first)})
    untouched = api.update(made, reference="r")
    changed = api.update(made, links={"payment_source": to(second)})
    cleared = api.update(made, links={"payment_source": None})
    found = api.create(TYPE, links={"customer": to(customer), "payment_source": to(second)})

    names = [each["attributes"]["name"] for each in (made, untouched, changed, cleared)]
    assert names == [masked(first), masked(first), masked(second), None]
    by_name = {"filter[q][name_eq]": masked(second)}
    assert ids(api.get(PATH, by_name)) == [found["id"]]


def test_the_tokens_of_the_source(api: Api, customer: Document) -> None:
    """They are the source's, unless others were sent."""
    links = {"customer": to(customer), "payment_source": to(external(api, "one"))}
    taken, own = (
        api.create(TYPE, links=links),
        api.create(TYPE, links=links, payment_source_token="x"),
    )

    assert taken["attributes"]["payment_source_token"] == "one"
    assert own["attributes"]["payment_source_token"] == "x"


def test_a_name_that_is_given(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """What seeding calls an entry stays, with a source or without."""
    paid_with = external(api, "one")
    linkages: list[Document] = [{}, {"payment_source": (paid_with["type"], paid_with["id"])}]
    for linkage in linkages:
        values = {"customer": customer["id"], "name": "Visa ending in 1234", **linkage}
        entry = {"type": TYPE, "id": sandbox.add(TYPE, values)["id"]}

        assert api.update(entry, reference="r")["attributes"]["name"] == "Visa ending in 1234"


def test_the_method_of_an_entry(api: Api, customer: Document) -> None:
    """It is optional, and let go of when it is deleted."""
    method = till.method(api, "wire_transfers")
    made = api.create(TYPE, links={"customer": to(customer), "payment_method": to(method)})
    by_method = {"filter[q][payment_method_id_eq]": method["id"]}
    found = ids(api.get(PATH, by_method))
    api.delete(path_of(method))

    assert found == [made["id"]]
    assert api.get(f"{path_of(made)}/payment_method").json == {"data": None}


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


def test_a_logged_customer_has_its_own(
    token_bearers: TokenBearers, api: Api, customer: Document
) -> None:
    """It reads, changes and deletes; new ones come from orders alone (authentication.md §13.2)."""
    other = api.create("customers", email="other@example.com")
    mine, theirs = (api.create(TYPE, links={"customer": to(c)}) for c in (customer, other))
    john = token_bearers.customer(JOHN)
    body = document(TYPE, links={"customer": to(customer)})
    given = john.patch(path_of(mine), document(TYPE, mine["id"], links={"customer": to(other)}))

    assert ids(john.get(PATH)) == ids(john.get(f"{path_of(customer)}/{TYPE}")) == [mine["id"]]
    assert john.update(mine, reference="r")["attributes"]["reference"] == "r"
    assert got(john.post(PATH, body)) == refused("UNAUTHORIZED")
    assert got(john.get(path_of(theirs))) == refused("UNAUTHORIZED")
    assert got(given) == refused("UNAUTHORIZED")
    assert john.delete(path_of(mine)).status_code == 204
    assert ids(api.get(PATH)) == [theirs["id"]]
