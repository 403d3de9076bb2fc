"""Deleting a customer: what stands in the way, what goes along, what stays (customers.md §7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.tokens import REFRESH_TOKENS
from mockserver.resources.registry import registry
from mockserver.storage.conditions import Compare
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, path_of, to
from tests.refusals import Refused, got, refused
from tests.scene import BY_HAND, address, alter, digest, events, market, order, return_of, stored

JOHN = "john@example.com"
GONE = refused("RECORD_NOT_FOUND")


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def locked(sandbox: Sandbox, customer: Document) -> Refused:
    """Return the refusal to delete a customer."""
    number = stored(sandbox, customer)["serial"]
    return refused("LOCKED", f"Failed to destroy Customer with id={number}")


# --- what stands in the way -----------------------------------------------------------------------

STATUSES = ("draft", "pending", "editing", "placing", "placed", "approved", "cancelled")


@pytest.mark.parametrize("status", STATUSES)
def test_an_order(api: Api, sandbox: Sandbox, customer: Document, status: str) -> None:
    """Whatever its status: only anonymization is left then."""
    alter(sandbox, order(api, {"customer": to(customer)}), status=status)
    before = digest(sandbox)

    assert got(api.delete(path_of(customer))) == locked(sandbox, customer)
    assert digest(sandbox) == before


def of_order(type_: str) -> Callable[[Api, Document], Document]:
    """Return what creates a record that takes its customer from an order."""

    def create(api: Api, bought: Document) -> Document:
        if type_ == "returns":
            return return_of(api, bought)
        links = {"source_order": to(bought)}
        return api.create(type_, frequency="weekly", links=links, **BY_HAND)

    return create


@pytest.mark.parametrize("type_", ["returns", "order_subscriptions"])
def test_what_implies_an_order(api: Api, sandbox: Sandbox, customer: Document, type_: str) -> None:
    """It stands in the way by itself, when the order has become somebody else's."""
    bought = order(api, {"customer": to(customer)})
    held = of_order(type_)(api, bought)
    api.update(bought, links={"customer": None})
    refusal = got(api.delete(path_of(customer)))
    expected = locked(sandbox, customer)
    api.delete(path_of(held))

    assert refusal == expected
    assert api.delete(path_of(customer)).status_code == 204


def test_an_order_that_is_gone(api: Api, customer: Document) -> None:
    """It stands in nobody's way any more; nor does another customer's."""
    order(api, customer_email="other@example.com")
    draft = order(api, {"customer": to(customer)})
    api.delete(path_of(draft))

    assert api.delete(path_of(customer)).status_code == 204


# --- what goes along, what stays ------------------------------------------------------------------


@pytest.fixture
def belongings(api: Api, customer: Document) -> dict[str, Document]:
    """Return one of everything a customer without orders can have."""
    link = {"customer": to(customer)}
    place = address(api)
    entry = api.create("customer_addresses", links={**link, "address": to(place)})
    return {
        "customer_addresses": entry,
        "customer_payment_sources": api.create("customer_payment_sources", links=link),
        "customer_subscriptions": api.create(
            "customer_subscriptions", customer_email=JOHN, reference="news"
        ),
        "attachments": api.create("attachments", name="note", links={"attachable": to(customer)}),
        "addresses": place,
        "sku_lists": api.create("sku_lists", name="Wishes", links=link),
    }


@pytest.mark.parametrize(
    "type_",
    ["customer_addresses", "customer_payment_sources", "customer_subscriptions", "attachments"],
)
def test_what_goes_along(
    api: Api, customer: Document, belongings: dict[str, Document], type_: str
) -> None:
    """The address book, the wallet, subscriptions and attachments."""
    api.delete(path_of(customer))

    assert got(api.get(path_of(belongings[type_]))) == GONE
    assert api.get(f"/api/{type_}").json["data"] == []


def test_what_stays(api: Api, customer: Document, belongings: dict[str, Document]) -> None:
    """Addresses, and lists that are nobody's then; tags and groups, of course."""
    tag, group = api.create("tags", name="vip"), api.create("customer_groups", name="Gold")
    api.update(customer, links={"tags": [to(tag)], "customer_group": to(group)})
    api.delete(path_of(customer))
    list_ = belongings["sku_lists"]

    assert api.get(path_of(belongings["addresses"])).status_code == 200
    assert api.get(f"{path_of(list_)}/relationships/customer").json["data"] is None
    assert api.get(path_of(tag)).status_code == 200
    assert api.get(f"{path_of(group)}/customers").json["data"] == []


