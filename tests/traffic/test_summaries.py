"""What a line of the log says of an exchange."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mockserver.traffic.summaries import summary
from tests.exchanges import exchange

DULL = {
    "at": "2026-01-01T00:00:00.000Z",
    "request_id": "request-1",
    "organization": "acme",
    "mode": "test",
    "method": "GET",
    "path": "/api/customers",
    "query": "",
    "status": 200,
    "duration_ms": 1.5,
    "code": None,
    "reason": None,
    "nearest": None,
    "ignored": [],
    "ignored_count": 0,
    "delivered": True,
    "fault": None,
    "stub": None,
}


def errors(*objects: dict[str, Any]) -> bytes:
    """Return the body of a refusal."""
    return orjson.dumps({"errors": objects})


BLANK = {"detail": "email - can't be blank", "code": "VALIDATION_ERROR", "status": "422"}
FIELD = {
    "detail": "nmae is not a valid field for tags.",
    "code": "INVALID_FIELD",
    "status": "400",
}
CLIENT = {"title": "invalid_client", "detail": "No.", "code": "UNAUTHORIZED", "status": 401}
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln"

#: What is told of an exchange, and what of it is other than dull.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "dull": ({}, {}),
    "query": (
        {"query": "filter%5Bq%5D%5Bname_eq%5D=a+b%26c"},
        {"query": "filter[q][name_eq]=a b&c"},
    ),
    "validation": (
        {"status": 422, "answer": errors(BLANK, {**BLANK, "detail": "name - is invalid"})},
        {
            "status": 422,
            "code": "VALIDATION_ERROR",
            "reason": "email - can't be blank; name - is invalid",
        },
    ),
    "name": (
        {"status": 400, "answer": errors(FIELD)},
        {
            "status": 400,
            "code": "INVALID_FIELD",
            "reason": "nmae is not a valid field for tags.",
            "nearest": "name",
        },
    ),
    "oauth": (
        {"status": 401, "path": "/oauth/token", "answer": errors(CLIENT)},
        {"path": "/oauth/token", "status": 401, "code": "invalid_client", "reason": "No."},
    ),
    "other errors": ({"status": 500, "answer": b"<h1>"}, {"status": 500}),
    "no errors": ({"status": 503, "answer": b'{"errors": []}'}, {"status": 503}),
    "odd errors": ({"status": 503, "answer": b'{"errors": [1, null]}'}, {"status": 503}),
    "ignored": (
        {"ignored": (("customers", "emial_eq"), ("customers", "zzzzzz_eq"))},
        {
            "ignored": [
                {"name": "emial_eq", "nearest": "email_eq"},
                {"name": "zzzzzz_eq", "nearest": None},
            ],
            "ignored_count": 2,
        },
    ),
    "never answered": (
        {"status": None, "delivered": False, "fault": "f1"},
        {"status": None, "delivered": False, "fault": "f1"},
    ),
    "stub": ({"stub": "s1"}, {"stub": "s1"}),
    "secrets": (
        {"query": f"password=geheim&x={TOKEN}&u=https%3A%2F%2Fa%3Ab%40c", "path": f"/x/{TOKEN}"},
        {"query": "password=***&x=***&u=https://***@c", "path": "/x/***"},
    ),
    "a token that is encoded": (
        {"query": "x=%65yJhbGciOiJSUzI1NiJ9.abcdefg.c2ln"},
        {"query": "x=***"},
    ),
    "secrets in details": (
        {"status": 400, "answer": errors({**FIELD, "code": "X", "detail": f"{TOKEN} is no id"})},
        {"status": 400, "code": "X", "reason": "*** is no id"},
    ),
}


@pytest.mark.parametrize(("told", "expected"), CASES.values(), ids=CASES)
def test_summary(told: dict[str, Any], expected: dict[str, Any]) -> None:
    """All of what a person looks for first, and no secret."""
    assert summary(exchange(**told)) == {**DULL, **expected}


def test_a_summary_is_short() -> None:
    """However much is wrong with a request."""
    many = [("customers", f"nothing{n}_eq") for n in range(50)]
    found = summary(exchange(ignored=many))
    failed = summary(exchange(status=422, answer=errors(*[BLANK] * 50)))

    assert (len(found["ignored"]), found["ignored_count"]) == (5, 50)
    assert failed["reason"].count("blank") == 5
