"""What tokens of each kind may do and see through the API (authentication.md §13, §14)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Bearers, Document, document, ids, path_of, to
from tests.conftest import Options
from tests.refusals import got, refused

NOBODY = "AAAAAAAAAA"
UNAUTHORIZED = refused("UNAUTHORIZED")
PASSWORD = "secret123"


@pytest.fixture
def options() -> Options:
    """Return tokens that count."""
    return {"auth": True}


@pytest.fixture
def integration(bearers: Bearers) -> Api:
    """Return a client that may do everything."""
    return bearers.integration()


@pytest.fixture
def guest(bearers: Bearers) -> Api:
    """Return a client of a sales channel."""
    return bearers.guest()


@pytest.fixture
def john(integration: Api) -> Document:
    """Return a registered customer with a group and a tag."""
    group = integration.create("customer_groups", name="Gold")
    tag = integration.create("tags", name="vip")
    links = {"customer_group": to(group), "tags": [to(tag)]}
    return integration.create("customers", email="john@example.com", password=PASSWORD, links=links)


@pytest.fixture
def jane(integration: Api) -> Document:
    """Return another customer."""
    return integration.create("customers", email="jane@example.com", password=PASSWORD)


@pytest.fixture
def customer(john: Document, bearers: Bearers) -> Api:
    """Return a client of the first customer, logged in."""
    return bearers.customer(john["attributes"]["email"], PASSWORD)


def order(integration: Api, email: str) -> Document:
    """Return an order of a customer."""
    market = next(
        market
        for market in integration.get("/api/markets").json["data"]
        if market["attributes"]["code"] == "europe"
    )
    return integration.create("orders", customer_email=email, links={"market": to(market)})


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("guest", "GET", "/api/customers", 401),
        ("guest", "POST", "/api/customers", 400),
        ("guest", "GET", f"/api/customers/{NOBODY}", 401),
        ("guest", "PATCH", f"/api/customers/{NOBODY}", 400),
        ("guest", "DELETE", f"/api/customers/{NOBODY}", 401),
        ("guest", "GET", "/api/customer_groups", 401),
        ("guest", "GET", "/api/orders", 401),
        ("guest", "GET", f"/api/orders/{NOBODY}", 404),
        ("guest", "GET", f"/api/addresses/{NOBODY}", 404),
        ("guest", "GET", "/api/addresses", 401),
        ("guest", "GET", "/api/markets", 401),
        ("guest", "GET", "/api/organization", 200),
        ("guest", "GET", "/api/application", 200),
        ("customer", "GET", "/api/customers", 200),
        ("customer", "GET", "/api/customer_addresses", 200),
        ("customer", "GET", "/api/customer_payment_sources", 200),
        ("customer", "GET", "/api/orders", 200),
        ("customer", "GET", "/api/returns", 200),
        ("customer", "GET", "/api/tags", 401),
        ("customer", "GET", "/api/customer_groups", 401),
        ("customer", "GET", "/api/events", 401),
        ("customer", "GET", "/api/organization", 200),
        ("integration", "GET", "/api/tags", 200),
        ("integration", "GET", "/api/events", 200),
    ],
)
def test_types_and_actions(who: str, method: str, path: str, status: int, request: Any) -> None:
    """As the tables say; lack of permission is 401, never 403."""
    api: Api = request.getfixturevalue(who)
    body = {} if method in ("POST", "PATCH") else None

    assert status == api.request(method, path, body).status_code


def test_a_customer_s_own_record(customer: Api, john: Document, jane: Document) -> None:
    """Read, listed and changed; nobody else's is."""
    sent = document("customers", john["id"], reference="mine")

    assert ids(customer.get("/api/customers")) == [john["id"]]
    assert customer.get(path_of(john)).status_code == 200
    assert customer.patch(path_of(john), sent).status_code == 200
    assert got(customer.get(path_of(jane))) == UNAUTHORIZED
    assert got(customer.patch(path_of(jane), {"data": to(jane)})) == UNAUTHORIZED
    assert got(customer.delete(path_of(jane))) == UNAUTHORIZED
    assert got(customer.get(f"{path_of(jane)}/orders")) == UNAUTHORIZED
    assert got(customer.get(f"{path_of(jane)}/relationships/orders")) == UNAUTHORIZED


