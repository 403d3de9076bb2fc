"""What one request may hold at most: more is refused in words, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.errors import OAuthError
from mockserver.oauth.scopes import resolve
from tests.client import Api, Document, document

CSV: Document = {"resource_type": "customers", "format": "csv"}


def deep(levels: int) -> Any:
    """Return an object in an object, so many levels deep."""
    return json.loads('{"a":' * levels + "1" + "}" * levels)


def columns(count: int) -> str:
    """Return a header of so many columns."""
    return ",".join(f"c{n}" for n in range(count)) + "\n"


#: What is created, and what the refusal says.
TOO_MUCH: dict[str, tuple[str, Document, str]] = {
    "metadata": (
        "customers",
        {"email": "a@example.com", "metadata": {str(n): n for n in range(10_000)}},
        "Too many values in metadata: 10001, at most 10000",
    ),
    "array": (
        "exports",
        {"resource_type": "customers", "includes": ["orders"] * 10_000},
        "Too many values in includes: 10001, at most 10000",
    ),
    "filters of an export": (
        "exports",
        {"resource_type": "customers", "filters": {"email_cont_any": ["ab"] * 501}},
        "Too many conditions in the filters: 501, at most 500",
    ),
    "includes of an export": (
        "exports",
        {"resource_type": "customers", "includes": ["orders" + ".customer.orders" * 400]},
        "includes - is invalid",
    ),
    "cells": (
        "imports",
        {**CSV, "inputs": columns(100) + "a\n" * 6000},
        "Too many values to import at once: more than 500000",
    ),
    "cells of JSON": (
        "imports",
        {"resource_type": "customers", "inputs": [{"metadata": [0] * 9000}] * 56},
        "Too many values to import at once: more than 500000",
    ),
    "cells of a row": (
        "imports",
        {"resource_type": "customers", "inputs": [{"orders": [{}] * 10_000}]},
        "Too many values in one row: more than 10000",
    ),
    "columns of objects": (
        "imports",
        {**CSV, "inputs": [{f"c{n}": 1} for n in range(800)]},
        "Too many values to import at once: more than 500000",
    ),
    "rows": (
        "imports",
        {**CSV, "inputs": "email\n" + "a\n" * 1_000_000},
        "inputs - is too long (maximum is 10000 characters)",
    ),
    "depth of a column": (
        "imports",
        {**CSV, "inputs": "email,metadata" + ".a" * 500 + "\na@example.com,1\n"},
        "The columns of an import may nest 99 deep, not 501",
    ),
}


@pytest.mark.parametrize(("type_", "attributes", "words"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused(api: Api, type_: str, attributes: Document, words: str) -> None:
    """400 or 422, and the detail names the limit."""
    answer = api.post(f"/api/{type_}", document(type_, **attributes))

    assert answer.status_code in {400, 422}
    assert words in [error["detail"] for error in answer.json["errors"]]
    assert api.get(f"/api/{type_}").json["data"] == []


def test_linkages_are_bounded(api: Api) -> None:
    """Of the body of a record, and of a relationship's own."""
    customer = api.create("customers", email="a@example.com")
    members = [{"type": "tags", "id": f"a{n}"} for n in range(10_001)]
    path = f"/api/customers/{customer['id']}"
    body = {
        "data": {
            "type": "customers",
            "id": customer["id"],
            "relationships": {"tags": {"data": members}},
        }
    }

    for answer in (
        api.patch(path, body),
        api.post(f"{path}/relationships/tags", {"data": members}),
    ):
        assert answer.status_code == 400
        assert "Too many members of tags: 10001, at most 10000" in answer.text


def test_json_in_a_cell_is_bounded_like_json(make: Callable[..., MockServerApp]) -> None:
    """A row whose metadata nests too deep is an error of that row; others are taken in."""
    # An application of its own: a worker that was stopped does not begin again.
    app = make(auth=False)
    api = Api(app)
    rows = "email,metadata\n" + "".join(
        f'{n}@example.com,"{json.dumps(deep(n)).replace(chr(34), chr(34) * 2)}"\n'
        for n in (99, 101)
    )
    app.worker.stop()
    made = api.create("imports", **CSV, skip_errors=True, inputs=rows)
    first = next(iter(app.organizations))
    first.sandbox("test").job_queue.run()
    found = api.get(f"/api/imports/{made['id']}").json["data"]["attributes"]

    assert found["errors_log"] == {"101@example.com": {"metadata": ["is invalid"]}}
    assert [c["attributes"]["email"] for c in api.get("/api/customers").json["data"]] == [
        "99@example.com"
    ]


FORM = "&".join(f"f{n}=1" for n in range(200_000))


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
@pytest.mark.parametrize("type_", ["application/x-www-form-urlencoded", "text/plain"])
def test_forms_are_bounded(app: MockServerApp, path: str, type_: str) -> None:
    """The real service's framework takes no more parameters either, whatever they are called."""
    answer = app.test_client().post(path, data=FORM, content_type=type_)

    assert answer.status_code == 400
    assert "more than 1000 parameters" in answer.text


