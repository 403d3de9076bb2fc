"""What the API does not know, and the nearest name it does know."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.traffic.journal_search import Search
from mockserver.traffic.near_misses import REMEMBERED, NearMiss, ignored
from tests.client import Api, document

MISSING = "/api/customers/AAAAAAAAAA"


def asked(app: MockServerApp, method: str, path: str, body: Any = None) -> NearMiss | None:
    """Return what is unmatched of a request, by the journal."""
    app.journal.resize(10)
    Api(app).request(method, path, body)
    return app.journal.find()[-1].near_miss


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/custmers", NearMiss("route", "/api/custmers", "/api/customers")),
        ("GET", "/api/Customer", NearMiss("route", "/api/Customer", "/api/customers")),
        ("GET", "/api/custmers/x", NearMiss("route", "/api/custmers/x", "/api/customers/{id}")),
        (
            "GET",
            "/api/custmers/x/orders",
            NearMiss("route", "/api/custmers/x/orders", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/ordrs",
            NearMiss("route", "/api/customers/x/ordrs", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/relationships/tag",
            NearMiss(
                "route",
                "/api/customers/x/relationships/tag",
                "/api/customers/{id}/relationships/tags",
            ),
        ),
        ("GET", "/api/orgnization", NearMiss("route", "/api/orgnization", "/api/organization")),
        ("GET", "/api/v1/customers", NearMiss("route", "/api/v1/customers", "/api/customers")),
        ("GET", "/customers", NearMiss("route", "/customers", "/api/customers")),
        ("GET", "/v2/customers/x", NearMiss("route", "/v2/customers/x", "/api/customers")),
        ("POST", "/oauth/tokn", NearMiss("route", "/oauth/tokn", "/oauth/token")),
        ("GET", "/zzzzzzzzz", NearMiss("route", "/zzzzzzzzz", None)),
        (
            "GET",
            "/api/customers/a/b/c/d",
            NearMiss("route", "/api/customers/a/b/c/d", "/api/customers"),
        ),
        ("GET", "/api/customers//", NearMiss("route", "/api/customers//", "/api/customers")),
        ("GET", "/api/customers/x//", NearMiss("route", "/api/customers/x//", "/api/customers")),
        ("POST", "/oauth/token//", NearMiss("route", "/oauth/token//", "/oauth/token")),
        (
            "DELETE",
            "/api/customers",
            NearMiss("method", "DELETE /api/customers", "GET, POST, HEAD, OPTIONS"),
        ),
        (
            "GET",
            "/api/customers?filter[q][emial_eq]=x",
            NearMiss("filter", "emial_eq", "email_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_equals]=x",
            NearMiss("filter", "email_equals", "email_eq"),
        ),
        ("GET", "/api/customers?filter[q][emial]=x", NearMiss("filter", "emial", "email_eq")),
        ("GET", "/api/customers?filter[q][email]=x", NearMiss("filter", "email", "email_eq")),
        ("GET", "/api/customers?filter[q][id_cont]=x", NearMiss("filter", "id_cont")),
        (
            "GET",
            "/api/customers?filter[q][emial_or_refrence_eq]=x",
            NearMiss("filter", "emial_or_refrence_eq", "email_or_reference_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_and_zzz_eq]=x",
            NearMiss("filter", "email_and_zzz_eq"),
        ),
        ("GET", "/api/customers?filter[emial]=x", NearMiss("filter", "emial", "email")),
        ("GET", "/api/customers?include=ordrs", NearMiss("include", "ordrs", "orders")),
        (
            "GET",
            "/api/customers?include=orders.custmer",
            NearMiss("include", "custmer", "customer"),
        ),
        ("GET", "/api/customers?sort=-emial", NearMiss("sort", "emial", "email")),
        (
            "GET",
            "/api/customers?fields[customers]=emial",
            NearMiss("field", "emial", "email"),
        ),
        (
            "GET",
            "/api/customers?fields[custmers]=email",
            NearMiss("type", "custmers", "customers"),
        ),
        ("GET", MISSING, None),
        ("GET", "/api/customers", None),
        ("GET", "/api/customers?page[size]=99", None),
        ("GET", "/api/organization", None),
    ],
    ids=str,
)  # fmt: skip
def test_request(app: MockServerApp, method: str, path: str, expected: NearMiss | None) -> None:
    """A name that is not there is shown with the nearest one; a missing record is no such name."""
    assert expected == asked(app, method, path)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (document("customers", emial="x"), NearMiss("field", "emial", "email")),
        (document("customers", zzzzzz="x"), NearMiss("field", "zzzzzz", None)),
        (document("customers", status="repeat"), None),
        ({"data": {"type": "custmers"}}, NearMiss("type", "custmers", "customers")),
        ({"data": 1}, None),
        (document("customers", email="no email"), None),
    ],
    ids=str,
)
def test_body(app: MockServerApp, body: Any, expected: NearMiss | None) -> None:
    """A field that may not be sent is known; one that does not exist is not."""
    assert expected == asked(app, "POST", "/api/customers", body)


def test_printed_and_searched(app: MockServerApp) -> None:
    """The journal shows it, and finds it."""
    app.journal.resize(0)
    asked(app, "GET", "/api/customers")
    asked(app, "GET", "/api/custmers")
    (found,) = app.journal.find(Search.load({"unmatched": True}))

    assert (found.serialized()["unmatched"]) == {
        "what": "route",
        "name": "/api/custmers",
        "nearest": "/api/customers",
    }


def test_conditions_are_not_remembered_for_ever() -> None:
    """A client may make up any number of them."""
    for number in range(REMEMBERED + 10):
        ignored("customers", f"made_up_{number}")

    assert ignored.cache_info().currsize == REMEMBERED  # type: ignore[attr-defined]  # remembered
