"""Requests that are wrong in two ways are told of the first one (conventions.md §17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.client import Api, Bearers, document, path_of, to
from tests.conftest import Options
from tests.refusals import Refused, error, got, refused, refused_with, violation

NOBODY = "AAAAAAAAAA"
TAGS = "/api/tags"
CUSTOMERS = "/api/customers"
WRONG_TYPE = {"Content-Type": "text/plain"}
WRONG_ACCEPT = {"Accept": "text/plain"}
NOT_ALLOWED = refused("PARAM_NOT_ALLOWED", "foo is not allowed.")
MISSING = refused("PARAM_MISSING", "The required parameter, data, is missing.")


@pytest.fixture
def options() -> Options:
    """Return tokens that count."""
    return {"auth": True}


@pytest.fixture
def integration(bearers: Bearers) -> Api:
    """Return a client that may do everything."""
    return bearers.integration()


@pytest.fixture
def reader(bearers: Bearers) -> Api:
    """Return a client that may only read."""
    return bearers.integration(name="read_only_integration")


@pytest.fixture
def guest(bearers: Bearers) -> Api:
    """Return a client of a sales channel."""
    return bearers.guest()


def unsupported(named: str = "text/plain") -> Refused:
    """Return the refusal of a content type."""
    return refused(
        "UNSUPPORTED_MEDIA_TYPE",
        "All requests that create or update must use the 'application/vnd.api+json' "
        f"Content-Type. This request specified '{named}'.",
    )


def not_acceptable(named: str = "text/plain") -> Refused:
    """Return the refusal of what a client accepts."""
    return refused(
        "NOT_ACCEPTABLE",
        "All requests must use the 'application/vnd.api+json' Accept without media type "
        f"parameters. This request specified '{named}'.",
    )


class TestLimits:
    """1: the rate limit comes before everything else."""

    @pytest.fixture
    def options(self) -> Options:
        """Return limits as well."""
        return {"auth": True, "rate_limits": True}

    @pytest.mark.parametrize(
        "send",
        [
            lambda api: api.get("/api/nope"),
            lambda api: api.request("FOO", "/api/nope"),
            lambda api: Api(api.app).get("/api/nope"),
        ],
        ids=["no-route", "no-method", "no-token"],
    )
    def test_over_the_limit(self, integration: Api, send: Callable[[Api], Any]) -> None:
        """Whatever else is wrong."""
        answers = [got(send(integration)) for _ in range(51)]

        assert answers[0][0] != 429
        assert answers[50] == refused("TOO_MANY_REQUESTS")


Send = Callable[[Api], Any]
#: Who sends what, and the refusal expected; the name says which two steps are broken.
CASES: dict[str, tuple[str, Send, Refused]] = {
    # 2 and 3: the route, then the method, then the token
    "route-before-method": (
        "integration",
        lambda api: api.request("FOO", "/api/nope"),
        refused("RECORD_NOT_FOUND"),
    ),
    "route-before-token": (
        "nobody",
        lambda api: api.get("/api/nope"),
        refused("RECORD_NOT_FOUND"),
    ),
    "relationship-before-token": (
        "nobody",
        lambda api: api.get(f"{CUSTOMERS}/{NOBODY}/nope"),
        refused("RECORD_NOT_FOUND"),
    ),
    "method-before-token": (
        "nobody",
        lambda api: api.request("PUT", CUSTOMERS),
        refused("METHOD_NOT_ALLOWED"),
    ),
    "action-before-token": (
        "nobody",
        lambda api: api.post("/api/events", {}),
        refused("METHOD_NOT_ALLOWED"),
    ),
    "method-of-related-before-token": (
        "nobody",
        lambda api: api.post(f"{CUSTOMERS}/{NOBODY}/tags", {}),
        refused("METHOD_NOT_ALLOWED"),
    ),
    "method-of-linkage-before-token": (
        "nobody",
        lambda api: api.post(f"{CUSTOMERS}/{NOBODY}/relationships/customer_group", {}),
        refused("METHOD_NOT_ALLOWED"),
    ),
    # 3 and 4: the token, then the content type, then what is accepted
    "token-before-content-type": (
        "nobody",
        lambda api: api.request("POST", TAGS, {}, headers=WRONG_TYPE),
        refused("INVALID_TOKEN"),
    ),
    "token-before-accept": (
        "nobody",
        lambda api: api.request("GET", TAGS, headers=WRONG_ACCEPT),
        refused("INVALID_TOKEN"),
    ),
    "content-type-before-accept": (
        "integration",
        lambda api: api.request("POST", TAGS, {}, headers={**WRONG_TYPE, **WRONG_ACCEPT}),
        unsupported(),
    ),
    # 4 and 5: headers, then the body
    "content-type-before-body": (
        "integration",
        lambda api: api.request("POST", TAGS, b"{", headers=WRONG_TYPE),
        unsupported(),
    ),
    "accept-before-body": (
        "integration",
        lambda api: api.request("POST", TAGS, b"{", headers=WRONG_ACCEPT),
        not_acceptable(),
    ),
    "accept-before-query": (
        "integration",
        lambda api: api.request("GET", f"{TAGS}?fields=x", headers=WRONG_ACCEPT),
        not_acceptable(),
    ),
    "content-type-before-linkage": (
        "integration",
        lambda api: api.request(
            "PATCH", f"{CUSTOMERS}/{NOBODY}/relationships/orders", {}, headers=WRONG_TYPE
        ),
        unsupported(),
    ),
    # 5: the body, then the query
    "body-before-fields": (
        "integration",
        lambda api: api.post(f"{TAGS}?fields=x", b"{"),
        refused("BAD_REQUEST", "unexpected token at '{'"),
    ),
    "fields-before-include": (
        "integration",
        lambda api: api.get(f"{CUSTOMERS}?include=foo&fields=x"),
        refused("INVALID_FIELD_FORMAT"),
    ),
    "include-with-filter": (
        "integration",
        lambda api: api.get(f"{CUSTOMERS}?filter=abc&include=foo&sort=foo&page=0"),
        refused_with(
            [
                error(
                    "INVALID_INCLUDE",
                    "foo is not a valid includable relationship of customers",
                ),
                error("INVALID_FILTERS_SYNTAX", "abc is not a valid syntax for filtering."),
            ]
        ),
    ),
    "filter-before-sort": (
        "integration",
        lambda api: api.get(f"{CUSTOMERS}?sort=foo&filter=abc"),
        refused("INVALID_FILTERS_SYNTAX", "abc is not a valid syntax for filtering."),
    ),
    "sort-before-page": (
        "integration",
        lambda api: api.get(f"{CUSTOMERS}?page=0&sort=foo"),
        refused("INVALID_SORT_CRITERIA", "foo is not a valid sort criteria for customers"),
    ),
    "fields-before-data": (
        "integration",
        lambda api: api.post(f"{TAGS}?fields=x", {}),
        refused("INVALID_FIELD_FORMAT"),
    ),
    "include-before-data": (
        "integration",
        lambda api: api.patch(f"{CUSTOMERS}/{NOBODY}?include=foo", {}),
        refused("INVALID_INCLUDE", "foo is not a valid includable relationship of customers"),
    ),
    # then data, id, type, members
    "data-before-id": ("integration", lambda api: api.patch(f"{TAGS}/x", {}), MISSING),
    "id-before-type": (
        "integration",
        lambda api: api.patch(f"{TAGS}/x", {"data": {"type": "skus"}}),
        refused("KEY_ORDER_MISMATCH"),
    ),
    "other-id-before-type": (
        "integration",
        lambda api: api.patch(f"{TAGS}/x", {"data": {"type": "skus", "id": "y"}}),
        refused("KEY_NOT_INCLUDED_IN_URL", "The URL does not support the key y"),
    ),
    "type-before-members": (
        "integration",
        lambda api: api.post(TAGS, {"data": {"type": "skus", "foo": 1, "id": "x"}}),
        refused("INVALID_RESOURCE", "skus is not a valid resource."),
    ),
    "members-before-linkage": (
        "integration",
        lambda api: api.post(
            CUSTOMERS,
            {"data": {"type": "customers", "relationships": {"tags": None}, "foo": 1}},
        ),
        NOT_ALLOWED,
    ),
    "data-before-replacement": (
        "integration",
        lambda api: api.patch(f"{CUSTOMERS}/{NOBODY}/relationships/orders", {}),
        MISSING,
    ),
    "replacement-before-shape": (
        "integration",
        lambda api: api.patch(f"{CUSTOMERS}/{NOBODY}/relationships/orders", {"data": 5}),
        refused("FORBIDDEN"),
    ),
    # 5 and 6: the request, then the permission on the type
    "body-before-permission": (
        "reader",
        lambda api: api.post(TAGS, b"{"),
        refused("BAD_REQUEST", "unexpected token at '{'"),
    ),
    "members-before-permission": (
        "reader",
        lambda api: api.post(TAGS, document("tags", foo=1)),
        NOT_ALLOWED,
    ),
    "query-before-permission": (
        "guest",
        lambda api: api.get(f"{TAGS}?sort=foo"),
        refused("INVALID_SORT_CRITERIA", "foo is not a valid sort criteria for tags"),
    ),
    "prohibited-before-permission": (
        "guest",
        lambda api: api.patch(
            f"{CUSTOMERS}/{NOBODY}", document("customers", NOBODY, _add_tags="vip")
        ),
        refused("PARAM_NOT_ALLOWED", "_add_tags is not allowed."),
    ),
    "query-of-event-stores-before-permission": (
        "guest",
        lambda api: api.get(f"{CUSTOMERS}/{NOBODY}/event_stores?page[size]=0"),
        refused("INVALID_PAGE_VALUE", "0 is not a valid value for size page parameter."),
    ),
    # 6 and 7: the permission on the type, then the record
    "permission-before-record": (
        "guest",
        lambda api: api.get(f"{TAGS}/{NOBODY}"),
        refused("UNAUTHORIZED"),
    ),
    "permission-before-update-of-nobody": (
        "reader",
        lambda api: api.patch(f"{TAGS}/{NOBODY}", document("tags", NOBODY, name="")),
        refused("UNAUTHORIZED"),
    ),
    "permission-before-delete-of-nobody": (
        "reader",
        lambda api: api.delete(f"{TAGS}/{NOBODY}"),
        refused("UNAUTHORIZED"),
    ),
    "permission-before-linkage-of-nobody": (
        "reader",
        lambda api: api.patch(f"{CUSTOMERS}/{NOBODY}/relationships/customer_group", {"data": None}),
        refused("UNAUTHORIZED"),
    ),
    "permission-of-event-stores-before-record": (
        "guest",
        lambda api: api.get(f"/api/orders/{NOBODY}/event_stores"),
        refused("UNAUTHORIZED"),
    ),
    "permission-of-related-before-record": (
        "guest",
        lambda api: api.get(f"/api/orders/{NOBODY}/events"),
        refused("UNAUTHORIZED"),
    ),
    # 6 and 8, 6 and 9
    "permission-before-linked-record": (
        "reader",
        lambda api: api.post(
            CUSTOMERS,
            document("customers", links={"tags": [{"type": "tags", "id": NOBODY}]}),
        ),
        refused("UNAUTHORIZED"),
    ),
    "permission-before-rules": (
        "reader",
        lambda api: api.post(TAGS, document("tags")),
        refused("UNAUTHORIZED"),
    ),
    # 7 and 8: the record, then what it is linked to
    "record-before-linked-record": (
        "integration",
        lambda api: api.patch(
            f"{CUSTOMERS}/{NOBODY}",
            document("customers", NOBODY, links={"tags": [{"type": "tags", "id": NOBODY}]}),
        ),
        refused("RECORD_NOT_FOUND"),
    ),
    "record-before-rules": (
        "integration",
        lambda api: api.patch(f"{CUSTOMERS}/{NOBODY}", document("customers", NOBODY, email="")),
        refused("RECORD_NOT_FOUND"),
    ),
    # 8 and 9: what it is linked to, then the rules
    "linked-record-before-rules": (
        "integration",
        lambda api: api.post(
            CUSTOMERS,
            document("customers", email="", links={"tags": [{"type": "tags", "id": NOBODY}]}),
        ),
        refused("RECORD_NOT_FOUND"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_earlier_one(
    app: Any, case: tuple[str, Send, Refused], request: pytest.FixtureRequest
) -> None:
    """Of two adjacent steps that a request breaks, the first one answers."""
    who, send, expected = case
    api = Api(app) if who == "nobody" else request.getfixturevalue(who)

    assert expected == got(send(api))


@pytest.fixture
def customer(integration: Api, bearers: Bearers) -> Api:
    """Return a client of a logged customer."""
    integration.create("customers", email="john@example.com", password="secret123")
    return bearers.customer("john@example.com", "secret123")


def test_the_record_before_its_permission(integration: Api, customer: Api) -> None:
    """7: nobody is not found, somebody else is not for this customer."""
    other = integration.create("customers", email="other@example.com")

    assert got(customer.get(f"{CUSTOMERS}/{NOBODY}")) == refused("RECORD_NOT_FOUND")
    assert got(customer.get(path_of(other))) == refused("UNAUTHORIZED")


def test_the_record_s_permission_before_the_rest(integration: Api, customer: Api) -> None:
    """7 and 8, 7 and 9: somebody else's record is not even looked into."""
    other = integration.create("customers", email="other@example.com")
    path = path_of(other)
    sent = document("customers", other["id"], email="")

    assert got(customer.patch(path, sent)) == refused("UNAUTHORIZED")
    assert got(customer.delete(path)) == refused("UNAUTHORIZED")


def test_the_record_before_integrity(integration: Api, sandbox: Sandbox) -> None:
    """7 and 9: what is gone is not locked."""
    market = {"market": to(integration.get("/api/markets").json["data"][0])}
    order = integration.create("orders", customer_email="john@example.com", links=market)
    john = sandbox.find("customers", Compare("email", "eq", "john@example.com"))[0]

    assert integration.delete(f"{CUSTOMERS}/{john['id']}").status_code == 423
    assert integration.delete(path_of(order)).status_code == 204
    assert integration.delete(f"{CUSTOMERS}/{john['id']}").status_code == 204
    assert integration.delete(f"{CUSTOMERS}/{john['id']}").status_code == 404


def test_all_rules_at_once(integration: Api) -> None:
    """9: what is left to be wrong is told together."""
    answer = integration.post("/api/customer_addresses", document("customer_addresses"))

    assert got(answer) == refused_with(
        [
            violation("relationships/customer", "can't be blank", "blank"),
            violation("relationships/address", "can't be blank", "blank"),
        ]
    )
