"""The catalogue of errors: each entry reached, its exact body (conventions.md §16)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.engine.sandbox import Sandbox
from mockserver.errors import CATALOGUE, RULES, violation
from tests import refusals
from tests.client import Api, Bearers, Document, document, path_of, to
from tests.conftest import Options
from tests.refusals import got, refused, refused_with

NOBODY = "AAAAAAAAAA"
TAGS = "/api/tags"


def one(title: str, detail: str, code: str, status: int) -> tuple[int, str]:
    """Return status and body of one error, written out by hand."""
    text = json.dumps(detail, ensure_ascii=False)
    body = f'{{"title":"{title}","detail":{text},"code":"{code}","status":"{status}"}}'
    return status, f'{{"errors":[{body}]}}'


Request = Callable[[Api], TestResponse]
CASES: dict[str, tuple[Request, tuple[int, str]]] = {
    "PARAM_MISSING": (
        lambda api: api.post(TAGS, {}),
        one("Missing Parameter", "The required parameter, data, is missing.", "PARAM_MISSING", 400),
    ),
    "PARAM_NOT_ALLOWED": (
        lambda api: api.post(TAGS, document("tags", foo=1)),
        one("Param not allowed", "foo is not allowed.", "PARAM_NOT_ALLOWED", 400),
    ),
    "INVALID_RESOURCE": (
        lambda api: api.post(TAGS, document("skus")),
        one("Invalid resource", "skus is not a valid resource.", "INVALID_RESOURCE", 400),
    ),
    "INVALID_DATA_FORMAT": (
        lambda api: api.post(TAGS, {"data": []}),
        one("Invalid data format", "Data must be a hash.", "INVALID_DATA_FORMAT", 400),
    ),
    "INVALID_LINKS_OBJECT": (
        lambda api: api.post("/api/customers", document("customers", links={"tags": None})),
        one(
            "Invalid Links Object",
            "Data is not a valid Links Object.",
            "INVALID_LINKS_OBJECT",
            400,
        ),
    ),
    "TYPE_MISMATCH": (
        lambda api: api.post(
            "/api/customers",
            document("customers", links={"tags": [{"type": "skus", "id": NOBODY}]}),
        ),
        one("Type Mismatch", "skus is not a valid type for this operation.", "TYPE_MISMATCH", 400),
    ),
    "KEY_NOT_INCLUDED_IN_URL": (
        lambda api: api.patch(f"{TAGS}/{NOBODY}", document("tags", "x")),
        one(
            "Key is not included in URL",
            "The URL does not support the key x",
            "KEY_NOT_INCLUDED_IN_URL",
            400,
        ),
    ),
    "KEY_ORDER_MISMATCH": (
        lambda api: api.patch(f"{TAGS}/{NOBODY}", document("tags")),
        one(
            "A key is required",
            "The resource object does not contain a key.",
            "KEY_ORDER_MISMATCH",
            400,
        ),
    ),
    "INVALID_FIELD": (
        lambda api: api.get(f"{TAGS}?fields[tags]=foo"),
        one("Invalid field", "foo is not a valid field for tags.", "INVALID_FIELD", 400),
    ),
    "INVALID_FIELD_FORMAT": (
        lambda api: api.get(f"{TAGS}?fields=foo"),
        one("Invalid field format", "Fields must specify a type.", "INVALID_FIELD_FORMAT", 400),
    ),
    "INVALID_FIELD_VALUE": (
        lambda api: api.post(
            "/api/customers",
            document("customers", links={"tags": [{"type": "tags", "id": 5}]}),
        ),
        one("Invalid field value", "5 is not a valid value for id.", "INVALID_FIELD_VALUE", 400),
    ),
    "INVALID_INCLUDE": (
        lambda api: api.get("/api/customers?include=foo"),
        one(
            "Invalid field",
            "foo is not a valid includable relationship of customers",
            "INVALID_INCLUDE",
            400,
        ),
    ),
    "INVALID_SORT_CRITERIA": (
        lambda api: api.get("/api/customers?sort=-password"),
        one(
            "Invalid sort criteria",
            "password is not a valid sort criteria for customers",
            "INVALID_SORT_CRITERIA",
            400,
        ),
    ),
    "FILTER_NOT_ALLOWED": (
        lambda api: api.get(f"{TAGS}?filter[foo]=1"),
        one("Filter not allowed", "foo is not allowed.", "FILTER_NOT_ALLOWED", 400),
    ),
    "INVALID_FILTERS_SYNTAX": (
        lambda api: api.get(f"{TAGS}?filter=abc"),
        one(
            "Invalid filters syntax",
            "abc is not a valid syntax for filtering.",
            "INVALID_FILTERS_SYNTAX",
            400,
        ),
    ),
    "INVALID_FILTER_VALUE": (
        lambda api: api.get(f"{TAGS}?filter[q][metadata_jcont]=x"),
        one(
            "Invalid filter value",
            "x is not a valid value for metadata_jcont.",
            "INVALID_FILTER_VALUE",
            400,
        ),
    ),
    "INVALID_PAGE_VALUE": (
        lambda api: api.get(f"{TAGS}?page[size]=x"),
        one(
            "Invalid page value",
            "0 is not a valid value for size page parameter.",
            "INVALID_PAGE_VALUE",
            400,
        ),
    ),
    "BAD_REQUEST": (
        lambda api: api.post(TAGS, b"{oops"),
        one("Bad Request", "unexpected token at '{oops'", "BAD_REQUEST", 400),
    ),
    "FORBIDDEN": (
        lambda api: api.patch(f"/api/customers/{NOBODY}/relationships/orders", {"data": []}),
        one(
            "Complete replacement forbidden",
            "Complete replacement forbidden for this relationship",
            "FORBIDDEN",
            403,
        ),
    ),
    "RECORD_NOT_FOUND": (
        lambda api: api.get(f"{TAGS}/{NOBODY}"),
        one(
            "Record not found",
            "The requested resource was not found. Please double-check the resource id.",
            "RECORD_NOT_FOUND",
            404,
        ),
    ),
    "METHOD_NOT_ALLOWED": (
        lambda api: api.request("PUT", TAGS),
        one(
            "Method not allowed",
            "The requested method is not allowed for this resource.",
            "METHOD_NOT_ALLOWED",
            405,
        ),
    ),
    "NOT_ACCEPTABLE": (
        lambda api: api.request("GET", TAGS, headers={"Accept": "application/json"}),
        one(
            "Not acceptable",
            "All requests must use the 'application/vnd.api+json' Accept without media type "
            "parameters. This request specified 'application/json'.",
            "NOT_ACCEPTABLE",
            406,
        ),
    ),
    "RECORD_NOT_UNIQUE": (
        lambda api: api.request("GET", TAGS, headers={"X-Mock-Fault": "RECORD_NOT_UNIQUE"}),
        one(
            "Record not unique",
            "The record you are trying to save violates a uniqueness constraint.",
            "RECORD_NOT_UNIQUE",
            409,
        ),
    ),
    "UNSUPPORTED_MEDIA_TYPE": (
        lambda api: api.request("POST", TAGS, {}, headers={"Content-Type": "application/json"}),
        one(
            "Unsupported media type",
            "All requests that create or update must use the 'application/vnd.api+json' "
            "Content-Type. This request specified 'application/json'.",
            "UNSUPPORTED_MEDIA_TYPE",
            415,
        ),
    ),
    "PAYLOAD_TOO_LARGE": (
        lambda api: api.post(TAGS, b" " * (api.app.settings.maximum_body + 1)),
        one(
            "Payload too large",
            "The request body exceeds the maximum size of 10485760 bytes.",
            "PAYLOAD_TOO_LARGE",
            413,
        ),
    ),
}
ELSEWHERE = {
    "INVALID_TOKEN",
    "UNAUTHORIZED",
    "LOCKED",
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
    "SERVICE_UNAVAILABLE",
    "INSUFFICIENT_STORAGE",
}


@pytest.mark.parametrize("code", CASES)
def test_each_entry(api: Api, code: str) -> None:
    """Reached by a request, and exactly this body."""
    request, expected = CASES[code]

    assert expected == got(request(api))


def test_every_entry_is_reached() -> None:
    """None of the catalogue is left out, and it says what the contract says."""
    assert {*CASES, *ELSEWHERE} == set(CATALOGUE)
    assert set(refusals.CATALOGUE) == set(CATALOGUE)
    for code, (status, title, detail) in refusals.CATALOGUE.items():
        assert (code, status, title) == (code, CATALOGUE[code].status, CATALOGUE[code].title)
        assert detail in ("", CATALOGUE[code].detail)


def test_locked(api: Api, sandbox: Sandbox) -> None:
    """The class and the hidden integer are named."""
    market = {"market": to(api.get("/api/markets").json["data"][0])}
    order = api.create("orders", customer_email="john@example.com", links=market)
    customer = api.get(f"{path_of(order)}/customer").json["data"]
    number = sandbox.number("customers", customer["id"])

    assert got(api.delete(path_of(customer))) == one(
        "Locked resource", f"Failed to destroy Customer with id={number}", "LOCKED", 423
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_defect_of_ours(
    api: Api,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    method: str,
) -> None:
    """A failure is logged with the request's id, and shows nothing of itself."""

    def fail(*_: Any) -> None:
        message = "a secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(sandbox, "permissions", fail)
    with caplog.at_level(logging.ERROR, "mockserver"):
        answer = api.request(method, TAGS, document("tags", name="x"))

    assert got(answer) == one(
        "Internal Server Error", "Internal Server Error", "INTERNAL_SERVER_ERROR", 500
    )
    assert answer.headers["X-Request-Id"] in caplog.text
    assert answer.headers["Content-Type"] == "application/vnd.api+json; charset=utf-8"


