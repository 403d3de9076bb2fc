"""Which web pages may ask: all, unless origins are named."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from tests.client import Bearers

SHOP, APP, EVIL = "https://shop.example:3000", "capacitor://localhost", "https://evil.example"
FORM = {
    "grant_type": "client_credentials",
    "client_id": "test_sales_channel_client_id_00000000000000",
    "scope": "market:code:europe",
}


def serving(data_directory: Path, **told: Any) -> MockServerApp:
    return create_app(Settings(data_directory=data_directory, customers=1, **told))


@pytest.fixture
def app(data_directory: Path) -> MockServerApp:
    """Return an application that two origins may ask."""
    return serving(data_directory, cors_origin=f"{SHOP}, {APP}")


def ask(
    app: MockServerApp, method: str, path: str, origin: str | None, **words: Any
) -> TestResponse:
    """Send a request as a page does: with an origin and a good token."""
    token = Bearers(app).integration().token
    headers = {"Authorization": f"Bearer {token}", **words.pop("headers", {})}
    headers |= {"Origin": origin} if origin else {}
    return app.test_client().open(path, method=method, headers=headers, **words)


READABLE = "Access-Control-Allow-Origin"
REQUESTS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "list": ("GET", "/api/customers", {}, 200),
    "unknown path": ("GET", "/nowhere", {}, 404),
    "doubled slash": ("GET", "/api//customers", {}, 404),
    "metadata": ("GET", "/api/public/resources", {}, 200),
    "introduction": ("GET", "/", {}, 200),
    "form": ("POST", "/oauth/token", {"data": FORM}, 200),
    "keys": ("GET", "/.well-known/jwks.json", {}, 200),
    "tokeninfo": ("GET", "/oauth/tokeninfo", {}, 200),
    "preflight": ("OPTIONS", "/api/customers", {}, 204),
    "preflight of a form": ("OPTIONS", "/oauth/token", {}, 204),
    "download": ("GET", "/downloads/acme/test/exports/x", {}, 403),
}


@pytest.mark.parametrize("origin", [SHOP, APP, SHOP.upper()])
@pytest.mark.parametrize("name", REQUESTS)
def test_an_allowed_page(app: MockServerApp, name: str, origin: str) -> None:
    """It is answered, and may read the answer; caches keep it apart from others."""
    method, path, words, status = REQUESTS[name]
    answer = ask(app, method, path, origin, **words)

    assert (status, origin) == (answer.status_code, answer.headers[READABLE])
    assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
    assert "Origin" in answer.vary


@pytest.mark.parametrize(
    "origin", [EVIL, "http://shop.example:3000", "https://shop.example", "null", "x", "http://["]
)
@pytest.mark.parametrize("name", REQUESTS)
def test_another_page(app: MockServerApp, name: str, origin: str) -> None:
    """It is refused, with or without a preflight, and told who may ask; it may not read it."""
    method, path, words, _ = REQUESTS[name]
    answer = ask(app, method, path, origin, **words)

    assert (403, None) == (answer.status_code, answer.headers.get(READABLE))
    assert "Access-Control-Allow-Methods" not in answer.headers
    assert "Origin" in answer.vary
    (error,) = answer.json["errors"]
    assert ("ORIGIN_NOT_ALLOWED", "403") == (error["code"], error["status"])
    allows = f"Pages of {origin} may not ask here: --cors-origin allows {SHOP}, {APP}."
    assert allows == error["detail"]


@pytest.mark.parametrize("name", REQUESTS)
def test_who_is_no_page(app: MockServerApp, name: str) -> None:
    """Programs send no origin."""
    method, path, words, status = REQUESTS[name]
    answer = ask(app, method, path, None, **words)

    assert (status, None) == (answer.status_code, answer.headers.get(READABLE))
    assert "Origin" in answer.vary


@pytest.mark.parametrize("origin", [EVIL, SHOP, "null", None])
@pytest.mark.parametrize("name", REQUESTS)
def test_all_may_ask_unless_told(data_directory: Path, name: str, origin: str | None) -> None:
    """And are answered the same."""
    method, path, words, status = REQUESTS[name]
    answer = ask(serving(data_directory), method, path, origin, **words)

    assert (status, "*") == (answer.status_code, answer.headers[READABLE])


def test_a_refused_page_changes_nothing(app: MockServerApp, caplog: Any) -> None:
    """It is in the journal, spends nothing of a limit, and is logged once for each origin."""
    body = {"data": {"type": "tags", "attributes": {"name": "theirs"}}}
    sent = {"json": body, "headers": {"Content-Type": "application/vnd.api+json"}}
    with caplog.at_level(logging.WARNING):
        answers = [ask(app, "POST", "/api/tags", origin, **sent) for origin in (EVIL, EVIL, "null")]

    assert [403] * 3 == [answer.status_code for answer in answers]
    assert not any("X-Ratelimit-Limit" in answer.headers for answer in answers)
    organization = next(iter(app.organizations))
    tags = organization.sandbox("test").partition.select("tags")[0]
    assert "theirs" not in [tag["name"] for tag in tags]
    assert 3 == app.plane.journal.list({"status": "403", "path": "/api/tags"})["total"]
    assert [repr(EVIL), "'null'"] == [each.getMessage().split()[2] for each in caplog.records]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("acme.cl.localhost:8443", 200),
        ("127.0.0.1:8080", 200),
        ("evil.example:8080", 403),
    ],
)
def test_our_own_pages(app: MockServerApp, host: str, status: int) -> None:
    """Those the server itself sends; a foreign name that leads here makes none of them."""
    words = {"headers": {"Host": host}, "data": FORM}

    assert status == ask(app, "POST", "/oauth/token", f"http://{host}", **words).status_code


@pytest.mark.parametrize("origin", [SHOP, EVIL, "null", "http://["])
def test_the_control_plane_is_for_no_page(app: MockServerApp, origin: str) -> None:
    """Of any other origin, an allowed one too."""
    answer = ask(app, "GET", "/_mock/clock", origin)

    assert (403, None) == (answer.status_code, answer.headers.get(READABLE))
