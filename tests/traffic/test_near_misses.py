"""What the API does not know, and the nearest name it does know."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.traffic.journal_search import Search
from mockserver.traffic.near_misses import NearMisses
from tests.client import Api, document

MISSING = "/api/customers/AAAAAAAAAA"


def asked(app: MockServerApp, method: str, path: str, body: Any = None) -> NearMisses | None:
    """Return what is unmatched of a request, by the journal."""
    app.journal.resize(10)
    Api(app).request(method, path, body)
    return app.journal.find()[-1].unmatched


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/custmers", NearMisses("route", "/api/custmers", "/api/customers")),
        ("GET", "/api/Customer", NearMisses("route", "/api/Customer", "/api/customers")),
        ("GET", "/api/custmers/x", NearMisses("route", "/api/custmers/x", "/api/customers/{id}")),
        (
            "GET",
            "/api/custmers/x/orders",
            NearMisses("route", "/api/custmers/x/orders", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/ordrs",
            NearMisses("route", "/api/customers/x/ordrs", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/relationships/tag",
            NearMisses(
                "route",
                "/api/customers/x/relationships/tag",
                "/api/customers/{id}/relationships/tags",
            ),
        ),
        ("GET", "/api/orgnization", NearMisses("route", "/api/orgnization", "/api/organization")),
        ("GET", "/api/v1/customers", NearMisses("route", "/api/v1/customers", "/api/customers")),
        ("GET", "/customers", NearMisses("route", "/customers", "/api/customers")),
        ("GET", "/v2/customers/x", NearMisses("route", "/v2/customers/x", "/api/customers")),
        ("POST", "/oauth/tokn", NearMisses("route", "/oauth/tokn", "/oauth/token")),
        ("GET", "/zzzzzzzzz", NearMisses("route", "/zzzzzzzzz", None)),
        (
            "GET",
            "/api/customers/a/b/c/d",
            NearMisses("route", "/api/customers/a/b/c/d", "/api/customers"),
        ),
        ("GET", "/api/customers//", NearMisses("route", "/api/customers//", "/api/customers")),
        ("GET", "/api/customers/x//", NearMisses("route", "/api/customers/x//", "/api/customers")),
        ("POST", "/oauth/token//", NearMisses("route", "/oauth/token//", "/oauth/token")),
        (
            "DELETE",
            "/api/customers",
            NearMisses("method", "DELETE /api/customers", "GET, POST, HEAD, OPTIONS"),
        ),
        (
            "GET",
            "/api/customers?filter[q][emial_eq]=x",
            NearMisses("filter", "emial_eq", "email_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_equals]=x",
            NearMisses("filter", "email_equals", "email_eq"),
        ),
        ("GET", "/api/customers?filter[q][emial]=x", NearMisses("filter", "emial", "email_eq")),
        ("GET", "/api/customers?filter[q][email]=x", NearMisses("filter", "email", "email_eq")),
        ("GET", "/api/customers?filter[q][id_cont]=x", NearMisses("filter", "id_cont")),
        (
            "GET",
            "/api/customers?filter[q][emial_or_refrence_eq]=x",
            NearMisses("filter", "emial_or_refrence_eq", "email_or_reference_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_and_zzz_eq]=x",
            NearMisses("filter", "email_and_zzz_eq"),
        ),
        ("GET", "/api/customers?filter[emial]=x", NearMisses("filter", "emial", "email")),
        ("GET", "/api/customers?include=ordrs", NearMisses("include", "ordrs", "orders")),
        (
            "GET",
            "/api/customers?include=orders.custmer",
            NearMisses("include", "custmer", "customer"),
        ),
        ("GET", "/api/customers?sort=-emial", NearMisses("sort", "emial", "email")),
        (
            "GET",
            "/api/customers?fields[customers]=emial",
            NearMisses("field", "emial", "email"),
        ),
        (
            "GET",
            "/api/customers?fields[custmers]=email",
            NearMisses("type", "custmers", "customers"),
        ),
        ("GET", MISSING, None),
        ("GET", "/api/customers", None),
        ("GET", "/api/customers?page[size]=99", None),
        ("GET", "/api/organization", None),
    ],
    ids=str,
)  # fmt: skip
def test_request(app: MockServerApp, method: str, path: str, expected: NearMisses | None) -> None:
    """A name that is not there is shown with the nearest one; a missing record is no such name."""
    assert expected == asked(app, method, path)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (document("customers", emial="x"), NearMisses("field", "emial", "email")),
        (document("customers", zzzzzz="x"), NearMisses("field", "zzzzzz", None)),
        (document("customers", status="repeat"), None),
        ({"data": {"type": "custmers"}}, NearMisses("type", "custmers", "customers")),
        ({"data": 1}, None),
        (document("customers", email="no email"), None),
    ],
    ids=str,
)
def test_body(app: MockServerApp, body: Any, expected: NearMisses | None) -> None:
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