class Counter:
    """A sandbox that counts how often something is looked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Count what is looked for here."""
        self._sandbox = sandbox
        self.found = 0

    def find(self, *asked: Any) -> list[Any]:
        """Look for records."""
        self.found += 1
        return self._sandbox.find(*asked)


def test_scopes_are_bounded(app: MockServerApp) -> None:
    """Markets by the thousand are no scope, and none of them is looked up."""
    sandbox = next(iter(app.organizations)).sandbox("test")
    counted = Counter(sandbox)
    scope = " ".join(f"market:id:a{n}" for n in range(1001))

    with pytest.raises(OAuthError, match="invalid_scope"):
        resolve(scope, counted, "integration")
    assert counted.found == 0


#: What the control plane is told, below its prefix, and what it says.
TOLD: dict[str, tuple[str, Document, str]] = {
    "braces": (
        "stubs",
        {"match": {"path": "/x"}, "response": {"body": "{{" * 1000}},
        "more than 100 deep",
    ),
    "closed braces": (
        "stubs",
        {"match": {"path": "/x"}, "response": {"body": "{{path." * 300 + "0" + "}}" * 300}},
        "more than 100 deep",
    ),
    "holes": (
        "stubs",
        {"match": {"path": "/x"}, "response": {"body": "{{uuid}}" * 1001}},
        "more than 1000 expressions",
    ),
    "paths": (
        "faults",
        {"match": {"path": [f"/{n}" for n in range(21)]}, "effect": {"status": 500}},
        "More than 20 patterns",
    ),
    "path": (
        "faults",
        {"match": {"path": "/" + "*a" * 501}, "effect": {"status": 500}},
        "more than 1000 characters",
    ),
    "values": (
        "faults",
        {"match": {"organization": [f"o{n}" for n in range(1001)]}, "effect": {"status": 500}},
        "More than 1000 values",
    ),
    "expression": (
        "faults",
        {"match": {"headers": {"x": {"matches": "(a{99}){99}"}}}, "effect": {"status": 500}},
        "too large",
    ),
    "expression within": (
        "faults",
        {"match": {"body": {"/data": {"a": {"matches": r"(a)\1"}}}}, "effect": {"status": 500}},
        "take for ever",
    ),
}


@pytest.mark.parametrize(("path", "body", "words"), TOLD.values(), ids=TOLD)
def test_too_much_for_the_control_plane(
    app: MockServerApp, path: str, body: Document, words: str
) -> None:
    """422 in words, and nothing is in force."""
    answer = app.test_client().post(f"/_mock/{path}", json=body)

    assert answer.status_code == 422
    assert words in answer.json["errors"][0]["detail"]
    assert app.test_client().get(f"/_mock/{path}").json == []


def test_rules_in_force_are_bounded(app: MockServerApp) -> None:
    """Each is looked at for every request."""
    rule = {"match": {"path": "/zz"}, "effect": {"status": 500}}
    for _ in range(1000):
        assert app.test_client().post("/_mock/faults", json=rule).status_code == 201
    answer = app.test_client().post("/_mock/faults", json=rule)

    assert answer.status_code == 422
    assert "There are 1000 already" in answer.text
    app.test_client().delete("/_mock/faults")


def test_a_pattern_that_backtracks_holds_nobody(app: MockServerApp) -> None:
    """A rule with one is in force, and what it is about is answered at once."""
    rule = {"match": {"headers": {"x-a": {"matches": "(a+)+$"}}}, "effect": {"status": 503}}
    app.test_client().post("/_mock/faults", json=rule)

    assert (
        app.test_client().get("/api/customers", headers={"X-A": "a" * 500 + "b"}).status_code == 200
    )
    assert app.test_client().get("/api/customers", headers={"X-A": "a" * 500}).status_code == 503
    app.test_client().delete("/_mock/faults")


def test_a_body_that_nests_too_deep_is_none_for_stubs(app: MockServerApp) -> None:
    """What could not be written again is not there."""
    stub = {"match": {"path": "/deep"}, "response": {"body": {"was": "{{body}}"}}}
    app.test_client().post("/_mock/stubs", json=stub)

    assert app.test_client().post("/deep", json=deep(99)).json == {"was": deep(99)}
    assert app.test_client().post("/deep", json=deep(300)).json == {"was": None}
    app.test_client().delete("/_mock/stubs")


def test_a_fault_in_a_header_nests_no_deeper_than_json(app: MockServerApp) -> None:
    """It is refused in words, whatever member it is that nests."""
    header = f'{{"status": 500, "body": {json.dumps(deep(300))}}}'
    answer = app.test_client().get("/api/customers", headers={"X-Mock-Fault": header})

    assert answer.status_code == 400
    assert "Nested more than 100 deep" in answer.text


def test_a_body_that_nests_too_deep_is_shown_as_text(app: MockServerApp) -> None:
    """The journal is not to be lost over one request."""
    client = app.test_client()
    client.post("/api/customers", data='{"a":' * 900 + "1" + "}" * 900)
    (found,) = client.get("/_mock/journal?limit=1&order=newest").json["exchanges"]

    assert found["request"]["body"].startswith('{"a":{"a":')
