"""Effects: what can be written, in JSON and in the header, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from mockserver.entropy import Entropy
from mockserver.errors import RULES, Refusal
from mockserver.oauth.errors import OAuthError
from mockserver.pointers import pointers
from mockserver.traffic.canned_responses import refused, written
from mockserver.traffic.effects import CODES, MAXIMUM_DELAY, OAUTH_CODES, FaultEffectSchema, seconds
from mockserver.traffic.fault_header import NoEffect, parse_header
from mockserver.traffic.matchers import MISSING
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import resolve
from tests.refusals import impossible

API = RecordedRequest("GET", "/api/orders", route=resolve("GET", "/api/orders"))
TOKEN = RecordedRequest("POST", "/oauth/token", route=resolve("POST", "/oauth/token"))


@pytest.mark.parametrize(
    ("source", "pointer", "part"),
    [
        ({}, "", "An effect needs one of"),
        ({"error": "NOPE"}, "/error", "Must be one of"),
        ({"oauth_error": "nope"}, "/oauth_error", "Must be one of"),
        ({"status": 99}, "/status", "greater than or equal to 200"),
        ({"status": "503"}, "/status", "Not a valid integer"),
        ({"error": "BAD_REQUEST", "status": 500}, "/status", "error and status exclude"),
        ({"error": "BAD_REQUEST", "timeout": True}, "/timeout", "error and timeout exclude"),
        ({"status": 500, "rate_limit": True}, "/rate_limit", "exclude each other"),
        ({"body": "x"}, "/body", "needs status"),
        ({"delay": 1, "values": {"name": "x"}}, "/values", "needs error or oauth_error"),
        ({"error": "INVALID_FIELD", "values": {"nam": 1}}, "/values/nam", "name, type"),
        ({"error": "VALIDATION_ERROR", "values": {"rule": "x"}}, "/values/rule", "blank"),
        ({"error": "INVALID_TOKEN", "values": {"value": 1}}, "/values/value", "one of: none"),
        ({"delay": -1}, "/delay", "Not seconds"),
        ({"delay": True}, "/delay", "Not seconds"),
        ({"delay": MAXIMUM_DELAY + 1}, "/delay", "Not seconds"),
        ({"delay": {"uniform": [2, 1]}}, "/delay", "Not seconds"),
        ({"delay": {"uniform": [1]}}, "/delay", "Not seconds"),
        ({"delay": {"gamma": [1, 2]}}, "/delay", "Not seconds"),
        ({"delay": {"normal": ["1", 2]}}, "/delay", "Not seconds"),
        ({"timeout": False}, "/timeout", "Not a valid boolean"),
        ({"timeout": True, "drop": "after"}, "/drop", "no answer"),
        ({"timeout": True, "delay": 1}, "/delay", "no answer"),
        ({"drop": "before", "error": "BAD_REQUEST"}, "/error", "no answer"),
        ({"drop": "before", "mangle": "cut"}, "/mangle", "no answer"),
        ({"drop": "between"}, "/drop", "Must be one of: before, during, after"),
        ({"mangle": "fold"}, "/mangle", "Must be one of: cut, malformed"),
        ({"status": 200, "headers": {"a b": "c"}}, "/headers/a b", "not the name of a header"),
        ({"status": 200, "headers": {"a": "b\nc: d"}}, "/headers/a", "printable"),
        ({"status": 200, "headers": {"a": "€"}}, "/headers/a", "Latin-1"),
        ({"explode": True}, "/explode", "Unknown field"),
    ],
    ids=str,
)
def test_invalid_effect(source: Any, pointer: str, part: str) -> None:
    """What contradicts itself, or means nothing, is refused with a pointer."""
    with pytest.raises(ValidationError) as caught:
        FaultEffectSchema().load(source)
    found = pointers(caught.value)[0]

    assert pointer == found["pointer"]
    assert part in found["detail"]


@pytest.mark.parametrize("code", CODES)
def test_every_error_of_the_api(code: str) -> None:
    """Every code of the catalogue can be answered without a word more, on both hosts."""
    effect = FaultEffectSchema().load({"error": code})
    answered, at_token = refused(effect, API), refused(effect, TOKEN)

    assert isinstance(answered, Refusal)
    assert code == answered.errors[0]["code"]
    assert "{" not in answered.errors[0]["detail"]
    assert isinstance(at_token, OAuthError)


@pytest.mark.parametrize("code", OAUTH_CODES)
def test_every_error_of_the_authorization_server(code: str) -> None:
    """Every error of the authorization server can be answered without a word more."""
    error = refused(FaultEffectSchema().load({"oauth_error": code}), API)

    assert isinstance(error, OAuthError)
    assert "{" not in error.detail


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            {"error": "INVALID_FIELD", "values": {"name": "foo"}},
            {
                "title": "Invalid field",
                "detail": "foo is not a valid field for orders.",
                "code": "INVALID_FIELD",
                "status": "400",
            },
        ),
        (
            {"error": "LOCKED", "values": {"number": 7}},
            {
                "title": "Locked resource",
                "detail": "Failed to destroy Order with id=7",
                "code": "LOCKED",
                "status": "423",
            },
        ),
        (
            {
                "error": "VALIDATION_ERROR",
                "values": {"name": "email", "rule": "taken", "value": "a@b.c"},
            },
            {
                "title": "has already been taken",
                "detail": "email - has already been taken",
                "code": "VALIDATION_ERROR",
                "source": {"pointer": "/data/attributes/email"},
                "status": "422",
                "meta": {"error": "taken", "value": "a@b.c"},
            },
        ),
        (
            {
                "error": "VALIDATION_ERROR",
                "values": {"name": "customer", "rule": "blank", "relationship": True},
            },
            {
                "title": "can't be blank",
                "detail": "customer - can't be blank",
                "code": "VALIDATION_ERROR",
                "source": {"pointer": "/data/relationships/customer"},
                "status": "422",
                "meta": {"error": "blank"},
            },
        ),
    ],
    ids=["field", "locked", "taken", "relationship"],
)
def test_error_body(source: Any, expected: dict[str, Any]) -> None:
    """The error object is the contract's, with the values that were given."""
    error = refused(FaultEffectSchema().load(source), API)

    assert isinstance(error, Refusal)
    assert [expected] == error.errors