def test_several_errors(api: Api) -> None:
    """They have one status, and stand in the order of the public metadata."""
    answer = api.get("/api/customers?include=foo,bar")

    assert [list(e) for e in answer.json["errors"]] == [["title", "detail", "code", "status"]] * 2


# --- 422 ---------------------------------------------------------------------------------------


def test_an_invalid_attribute(api: Api) -> None:
    """The body of a duplicate, to the letter (conventions.md §16.1)."""
    api.create("customers", email="john@example.com")
    body = (
        '{"errors":[{"title":"has already been taken",'
        '"detail":"email - has already been taken","code":"VALIDATION_ERROR",'
        '"source":{"pointer":"/data/attributes/email"},"status":"422",'
        '"meta":{"error":"taken","value":"john@example.com"}}]}'
    )

    assert (422, body) == got(
        api.post("/api/customers", document("customers", email="john@example.com"))
    )


def test_an_invalid_relationship(api: Api) -> None:
    """The pointer leads to the relationship (conventions.md §16.2)."""
    body = (
        '{"errors":[{"title":"can\'t be blank","detail":"market - can\'t be blank",'
        '"code":"VALIDATION_ERROR","source":{"pointer":"/data/relationships/market"},'
        '"status":"422","meta":{"error":"blank"}}]}'
    )

    assert (422, body) == got(api.post("/api/orders", document("orders")))