def test_lists_are_filtered_silently(
    integration: Api, customer: Api, john: Document, jane: Document
) -> None:
    """Others' orders are not counted either (authentication.md §13.2)."""
    own, _ = order(integration, "john@example.com"), order(integration, "jane@example.com")
    answer = customer.get("/api/orders?filter[q][customer_email_cont]=@")
    related = customer.get(f"{path_of(john)}/orders")

    assert ids(answer) == [own["id"]] == ids(related)
    assert answer.json["meta"] == {"record_count": 1, "page_count": 1} == related.json["meta"]
    assert jane["id"] != john["id"]


def test_what_may_not_be_read_is_left_out(customer: Api, john: Document) -> None:
    """Neither included nor named in the linkage (conventions.md §12)."""
    answer = customer.get(f"{path_of(john)}?include=tags,customer_group,jwt_customer")
    relationships = answer.json["data"]["relationships"]

    assert "included" not in answer.json
    assert relationships["tags"]["data"] == []
    assert relationships["customer_group"]["data"] is None
    assert relationships["jwt_customer"]["data"] == to(john)
    assert customer.get(f"{path_of(john)}/relationships/tags").json["data"] == []


@pytest.mark.parametrize(
    "name", ["tags", "customer_group", "events", "event_stores", "attachments"]
)
def test_related_types_that_may_not_be_read(customer: Api, john: Document, name: str) -> None:
    """Asked for by their own URL they are refused."""
    assert got(customer.get(f"{path_of(john)}/{name}")) == UNAUTHORIZED


def test_another_s_record_through_a_to_one(
    integration: Api, customer: Api, john: Document, jane: Document
) -> None:
    """A related record outside the permission is as if it were not there."""
    address = integration.create(
        "addresses",
        business=True,
        company="Acme",
        line_1="x",
        city="x",
        zip_code="x",
        state_code="x",
        country_code="IT",
        phone="1",
    )
    links = {"customer": to(john), "address": to(address)}
    entry = integration.create("customer_addresses", links=links)
    other = integration.create("customer_addresses", links={**links, "customer": to(jane)})

    assert customer.get(f"{path_of(entry)}/customer").json["data"]["id"] == john["id"]
    assert got(customer.get(f"{path_of(other)}/customer")) == UNAUTHORIZED


@pytest.mark.parametrize(
    "sent",
    [
        document("customers", NOBODY, _add_tags="vip"),
        document("customers", NOBODY, _remove_tags="vip"),
        document("customers", NOBODY, _request_anonymization=True),
        document("customers", NOBODY, _cancel_anonymization=False),
        document("customers", NOBODY, links={"tags": []}),
        document("customers", NOBODY, links={"customer_group": None}),
    ],
    ids=lambda sent: next(iter(sent["data"].get("attributes") or sent["data"]["relationships"])),
)
def test_what_sales_channels_may_not_send(customer: Api, john: Document, sent: Document) -> None:
    """It is refused as if it did not exist (conventions.md §6)."""
    name = next(iter(sent["data"].get("attributes") or sent["data"]["relationships"]))
    own = {"data": {**sent["data"], "id": john["id"]}}

    assert got(customer.patch(path_of(john), own)) == refused(
        "PARAM_NOT_ALLOWED", f"{name} is not allowed."
    )