def test_every_rule_of_a_422() -> None:
    """Every broken rule can be answered."""
    for rule in RULES:
        values = {"name": "x", "rule": rule}
        error = refused(
            FaultEffectSchema().load({"error": "VALIDATION_ERROR", "values": values}), API
        )

        assert isinstance(error, Refusal)


def test_an_impossible_transition() -> None:
    """From where to where can be said."""
    values = {"name": "status", "rule": "impossible_transition", "from": "placed", "to": "pending"}
    error = refused(FaultEffectSchema().load({"error": "VALIDATION_ERROR", "values": values}), API)

    assert isinstance(error, Refusal)
    assert error.errors == [impossible("placed", "pending")]


@pytest.mark.parametrize(
    ("code", "title", "status"),
    [
        ("INVALID_TOKEN", "invalid_client", 401),
        ("UNAUTHORIZED", "unauthorized_client", 401),
        ("TOO_MANY_REQUESTS", "too_many_requests", 429),
        ("INTERNAL_SERVER_ERROR", "server_error", 500),
        ("RECORD_NOT_FOUND", "invalid_request", 400),
    ],
)
def test_error_at_the_token_endpoint(code: str, title: str, status: int) -> None:
    """The API's errors take the shape of OAuth where OAuth is spoken."""
    error = refused(FaultEffectSchema().load({"error": code}), TOKEN)

    assert isinstance(error, OAuthError)
    assert (title, status) == (error.title, error.status)


def test_status_alone() -> None:
    """A status without a body says itself in the shape of the host; one of success says nothing."""
    answer = written(503, {}, MISSING, API)
    token = written(503, {}, MISSING, TOKEN)

    assert b'"code":"SERVICE_UNAVAILABLE","status":"503"' in answer.body
    assert answer.headers == {"Content-Type": "application/vnd.api+json"}
    assert b'"status":503,"meta":{}' in token.body
    assert token.headers == {"Content-Type": "application/json"}
    assert written(204, {}, MISSING, API).body == b""
    assert b'"title":"Error"' in written(599, {}, MISSING, API).body


def test_body_and_headers() -> None:
    """A text is sent as text, JSON as JSON, and a header given wins over ours."""
    text = written(200, {"content-type": "text/html"}, "<p>", API)

    assert (text.body, text.headers) == (b"<p>", {"content-type": "text/html"})
    assert written(500, {}, None, API).body == b""
    assert written(500, {}, [1], API).body == b"[1]"


@given(st.floats(0, 10), st.floats(0, 10))
def test_distributions(first: float, second: float) -> None:
    """What is drawn lies where it should, and is drawn from the entropy alone."""
    low, high = sorted((first, second))
    uniform, normal = {"uniform": [low, high]}, {"normal": [first, second]}

    assert low <= seconds(uniform, Entropy(1)) <= high
    assert 0 <= seconds(normal, Entropy(1)) <= MAXIMUM_DELAY
    assert seconds(normal, Entropy(1)) == seconds(normal, Entropy(1))
    assert seconds(first, Entropy(1)) == first


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("INVALID_TOKEN", {"error": "INVALID_TOKEN"}),
        ("invalid_client", {"oauth_error": "invalid_client"}),
        ("503", {"status": 503}),
        ("delay=2", {"delay": 2.0}),
        ("delay=0.5..2", {"delay": {"uniform": [0.5, 2.0]}}),
        ("timeout", {"timeout": True}),
        ("rate_limit", {"rate_limit": True}),
        ("drop=before", {"drop": "before"}),
        ("cut", {"mangle": "cut"}),
        ("mangle=malformed", {"mangle": "malformed"}),
        ("remove_headers=ETag+Vary", {"remove_headers": ["ETag", "Vary"]}),
        ("503; delay=2", {"status": 503, "delay": 2.0}),
        ("status=500, delay=1 cut", {"status": 500, "delay": 1.0, "mangle": "cut"}),
        (
            '{"status": 418, "body": {"tea": true}}',
            {"status": 418, "body": {"tea": True}},
        ),
    ],
)
def test_header(text: str, members: dict[str, Any]) -> None:
    """The words of the header and the JSON mean the same."""
    assert FaultEffectSchema().load(members) == parse_header(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "An effect needs one of"),
        ("NOPE", "'NOPE' is not an error code"),
        ("delay", "'delay' is not an error code"),
        ("delay=soon", "/delay: Not seconds"),
        ("drop=never", "/drop: Must be one of"),
        ("99", "/status"),
        ("503 504", "status is there twice"),
        ("503 INVALID_TOKEN", "exclude each other"),
        ("a=b", "'a=b' is not"),
        ("{oops", "Not JSON"),
        ('{"explode": 1}', "/explode: Unknown field"),
    ],
)
def test_invalid_header(text: str, part: str) -> None:
    """A header that says nothing is refused with the reason, in one sentence."""
    with pytest.raises(NoEffect, match=re.escape(part)):
        parse_header(text)
