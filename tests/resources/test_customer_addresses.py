"""Address books: joining a customer and an address (neighbours.md §2)."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import NOBODY, address, digest, events

JOHN = "john@example.com"
TYPE = "customer_addresses"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


@pytest.fixture
def place(api: Api) -> Document:
    """Return an address."""
    return address(api)


def entry(api: Api, customer: Document, place: Document) -> Document:
    """Create an entry of the customer's address book."""
    return api.create(TYPE, links={"customer": to(customer), "address": to(place)})


def blank(*names: str) -> tuple[int, str]:
    """Return the refusal of an entry that leads nowhere."""
    return refused_with(
        [violation(f"relationships/{name}", "can't be blank", "blank") for name in names]
    )


def test_an_entry(api: Api, customer: Document, place: Document) -> None:
    """It shows the names of what it joins, and both are found through it."""
    made = entry(api, customer, place)

    assert list(made["attributes"])[:2] == ["name", "customer_email"]
    assert made["attributes"]["name"] == place["attributes"]["name"]
    assert made["attributes"]["customer_email"] == JOHN
    assert api.get(f"{path_of(made)}/customer").json["data"]["id"] == customer["id"]
    assert api.get(f"{path_of(made)}/address").json["data"]["id"] == place["id"]
    assert ids(api.get(f"{path_of(customer)}/customer_addresses")) == [made["id"]]


def test_names_follow(api: Api, customer: Document, place: Document) -> None:
    """They are read-only copies, never out of date."""
    made = entry(api, customer, place)
    renamed = api.update(place, last_name="Doe")
    api.update(customer, email="new@example.com")
    shown = api.get(path_of(made)).json["data"]["attributes"]

    assert shown["name"] == renamed["attributes"]["name"]
    assert shown["customer_email"] == "new@example.com"


@pytest.mark.parametrize("email", [JOHN, " JOHN@Example.com "])
def test_by_email(api: Api, customer: Document, place: Document, email: str) -> None:
    """The customer with the email is found (customers.md §15)."""
    made = api.create(TYPE, customer_email=email, links={"address": to(place)})

    assert api.get(f"{path_of(made)}/relationships/customer").json["data"] == to(customer)


def test_by_the_email_of_nobody(api: Api, sandbox: Sandbox, place: Document) -> None:
    """Then a guest is created, and told of like any other."""
    made = api.create(TYPE, customer_email="New@Example.com", links={"address": to(place)})
    guest = api.get(f"{path_of(made)}/customer").json["data"]

    assert guest["attributes"]["email"] == "new@example.com"
    assert guest["attributes"]["has_password"] is False
    assert events(sandbox, guest) == ["customers.create"]
    assert events(sandbox, made) == ["customer_addresses.create"]


REFUSED = {
    "nothing": ({}, [], blank("customer", "address")),
    "no-address": ({}, ["customer"], blank("address")),
    "no-customer": ({}, ["address"], blank("customer")),
    "empty-email": ({"customer_email": ""}, ["address"], blank("customer")),
    "null-email": ({"customer_email": None}, ["address"], blank("customer")),
    "invalid-email": (
        {"customer_email": "foo"},
        ["address", "customer"],
        refused_with(
            [violation("attributes/customer_email", "is invalid", "invalid", value="foo")]
        ),
    ),
    "name": (
        {"name": "x"},
        ["address", "customer"],
        refused("PARAM_NOT_ALLOWED", "name is not allowed."),
    ),
}


