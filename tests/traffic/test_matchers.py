"""The one language of faults, stubs and searches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from mockserver.pointers import pointers
from mockserver.traffic.matchers import MISSING, Matcher, MatcherSchema, at_pointer, contains
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import resolve

BODY = (
    b'{"data": {"type": "customers", "attributes": {"email": "john@example.com", "n": 1, '
    b'"ok": true, "a/b": [1, {"~c": null}], "meta": {"x": 1, "y": 2}}}}'
)
FACTS = RecordedRequest(
    "POST",
    "/api/customers",
    "page[size]=5&filter%5Bq%5D%5Bemail_eq%5D=a%40b.c&empty=",
    {"host": "acme.cl.localhost:80", "x-trace": "abc-1", "content-type": "application/json"},
    BODY,
    organization="acme",
    mode="test",
    kind="integration",
    application="AppId",
    route=resolve("POST", "/api/customers"),
)


def matches(source: Any, recorded: RecordedRequest = FACTS) -> bool:
    matcher: Matcher = MatcherSchema().load(source)
    return matcher.matches(recorded)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({}, True),
        ({"method": "POST"}, True),
        ({"method": ["GET", "POST"]}, True),
        ({"method": "GET"}, False),
        ({"path": "/api/customers"}, True),
        ({"path": "/api/*"}, True),
        ({"path": "*customers"}, True),
        ({"path": "/api"}, False),
        ({"path": ["/x", "/api/c*s"]}, True),
        ({"path": "/API/customers"}, False),
        ({"type": "customers"}, True),
        ({"type": ["orders", "tags"]}, False),
        ({"action": "create"}, True),
        ({"action": ["token", "list"]}, False),
        ({"organization": "acme"}, True),
        ({"organization": "other"}, False),
        ({"mode": "test"}, True),
        ({"mode": "live"}, False),
        ({"kind": "integration"}, True),
        ({"application": "AppId"}, True),
        ({"application": "Other"}, False),
        ({"headers": {"X-Trace": "abc-1"}}, True),
        ({"headers": {"x-trace": "abc"}}, False),
        ({"headers": {"X-Trace": {"matches": "^abc-[0-9]$"}}}, True),
        ({"headers": {"X-Trace": {"matches": "^x"}}}, False),
        ({"headers": {"X-Absent": None}}, True),
        ({"headers": {"X-Trace": None}}, False),
        ({"headers": {"X-Absent": {"matches": ""}}}, False),
        ({"query": {"page[size]": "5"}}, True),
        ({"query": {"filter[q][email_eq]": "a@b.c"}}, True),
        ({"query": {"filter[q][email_eq]": {"matches": "@b"}}}, True),
        ({"query": {"empty": ""}}, True),
        ({"query": {"absent": None}}, True),
        ({"query": {"page[size]": None}}, False),
        ({"body": {"/data/attributes/email": "john@example.com"}}, True),
        ({"body": {"/data/attributes/email": {"matches": "@example"}}}, True),
        ({"body": {"/data/attributes/email": {"matches": "^x"}}}, False),
        ({"body": {"/data/attributes/n": 1}}, True),
        ({"body": {"/data/attributes/n": 1.0}}, True),
        ({"body": {"/data/attributes/n": True}}, False),
        ({"body": {"/data/attributes/ok": True}}, True),
        ({"body": {"/data/attributes/ok": 1}}, False),
        ({"body": {"/data/attributes/a~1b/0": 1}}, True),
        ({"body": {"/data/attributes/a~1b/1/~0c": None}}, True),
        ({"body": {"/data/attributes/missing": None}}, False),
        ({"body": {"/data/attributes/meta": {"x": 1}}}, True),
        ({"body": {"/data/attributes/meta": {"x": 2}}}, False),
        ({"body": {"": {"data": {"type": "customers"}}}}, True),
        ({"method": "POST", "mode": "live"}, False),
    ],
    ids=str,
)
def test_condition(source: Any, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """Every condition means what the documentation says; all of them must hold."""
    assert expected == matches(source)


@pytest.mark.parametrize(
    ("source", "pointer", "part"),
    [
        ({"mode": "staging"}, "/mode", "'staging' is not one of: test, live."),
        ({"method": "FETCH"}, "/method", "not one of: GET"),
        ({"method": []}, "/method", "text or a list"),
        ({"method": ["GET", 1]}, "/method", "text or a list"),
        ({"path": "api/customers"}, "/path", "begins with /"),
        ({"type": "custmers"}, "/type", "did you mean 'customers'?"),
        ({"type": "qqqqqq"}, "/type", "'qqqqqq' is not a resource type."),
        ({"action": "index"}, "/action", "not one of: list"),
        ({"headers": {"X-A": 1}}, "/headers/X-A", "Not a text"),
        ({"headers": {"X-A": {"matches": "("}}}, "/headers/X-A", "regular expression"),
        ({"headers": {"X-A": {"matches": 1}}}, "/headers/X-A", "regular expression"),
        ({"headers": "X-A"}, "/headers", "Not a valid mapping"),
        ({"query": {"a/b": ["1"]}}, "/query/a~1b", "Not a text"),
        ({"body": {"data": 1}}, "/body/data", "not a JSON pointer"),
        ({"body": {"/a~2": 1}}, "/body/~1a~02", "not a JSON pointer"),
        ({"body": {"/a": {"matches": "["}}}, "/body/~1a", "regular expression"),
        ({"colour": "red"}, "/colour", "Unknown field."),
        ([], "", "Invalid input type."),
    ],
    ids=str,
)
def test_invalid_condition(source: Any, pointer: str, part: str) -> None:
    """What cannot be meant is refused with a pointer to it, never ignored."""
    with pytest.raises(ValidationError) as caught:
        MatcherSchema().load(source)
    (found,) = pointers(caught.value)

    assert pointer == found["pointer"]
    assert part in found["detail"]


def test_trailing_slash() -> None:
    """The API takes a path with a slash at its end for the same: so do matchers."""
    assert matches({"path": "/api/customers"}, RecordedRequest("GET", "/api/customers/"))
    assert matches({"path": "/"}, RecordedRequest("GET", "/"))
    assert not matches({"path": "/api/customers"}, RecordedRequest("GET", "/api/customers//"))


def test_form() -> None:
    """The token endpoint takes forms as well as JSON: a pointer finds the parameters of either."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    recorded = RecordedRequest(
        "POST", "/oauth/token", headers=headers, body=b"grant_type=password&a=b%20c"
    )

    assert matches({"body": {"/grant_type": "password", "/a": "b c"}}, recorded)


def test_preflight() -> None:
    """A browser's preflight counts for no rule that does not ask for it."""
    recorded = RecordedRequest("OPTIONS", "/api/customers")

    assert not Matcher().concerns(recorded)
    assert Matcher(method=frozenset({"OPTIONS"})).concerns(recorded)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON, st.dictionaries(st.text(max_size=3), JSON))
def test_contains(value: Any, more: dict[str, Any]) -> None:
    """Every value contains itself, and an object with more members still contains it."""
    if not isinstance(value, dict):
        assert contains(value, value)
    else:
        assert contains({**more, **value}, value)


@given(JSON, st.text(alphabet="/~01ab", max_size=8))
def test_no_pointer_fails(value: Any, pointer: str) -> None:
    """A pointer leads to a value or to none, whatever the document."""
    at_pointer(value, pointer)


@given(st.dictionaries(st.text(max_size=4), st.integers(), min_size=1))
def test_pointer_to_every_member(members: dict[str, int]) -> None:
    """Every member has a pointer, whatever characters are in its name."""
    for name, value in members.items():
        assert value == at_pointer(members, "/" + name.replace("~", "~0").replace("/", "~1"))
    assert at_pointer(members, "/" + "x" * 9) is MISSING
