"""A path with a doubled slash is one and the same 404: of routes, faults, journal and control."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from tests.client import Bearers

PATHS = [
    "//api/customers",
    "///api/customers",
    "/api//customers",
    "/api/customers//",
    "//api//customers",
    "//api/public/resources",
    "//_mock/faults",
    "/_mock//faults",
    "/_mock/faults//",
    "/_mock//",
    "//_mock/",
    "//_mock/health",
    "//oauth/token",
    "/oauth//token",
    "/oauth/token//",
    "//oauth/tokeninfo",
    "//.well-known/jwks.json",
    "/.well-known//jwks.json",
    "//",
    "//nowhere",
]


@pytest.fixture(params=[None, "secret"], ids=["open", "with a control token"])
def app(request: pytest.FixtureRequest, data_directory: Any) -> MockServerApp:
    """Return a new application, whose control plane asks for a token or not."""
    return create_app(Settings(data_directory=data_directory, control_token=request.param))


def ask(app: MockServerApp, path: str, method: str = "GET", **headers: str) -> TestResponse:
    """Ask for a path as it stands: the test client would take ``//api`` for a host."""
    raw = {"PATH_INFO": path.encode().decode("latin-1")}
    return app.test_client().open("/", method=method, headers=headers, environ_overrides=raw)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", PATHS)
def test_it_leads_nowhere(app: MockServerApp, path: str, method: str) -> None:
    """With the best of tokens too: the same body, word by word, as of any unknown path."""
    token = Bearers(app).integration().token
    sent = {"Authorization": f"Bearer {token}", "X-Mock-Token": "secret"}
    answer, unknown = ask(app, path, method, **sent), ask(app, "/nowhere", method, **sent)

    assert (404, unknown.data, unknown.content_type) == (
        answer.status_code,
        answer.data,
        answer.content_type,
    )


@pytest.mark.parametrize("path", PATHS)
def test_it_is_struck_by_no_fault_for_another_path(app: MockServerApp, path: str) -> None:
    """Nor answered by a stub for one; those for any path are for this one as well."""
    for number, match in enumerate(
        [
            {"path": "/api/customers"},
            {"type": "customers"},
            {"action": ["token", "tokeninfo", "jwks"]},
            {"path": ["/oauth/*en", "/.well-known/*.json", "/nowhere", "/"]},
        ]
    ):
        app.plane.faults.add({"match": match, "effect": {"status": 500 + number}})
    expected = 503 if path.startswith("/oauth//") else 404  # what the pattern says, literally
    expected = 503 if path == "/.well-known//jwks.json" else expected

    assert expected == ask(app, path).status_code
    app.plane.faults.add({"match": {}, "effect": {"status": 418}})
    control = path.startswith("/_mock/")
    assert ask(app, path).status_code == (404 if control else expected if expected > 500 else 418)


@pytest.mark.parametrize("path", [path for path in PATHS if not path.startswith("/_mock/")])
def test_it_is_written_down_as_it_came(app: MockServerApp, path: str) -> None:
    """Without a type and an action, and as unmatched."""
    ask(app, path)
    (exchange,) = app.plane.journal.list({})["exchanges"]

    assert (path, None, None) == (
        exchange["request"]["path"],
        exchange["type"],
        exchange["action"],
    )
    assert ("route", path) == (exchange["unmatched"]["what"], exchange["unmatched"]["name"])


@pytest.mark.parametrize("path", ["/api/customers/", "/oauth/tokeninfo/", "/_mock/health/"])
def test_one_slash_at_the_end_is_accepted(app: MockServerApp, path: str) -> None:
    token = Bearers(app).integration().token

    assert 200 == ask(app, path, Authorization=f"Bearer {token}").status_code