@pytest.mark.parametrize(
    ("method", "name", "data"),
    [
        ("PATCH", "tags", []),
        ("POST", "tags", []),
        ("DELETE", "tags", []),
        ("PATCH", "customer_group", None),
        ("DELETE", "customer_group", None),
    ],
)
def test_linkage_that_sales_channels_may_not_write(
    customer: Api, john: Document, method: str, name: str, data: Any
) -> None:
    """Nor through the relationship endpoints."""
    answer = customer.request(method, f"{path_of(john)}/relationships/{name}", {"data": data})

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def test_writing_linkage_does_not_lose_what_cannot_be_read(
    integration: Api, sandbox: Sandbox, bearers: Bearers, john: Document
) -> None:
    """Who may update customers but not read tags adds to them all the same."""
    new = integration.create("tags", name="new")
    actions = {"customers": {"actions": ["read", "update"]}}
    _restrict(sandbox, actions)
    restricted = bearers.integration(name="read_only_integration")
    answer = restricted.post(f"{path_of(john)}/relationships/tags", {"data": [to(new)]})
    found = integration.get(f"{path_of(john)}/tags").json["data"]

    assert answer.status_code == 204
    assert restricted.get(f"{path_of(john)}/relationships/tags").json["data"] == []
    assert [tag["attributes"]["name"] for tag in found] == ["vip", "new"]


def _restrict(sandbox: Sandbox, permissions: Document) -> None:
    """Give the read-only integration's role other permissions."""
    role = next(r for r in sandbox.partition.select("roles")[0] if r["kind"] == "read_only")
    sandbox.partition.put("roles", {**role, "permissions": permissions})


@pytest.mark.parametrize(
    ("actions", "statuses"),
    [
        (["read"], (200, 401, 401, 401)),
        (["create"], (401, 201, 401, 401)),
        (["update"], (401, 401, 200, 401)),
        (["destroy"], (401, 401, 401, 204)),
        ([], (401, 401, 401, 401)),
        (["create", "destroy", "read", "update"], (200, 201, 200, 204)),
    ],
    ids=lambda value: "-".join(map(str, value)) or "none",
)
def test_roles(
    integration: Api,
    sandbox: Sandbox,
    bearers: Bearers,
    actions: list[str],
    statuses: tuple[int, ...],
) -> None:
    """Each action of a role is checked by itself (authentication.md §13.3)."""
    tag = integration.create("tags", name="vip")
    _restrict(sandbox, {"tags": {"actions": actions}})
    api = bearers.integration(name="read_only_integration")

    assert statuses == (
        api.get(path_of(tag)).status_code,
        api.post("/api/tags", document("tags", name="new")).status_code,
        api.patch(path_of(tag), {"data": to(tag)}).status_code,
        api.delete(path_of(tag)).status_code,
    )


def test_modes_do_not_mix(bearers: Bearers, john: Document) -> None:
    """A record of the other mode does not exist (authentication.md §14)."""
    live = bearers.integration("live")

    assert got(live.get(path_of(john))) == refused("RECORD_NOT_FOUND")
    assert live.create("customers", email="john@example.com")["meta"]["mode"] == "live"
    assert bearers.integration().get("/api/customers").json["meta"]["record_count"] == 1


def test_members_of_the_token(integration: Api, customer: Api, john: Document) -> None:
    """They tell of the token, not of the record (customers.md §12)."""
    path = path_of(john)

    assert customer.get(f"{path}/jwt_customer").json["data"]["id"] == john["id"]
    assert integration.get(f"{path}/jwt_customer").json == {"data": None}
    assert integration.get(f"{path}/jwt_markets").json["data"] == []


def test_sign_up(guest: Api) -> None:
    """A guest creates a customer and cannot read it back (customers.md §5)."""
    sent = document("customers", email="new@example.com", password=PASSWORD)
    answer = guest.post("/api/customers", sent)

    assert answer.status_code == 201
    assert answer.json["data"]["attributes"]["has_password"] is True
    assert got(guest.get(path_of(answer.json["data"]))) == UNAUTHORIZED