def test_nothing_of_it_leads_nowhere(
    api: Api, sandbox: Sandbox, customer: Document, belongings: dict[str, Document]
) -> None:
    """No record that stays but what tells of it names what is gone."""
    gone = {object_["id"] for object_ in (customer, *belongings.values())}
    gone -= {belongings["addresses"]["id"], belongings["sku_lists"]["id"]}
    api.delete(path_of(customer))
    texts = {
        type_: repr(sandbox.partition.select(type_)[0])
        for type_ in sandbox.partition.types()
        if type_ not in {"events", "event_stores"}
    }

    assert [type_ for type_, text in texts.items() if any(id_ in text for id_ in gone)] == []


def test_events_of_a_deletion(
    api: Api, sandbox: Sandbox, customer: Document, belongings: dict[str, Document]
) -> None:
    """Of the customer and of what goes along, if its type has any."""
    api.delete(path_of(customer))
    last = {name: events(sandbox, object_)[-1:] for name, object_ in belongings.items()}

    assert events(sandbox, customer)[-1] == "customers.destroy"
    assert last == {
        "customer_addresses": ["customer_addresses.destroy"],
        "customer_payment_sources": [],
        "customer_subscriptions": ["customer_subscriptions.destroy"],
        "attachments": [],
        "addresses": [],
        "sku_lists": [],
    }


def test_afterwards(api: Api, customer: Document) -> None:
    """404 everywhere."""
    api.delete(path_of(customer))
    path = path_of(customer)
    body = {"data": to(customer)}
    answers = [
        api.get(path),
        api.patch(path, body),
        api.delete(path),
        api.get(f"{path}/orders"),
        api.get(f"{path}/customer_group"),
        api.get(f"{path}/relationships/tags"),
        api.patch(f"{path}/relationships/tags", {"data": []}),
    ]

    assert [got(answer) for answer in answers] == [GONE] * len(answers)
    assert api.get("/api/customers").json["meta"]["record_count"] == 0


def test_a_return_whose_two_addresses_are_one(api: Api, sandbox: Sandbox) -> None:
    """Both linkages let go of an address that is deleted."""
    bought = order(api)
    returned = return_of(api, bought)
    place = address(api)
    alter(sandbox, returned, origin_address=place["id"], destination_address=place["id"])

    assert api.delete(path_of(place)).status_code == 204
    assert stored(sandbox, returned)["origin_address"] is None
    assert stored(sandbox, returned)["destination_address"] is None