@pytest.mark.parametrize(
    ("rule", "title", "meta"),
    [
        ("blank", "can't be blank", {}),
        ("taken", "has already been taken", {"value": "x"}),
        ("invalid", "is invalid", {"value": "x"}),
        ("too_short", "is too short (minimum is 3 characters)", {"count": 3}),
        ("too_long", "is too long (maximum is 3 characters)", {"count": 3}),
        ("inclusion", "is not included in the list", {"value": "x"}),
        ("not_a_number", "is not a number", {"value": "x"}),
        ("greater_than", "must be greater than 3", {"value": 1, "count": 3}),
        (
            "greater_than_or_equal_to",
            "must be greater than or equal to 3",
            {"value": 1, "count": 3},
        ),
        ("less_than", "must be less than 3", {"value": 4, "count": 3}),
        ("less_than_or_equal_to", "must be less than or equal to 3", {"value": 4, "count": 3}),
        ("required", "must exist", {}),
        ("invalid_transition", "is not allowed in the current status", {}),
    ],
)
def test_rules(rule: str, title: str, meta: dict[str, Any]) -> None:
    """Each rule has its title and its meta, for attributes, relationships and records.

    conventions.md §16.2.
    """
    assert refusals.violation("attributes/a", title, rule, **meta) == violation("a", rule, **meta)
    assert refusals.violation("relationships/a", title, rule, **meta) == violation(
        "a", rule, relationship=True, **meta
    )
    assert refusals.violation("", title, rule, **meta) == violation(None, rule, **meta)
    assert set(RULES) > {rule}


