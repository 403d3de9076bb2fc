"""What the API does not know, and the nearest name it does know."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Application
from mockserver.control.search import Search
from mockserver.control.unmatched import Unmatched
from tests.client import Api, document

MISSING = "/api/customers/AAAAAAAAAA"


def asked(app: Application, method: str, path: str, body: Any = None) -> Unmatched | None:
    """Return what is unmatched of a request, by the journal."""
    app.journal.resize(10)
    Api(app).request(method, path, body)
    return app.journal.find()[-1].unmatched


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/custmers", Unmatched("route", "/api/custmers", "/api/customers")),
        ("GET", "/api/Customer", Unmatched("route", "/api/Customer", "/api/customers")),
        ("GET", "/api/custmers/x", Unmatched("route", "/api/custmers/x", "/api/customers/{id}")),
        (
            "GET",
            "/api/custmers/x/orders",
            Unmatched("route", "/api/custmers/x/orders", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/ordrs",
            Unmatched("route", "/api/customers/x/ordrs", "/api/customers/{id}/orders"),
        ),
        (
            "GET",
            "/api/customers/x/relationships/tag",
            Unmatched(
                "route",
                "/api/customers/x/relationships/tag",
                "/api/customers/{id}/relationships/tags",
            ),
        ),
        ("GET", "/api/orgnization", Unmatched("route", "/api/orgnization", "/api/organization")),
        ("GET", "/api/v1/customers", Unmatched("route", "/api/v1/customers", "/api/customers")),
        ("GET", "/customers", Unmatched("route", "/customers", "/api/customers")),
        ("GET", "/v2/customers/x", Unmatched("route", "/v2/customers/x", "/api/customers")),
        ("POST", "/oauth/tokn", Unmatched("route", "/oauth/tokn", "/oauth/token")),
        ("GET", "/zzzzzzzzz", Unmatched("route", "/zzzzzzzzz", None)),
        (
            "GET",
            "/api/customers/a/b/c/d",
            Unmatched("route", "/api/customers/a/b/c/d", "/api/customers"),
        ),
        ("GET", "/api/customers//", Unmatched("route", "/api/customers//", "/api/customers")),
        ("GET", "/api/customers/x//", Unmatched("route", "/api/customers/x//", "/api/customers")),
        ("POST", "/oauth/token//", Unmatched("route", "/oauth/token//", "/oauth/token")),
        (
            "DELETE",
            "/api/customers",
            Unmatched("method", "DELETE /api/customers", "GET, POST, HEAD, OPTIONS"),
        ),
        (
            "GET",
            "/api/customers?filter[q][emial_eq]=x",
            Unmatched("filter", "emial_eq", "email_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_equals]=x",
            Unmatched("filter", "email_equals", "email_eq"),
        ),
        ("GET", "/api/customers?filter[q][emial]=x", Unmatched("filter", "emial", "email_eq")),
        ("GET", "/api/customers?filter[q][email]=x", Unmatched("filter", "email", "email_eq")),
        ("GET", "/api/customers?filter[q][id_cont]=x", Unmatched("filter", "id_cont")),
        (
            "GET",
            "/api/customers?filter[q][emial_or_refrence_eq]=x",
            Unmatched("filter", "emial_or_refrence_eq", "email_or_reference_eq"),
        ),
        (
            "GET",
            "/api/customers?filter[q][email_and_zzz_eq]=x",
            Unmatched("filter", "email_and_zzz_eq"),
        ),
        ("GET", "/api/customers?filter[emial]=x", Unmatched("filter", "emial", "email")),
        ("GET", "/api/customers?include=ordrs", Unmatched("include", "ordrs", "orders")),
        (
            "GET",
            "/api/customers?include=orders.custmer",
            Unmatched("include", "custmer", "customer"),
        ),
        ("GET", "/api/customers?sort=-emial", Unmatched("sort", "emial", "email")),
        (
            "GET",
            "/api/customers?fields[customers]=emial",
            Unmatched("field", "emial", "email"),
        ),
        (
            "GET",
            "/api/customers?fields[custmers]=email",
            Unmatched("type", "custmers", "customers"),
        ),
        ("GET", MISSING, None),
        ("GET", "/api/customers", None),
        ("GET", "/api/customers?page[size]=99", None),
        ("GET", "/api/organization", None),
    ],
    ids=str,
)  # fmt: skip
def test_request(app: Application, method: str, path: str, expected: Unmatched | None) -> None:
    """A name that is not there is shown with the nearest one; a missing record is no such name."""
    assert expected == asked(app, method, path)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (document("customers", emial="x"), Unmatched("field", "emial", "email")),
        (document("customers", zzzzzz="x"), Unmatched("field", "zzzzzz", None)),
        (document("customers", status="repeat"), None),
        ({"data": {"type": "custmers"}}, Unmatched("type", "custmers", "customers")),
        ({"data": 1}, None),
        (document("customers", email="no email"), None),
    ],
    ids=str,
)
def test_body(app: Application, body: Any, expected: Unmatched | None) -> None:
    """A field that may not be sent is known; one that does not exist is not."""
    assert expected == asked(app, "POST", "/api/customers", body)


def test_printed_and_searched(app: Application) -> None:
    """The journal shows it, and finds it."""
    app.journal.resize(0)
    asked(app, "GET", "/api/customers")
    asked(app, "GET", "/api/custmers")
    (found,) = app.journal.find(Search.load({"unmatched": True}))

    assert (found.printed()["unmatched"]) == {
        "what": "route",
        "name": "/api/custmers",
        "nearest": "/api/customers",
    }