def test_what_goes_along_for_two_reasons(
    api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes once; no declared type has two such linkages yet."""
    for name in ("origin_address", "destination_address"):
        monkeypatch.setattr(registry()["returns"].relationships[name], "on_delete", "cascade")
    bought, place = order(api), address(api)
    returned = return_of(api, bought)
    alter(sandbox, returned, origin_address=place["id"], destination_address=place["id"])

    assert api.delete(path_of(place)).status_code == 204
    assert api.get(path_of(returned)).status_code == 404
    assert events(sandbox, returned).count("returns.destroy") == 1


# --- the customer's tokens ------------------------------------------------------------------------


def refresh_tokens(sandbox: Sandbox, customer: Document) -> int:
    """Return how many refresh tokens a customer has."""
    return len(sandbox.find(REFRESH_TOKENS, Compare("owner_id", "eq", customer["id"])))


def test_a_logged_customer_deletes_itself(
    token_bearers: TokenBearers, sandbox: Sandbox, customer: Document
) -> None:
    """From then on its tokens are no good, for the API or for refreshing."""
    _, response = token_bearers.login(JOHN)
    john = Api(token_bearers.app, response["access_token"])

    assert john.delete(path_of(customer)).status_code == 204
    assert got(john.get("/api/customers")) == refused("INVALID_TOKEN")
    assert got(john.delete(path_of(customer))) == refused("INVALID_TOKEN")
    assert got(john.get("/api/organization")) == refused("INVALID_TOKEN")
    assert token_bearers.refresh(response)[0] == 400
    assert token_bearers.login(JOHN)[0] == 400
    assert refresh_tokens(sandbox, customer) == 0


def test_a_customer_is_deleted(
    token_bearers: TokenBearers, sandbox: Sandbox, customer: Document
) -> None:
    """All its tokens end, of whatever client, and nobody else's."""
    integration = token_bearers.integration()
    other = integration.create("customers", email="other@example.com", password=PASSWORD)
    owner = {"owner": {"type": "Customer", "id": customer["id"]}}
    logged, on_behalf = token_bearers.customer(JOHN), token_bearers.on_behalf("Integration", owner)
    _, kept = token_bearers.login("other@example.com")
    before = refresh_tokens(sandbox, customer), refresh_tokens(sandbox, other)
    integration.delete(path_of(customer))

    assert before == (2, 1)
    assert got(logged.get("/api/customers")) == refused("INVALID_TOKEN")
    assert got(on_behalf.get("/api/customers")) == refused("INVALID_TOKEN")
    assert (refresh_tokens(sandbox, customer), refresh_tokens(sandbox, other)) == (0, 1)
    assert token_bearers.refresh(kept)[0] == 200


def test_a_refused_deletion_ends_no_token(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, customer: Document
) -> None:
    """The customer is logged in still."""
    order(api, {"customer": to(customer)})
    john = token_bearers.customer(JOHN)

    assert got(john.delete(path_of(customer))) == locked(sandbox, customer)
    assert john.get("/api/customers").status_code == 200
    assert refresh_tokens(sandbox, customer) == 1


def test_a_user_of_the_same_id(
    token_bearers: TokenBearers, sandbox: Sandbox, customer: Document
) -> None:
    """One id may exist under two types: a user's tokens are not the customer's.

    conventions.md §3.
    """
    user = token_bearers.record("users", "email", "admin@example.com")
    sandbox.partition.put("users", {**user, "id": customer["id"]})
    web_app = token_bearers.on_behalf("Web app", {"owner": {"type": "User", "id": customer["id"]}})
    web_app.delete(path_of(customer))

    assert refresh_tokens(sandbox, customer) == 1
    assert got(web_app.get(path_of(customer))) == GONE


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("integration", (204, "")),
        ("webapp", (204, "")),
        ("read_only", refused("UNAUTHORIZED")),
        ("guest", refused("UNAUTHORIZED")),
    ],
)
def test_who_may(
    token_bearers: TokenBearers, customer: Document, kind: str, expected: Refused
) -> None:
    """Roles decide for back ends; a guest may not."""
    api: Api = getattr(token_bearers, kind)()

    assert got(api.delete(path_of(customer))) == expected


def test_nobody_deletes_somebody_else(
    token_bearers: TokenBearers, api: Api, customer: Document
) -> None:
    """A logged customer only deletes itself."""
    other = api.create("customers", email="other@example.com", password=PASSWORD)

    assert got(token_bearers.customer(JOHN).delete(path_of(other))) == refused("UNAUTHORIZED")
    assert api.get(path_of(other)).status_code == 200
    assert api.get(path_of(customer)).status_code == 200


# --- deleting what customers lead to --------------------------------------------------------------


def test_an_address_of_an_address_book(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """The entry goes along (neighbours.md §43)."""
    place = address(api)
    links = {"customer": to(customer), "address": to(place)}
    entry = api.create("customer_addresses", links=links)

    assert api.delete(path_of(place)).status_code == 204
    assert got(api.get(path_of(entry))) == GONE
    assert events(sandbox, entry) == ["customer_addresses.create", "customer_addresses.destroy"]


@pytest.mark.parametrize("name", ["billing_address", "shipping_address"])
def test_an_address_of_an_order(api: Api, sandbox: Sandbox, name: str) -> None:
    """It is locked, and so stay the entries of address books (neighbours.md §43)."""
    place = address(api)
    order(api, {name: to(place)})
    number = stored(sandbox, place)["serial"]

    assert got(api.delete(path_of(place))) == refused(
        "LOCKED", f"Failed to destroy Address with id={number}"
    )


def test_a_group(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """Its customers are detached; a market that is for them alone holds it (neighbours.md §1)."""
    group = api.create("customer_groups", name="Gold")
    api.update(customer, links={"customer_group": to(group)})
    sold = market(api)
    api.update(sold, links={"customer_group": to(group)})
    number = stored(sandbox, group)["serial"]
    refusal = got(api.delete(path_of(group)))
    api.update(sold, links={"customer_group": None})

    assert refusal == refused("LOCKED", f"Failed to destroy CustomerGroup with id={number}")
    assert api.delete(path_of(group)).status_code == 204
    assert stored(sandbox, customer)["customer_group"] is None