@pytest.mark.parametrize(("attributes", "linked", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    customer: Document,
    place: Document,
    *,
    attributes: Document,
    linked: list[str],
    expected: tuple[int, str],
) -> None:
    """Either the email or the customer, and always the address."""
    both = {"customer": to(customer), "address": to(place)}
    links = {name: both[name] for name in linked}
    before = digest(sandbox)

    assert got(api.post(f"/api/{TYPE}", document(TYPE, links=links, **attributes))) == expected
    assert digest(sandbox) == before


@pytest.mark.parametrize("name", ["customer", "address"])
def test_a_linkage_that_leads_nowhere(
    api: Api, customer: Document, place: Document, name: str
) -> None:
    """404, and no guest is left behind."""
    types = {"customer": "customers", "address": "addresses"}
    links = {"customer": to(customer), "address": to(place)}
    links[name] = {"type": types[name], "id": NOBODY}
    answer = api.post(f"/api/{TYPE}", document(TYPE, links=links, customer_email="new@example.com"))

    assert got(answer) == refused("RECORD_NOT_FOUND")
    assert ids(api.get("/api/customers")) == [customer["id"]]


TAKEN = refused_with([violation("relationships/address", "has already been taken", "taken")])


@pytest.mark.parametrize("by_email", [True, False], ids=["email", "customer"])
def test_an_address_is_in_a_book_once(
    api: Api, sandbox: Sandbox, customer: Document, place: Document, *, by_email: bool
) -> None:
    """The same pair a second time is taken; in another book it is not."""
    entry(api, customer, place)
    other = api.create("customers", email="other@example.com")
    entry(api, other, place)
    links = {"address": to(place)} | ({} if by_email else {"customer": to(customer)})
    attributes = {"customer_email": JOHN} if by_email else {}
    before = digest(sandbox)

    assert got(api.post(f"/api/{TYPE}", document(TYPE, links=links, **attributes))) == TAKEN
    assert digest(sandbox) == before


def test_an_address_is_in_a_book_once_after_a_move(
    api: Api, customer: Document, place: Document
) -> None:
    """Updates may not make a pair a second time, but may say again what is so."""
    first, second = entry(api, customer, place), entry(api, customer, address(api))
    links = {"address": to(place)}

    assert got(api.patch(path_of(second), document(TYPE, second["id"], links=links))) == TAKEN
    assert api.update(first, links=links)["id"] == first["id"]


def test_an_entry_that_moves(api: Api, customer: Document, place: Document) -> None:
    """Both ends can be replaced, neither cleared; the email cannot be updated."""
    made = entry(api, customer, place)
    other, elsewhere = api.create("customers", email="other@example.com"), address(api, city="Pisa")
    links = {"customer": to(other), "address": to(elsewhere)}
    moved = api.update(made, links=links)["attributes"]

    assert (moved["customer_email"], "Pisa" in moved["name"]) == ("other@example.com", True)
    for name in links:
        answer = api.patch(path_of(made), document(TYPE, made["id"], links={name: None}))
        assert got(answer) == blank(name)
    answer = api.patch(path_of(made), document(TYPE, made["id"], customer_email=JOHN))
    assert got(answer) == refused("PARAM_NOT_ALLOWED", "customer_email is not allowed.")


def test_deleting(api: Api, sandbox: Sandbox, customer: Document, place: Document) -> None:
    """Customer and address stay; the pair is free again."""
    made = entry(api, customer, place)
    api.delete(path_of(made))

    assert api.get(path_of(customer)).status_code == 200
    assert api.get(path_of(place)).status_code == 200
    assert events(sandbox, made) == ["customer_addresses.create", "customer_addresses.destroy"]
    assert entry(api, customer, place)["id"] != made["id"]


def test_the_customer_shows_the_address(api: Api, customer: Document, place: Document) -> None:
    """Through an include of two steps, and a filter of two steps."""
    made = entry(api, customer, place)
    api.create("customers", email="other@example.com")
    included = api.get(f"{path_of(customer)}?include=customer_addresses.address").json["included"]
    found = api.get("/api/customers", {"filter[q][customer_addresses_address_city_eq]": "Prato"})

    assert [to(object_) for object_ in included] == [to(made), to(place)]
    assert ids(found) == [customer["id"]]
    assert ids(api.get(f"/api/{TYPE}", {"filter[country_code]": "IT"})) == [made["id"]]
    assert ids(api.get(f"/api/{TYPE}", {"filter[country_code]": "DE"})) == []


# --- a logged customer (authentication.md §13.2) --------------------------------------------------


def test_ones_own_book(
    token_bearers: TokenBearers, api: Api, customer: Document, place: Document
) -> None:
    """It is listed, read, changed and deleted; somebody else's is not."""
    mine = entry(api, customer, place)
    theirs = entry(api, api.create("customers", email="other@example.com"), place)
    john = token_bearers.customer(JOHN)

    assert ids(john.get(f"/api/{TYPE}")) == [mine["id"]]
    assert ids(john.get(f"{path_of(customer)}/customer_addresses")) == [mine["id"]]
    assert john.update(mine, reference="home")["attributes"]["reference"] == "home"
    for answer in (
        john.get(path_of(theirs)),
        john.patch(path_of(theirs), document(TYPE, theirs["id"], reference="x")),
        john.delete(path_of(theirs)),
    ):
        assert got(answer) == refused("UNAUTHORIZED")
    assert john.delete(path_of(mine)).status_code == 204


WAYS = {
    "own-customer": ("customer", True, 201),
    "own-email": ("email", True, 201),
    "other-customer": ("customer", False, 401),
    "other-email": ("email", False, 401),
    "new-email": ("new", False, 401),
}


@pytest.mark.parametrize(("way", "own", "status"), WAYS.values(), ids=WAYS)
def test_whose_book_one_writes_into(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    api: Api,
    sandbox: Sandbox,
    customer: Document,
    *,
    way: str,
    own: bool,
    status: int,
) -> None:
    """One's own alone; a refused attempt creates no guest either."""
    other = api.create("customers", email="other@example.com")
    john = token_bearers.customer(JOHN)
    links = {"address": to(address(api))}
    target = customer if own else other
    attributes = {"customer_email": target["attributes"]["email"]} if way == "email" else {}
    if way == "customer":
        links["customer"] = to(target)
    elif way == "new":
        attributes = {"customer_email": "new@example.com"}
    before = digest(sandbox)
    answer = john.post(f"/api/{TYPE}", document(TYPE, links=links, **attributes))

    assert answer.status_code == status
    assert status == 201 or got(answer) == refused("UNAUTHORIZED")
    assert status == 201 or digest(sandbox) == before


def test_an_entry_is_not_given_away(
    token_bearers: TokenBearers, api: Api, customer: Document, place: Document
) -> None:
    """A logged customer does not put its entry into somebody else's book."""
    mine = entry(api, customer, place)
    other = api.create("customers", email="other@example.com")
    answer = token_bearers.customer(JOHN).patch(
        path_of(mine), document(TYPE, mine["id"], links={"customer": to(other)})
    )

    assert got(answer) == refused("UNAUTHORIZED")
    assert ids(api.get(f"{path_of(other)}/customer_addresses")) == []


def test_a_guest_has_no_book(token_bearers: TokenBearers, api: Api, place: Document) -> None:
    """Sales channels without a customer neither read nor write (authentication.md §13.1)."""
    guest = token_bearers.guest()
    body = document(TYPE, customer_email=JOHN, links={"address": to(place)})

    assert got(guest.get(f"/api/{TYPE}")) == refused("UNAUTHORIZED")
    assert got(guest.post(f"/api/{TYPE}", body)) == refused("UNAUTHORIZED")
    assert api.get("/api/customers").json["data"] == []