RULE_CASES: dict[str, tuple[str, dict[str, Any], list[Document]]] = {
    "blank-and-blank": (
        "tags",
        {},
        [refusals.violation("attributes/name", "can't be blank", "blank")],
    ),
    "invalid": (
        "tags",
        {"name": "a b"},
        [refusals.violation("attributes/name", "is invalid", "invalid", value="a b")],
    ),
    "too-long": (
        "tags",
        {"name": "a" * 26},
        [
            refusals.violation(
                "attributes/name",
                "is too long (maximum is 25 characters)",
                "too_long",
                count=25,
            )
        ],
    ),
    "inclusion": (
        "addresses",
        {
            "business": True,
            "company": "x",
            "line_1": "x",
            "city": "x",
            "zip_code": "x",
            "state_code": "x",
            "phone": "x",
            "country_code": "XX",
        },
        [
            refusals.violation(
                "attributes/country_code", "is not included in the list", "inclusion", value="XX"
            )
        ],
    ),
}


@pytest.mark.parametrize("case", RULE_CASES.values(), ids=RULE_CASES)
def test_rules_of_attributes(api: Api, case: tuple[str, dict[str, Any], list[Document]]) -> None:
    """As requests meet them."""
    type_, attributes, errors = case

    assert got(api.post(f"/api/{type_}", document(type_, **attributes))) == refused_with(errors)


def test_values_are_echoed_as_they_are(api: Api) -> None:
    """Text of every script, quotes and brackets survive."""
    value = "ключ \"'<>&\\ 🎉 \u2028 {name}"
    answer = api.post("/api/customers", document("customers", email=value))

    assert answer.json["errors"][0]["meta"] == {"error": "invalid", "value": value.strip().lower()}
    assert got(api.get("/api/tags", {"filter[{name}%s]": "x"})) == refused(
        "FILTER_NOT_ALLOWED", "{name}%s is not allowed."
    )


class TestTokens:
    """The two 401s, which clients must tell apart (conventions.md §16.1)."""

    @pytest.fixture
    def options(self) -> Options:
        """Return tokens that count."""
        return {"auth": True}

    def test_no_token(self, bearers: Bearers) -> None:
        """Who is it?"""
        assert got(Api(bearers.app).get(TAGS)) == one(
            "Invalid token", "The access token you provided is invalid.", "INVALID_TOKEN", 401
        )

    def test_no_permission(self, bearers: Bearers) -> None:
        """Known, but not allowed."""
        assert got(bearers.guest().get(TAGS)) == one(
            "Access denied",
            "You are not authorized to perform this action on the requested resource.",
            "UNAUTHORIZED",
            401,
        )
