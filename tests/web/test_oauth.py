"""The authorization server on the wire: encodings, headers, bodies of refusals."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.oauth.errors import oauth_error
from mockserver.web.oauth import PARAMETERS, oauth_blueprint
from tests.oauth.authorization_world import (
    PASSWORD,
    REDIRECT_URI,
    SECRET,
    World,
    payload_of,
    signing_key,
)

FORM = "application/x-www-form-urlencoded"
GUEST = {
    "grant_type": "client_credentials",
    "client_id": "sales",
    "scope": "market:code:europe",
}
BACK = {"grant_type": "client_credentials", "client_id": "back", "client_secret": SECRET}
UNCACHED = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "Vary": "Origin",
}


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world that no test changes for others."""
    return World()


@pytest.fixture(scope="module")
def client(world: World) -> FlaskClient:
    """Return a client of an app with nothing but the endpoints."""
    return app_of(world).test_client()


def app_of(world: World) -> Flask:
    app = Flask("test", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    app.register_blueprint(oauth_blueprint(world.server))
    return app


def basic(client_id: str, secret: str) -> dict[str, str]:
    raw = f"{client_id}:{secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(raw).decode()}"}


# --- secrets -------------------------------------------------------------------------------------

SHOP = {"grant_type": "client_credentials", "client_id": "shop", "scope": "market:all"}
SENT: Mapping[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "json": lambda asked: {"json": asked},
    "form": lambda asked: {"data": asked},
    "basic": lambda asked: {
        "data": {"grant_type": asked["grant_type"], "scope": asked["scope"]},
        "headers": basic(asked["client_id"], asked.get("client_secret", "")),
    },
}


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_who_shows_a_secret_is_confidential(
    client: FlaskClient, sent: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    """However it is sent; without it the same sales channel is public, and a wrong one is none."""
    with_it, without, wrong = (
        client.post("/oauth/token", **sent({**SHOP, **secret}))
        for secret in ({"client_secret": SECRET}, {}, {"client_secret": "wrong"})
    )

    said = [payload_of(found.json["access_token"])["application"] for found in (with_it, without)]
    assert [(True, True), (True, False)] == [(a["public"], a["confidential"]) for a in said]
    assert (401, "invalid_client") == (wrong.status_code, wrong.json["errors"][0]["title"])


# --- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", orjson.dumps(GUEST)),
        ("application/json; charset=utf-8", orjson.dumps(GUEST)),
        ("Application/JSON", b" \n" + orjson.dumps(GUEST)),
        ("application/vnd.api+json", orjson.dumps(GUEST)),
        ("text/plain;charset=UTF-8", orjson.dumps(GUEST)),
        ("", orjson.dumps(GUEST)),
        (FORM, urlencode(GUEST).encode()),
        (f"{FORM}; charset=UTF-8", urlencode(GUEST, quote_via=quote).encode()),
        ("", urlencode(GUEST).encode()),
        ("text/plain", urlencode(GUEST).encode()),
        ("application/json", orjson.dumps({**GUEST, "slug": ["x"], "debug": True, "code": None})),
        ("application/json", b'{"scope":"x",' + orjson.dumps(GUEST)[1:]),
        (FORM, b"scope=x&slug=&" + urlencode(GUEST).encode()),
    ],
)
def test_token_request_encodings(client: FlaskClient, content_type: str, body: bytes) -> None:
    """JSON and forms, whatever they are called; what is unknown is ignored."""
    headers = {"Content-Type": content_type, "Accept": "text/html"}
    response = client.post("/oauth/token", data=body, headers=headers)

    assert response.status_code == 200, response.text
    assert response.json
    assert response.json["scope"] == "market:code:europe"


def test_multipart_form(client: FlaskClient) -> None:
    """As some clients send forms."""
    response = client.post("/oauth/token", data=GUEST, content_type="multipart/form-data")

    assert response.status_code == 200


def test_trailing_slash(client: FlaskClient) -> None:
    """Accepted without a redirect."""
    assert client.post("/oauth/token/", json=GUEST).status_code == 200


def test_response_headers(client: FlaskClient) -> None:
    """A token is not to be cached."""
    response = client.post("/oauth/token", json=GUEST)

    assert {name: response.headers[name] for name in UNCACHED} == UNCACHED


@pytest.mark.parametrize("scheme", ["Basic", "basic"])
def test_basic_authentication(client: FlaskClient, scheme: str) -> None:
    """A body of just the grant type does."""
    header = basic("back", SECRET)["Authorization"].replace("Basic", scheme)
    for sent in (
        {"json": {"grant_type": "client_credentials"}},
        {"data": "grant_type=client_credentials"},
    ):
        response = client.post("/oauth/token", headers={"Authorization": header}, **sent)  # type: ignore[arg-type]
        assert response.status_code == 200


def test_bearer_header_does_not_authenticate_a_client(client: FlaskClient) -> None:
    """Nor does it hinder: interceptors of clients add it everywhere."""
    headers = {"Authorization": "Bearer x"}

    assert client.post("/oauth/token", json=BACK, headers=headers).status_code == 200


# --- refusals ------------------------------------------------------------------------------------


def assert_refused(response: Any, key: str, **values: object) -> None:
    expected = oauth_error(key, **values)

    assert expected.status == response.status_code
    assert expected.body() == response.json
    assert {name: response.headers[name] for name in UNCACHED} == UNCACHED


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic ", "Basic !", "Basic YmFjaw", "Basic w6nDqQ", "Basic /////w==", "basic x y"],
)
def test_malformed_basic_authentication(client: FlaskClient, authorization: str) -> None:
    """``invalid_client``, whatever the body says."""
    response = client.post("/oauth/token", json=BACK, headers={"Authorization": authorization})

    assert_refused(response, "invalid_client")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[",
        b"[]",
        b'"x"',
        b"1",
        b"null",
        b"{}}",
        b'{"a":NaN}',
        b"\xff",
        b'{"scope":"\\ud800"}',
    ],
)
def test_malformed_json(client: FlaskClient, body: bytes) -> None:
    """``invalid_request``, not a crash."""
    response = client.post("/oauth/token", data=body, content_type="application/json")

    assert_refused(response, "malformed_body")


@pytest.mark.parametrize("value", [1, 1.5, True, False, [], ["market:all"], {}, {"a": 1}])
@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_parameter_that_is_no_text(client: FlaskClient, name: str, value: object) -> None:
    """``invalid_request`` names it."""
    response = client.post("/oauth/token", json={**BACK, name: value})

    assert_refused(response, "malformed_parameter", name=name)


@pytest.mark.parametrize("content_type", ["application/json", FORM, "", "text/plain"])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_empty_body(client: FlaskClient, path: str, content_type: str) -> None:
    """The first parameter is missing."""
    response = client.post(path, data=b"", content_type=content_type)

    name = "grant_type" if path == "/oauth/token" else "token"
    assert_refused(response, "missing_parameter", name=name)


def test_body_over_the_limit(client: FlaskClient) -> None:
    """Refused in the same form."""
    response = client.post("/oauth/token", data=b"x" * 200_000, content_type="application/json")

    assert response.status_code == 413
    assert response.json
    assert response.json["errors"][0]["title"] == "invalid_request"
    assert response.json["errors"][0]["status"] == 413


def test_token_endpoint_is_for_post(client: FlaskClient) -> None:
    """Other methods are not allowed."""
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        response = client.open("/oauth/token", method=method)
        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]


def test_parameters_in_the_query_do_not_count(client: FlaskClient) -> None:
    """RFC 6749 §2.3.1: secrets do not belong into a URL."""
    response = client.post(f"/oauth/token?{urlencode(GUEST)}")

    assert_refused(response, "missing_parameter", name="grant_type")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(PARAMETERS)),
        st.text(st.characters(codec="utf-8"))
        | st.sampled_from(["client_credentials", "password", "refresh_token", "sales", "shop"]),
    ),
    st.sampled_from(["/oauth/token", "/oauth/revoke"]),
)
def test_no_parameters_crash_it(client: FlaskClient, parameters: dict[str, str], path: str) -> None:
    """Whatever text is sent, the answer is an answer."""
    for response in (
        client.post(path, json=parameters),
        client.post(path, data=urlencode(parameters), content_type=FORM),
        client.get("/oauth/authorize", query_string=parameters),
    ):
        assert response.status_code in (200, 302, 400, 401, 403)


@given(st.binary(), st.sampled_from(["application/json", FORM, "", "multipart/form-data"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_body_crashes_it(client: FlaskClient, body: bytes, content_type: str) -> None:
    """Whatever bytes are sent."""
    response = client.post("/oauth/token", data=body, content_type=content_type)

    assert response.status_code in (400, 401)


def test_defect_is_a_server_error(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In the same form, without a trace of it on the wire, but in the log."""
    monkeypatch.setattr(world.server, "token", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR, "mockserver"):
        response = app_of(world).test_client().post("/oauth/token", json=GUEST)

    assert_refused(response, "server_error")
    assert "division by zero" in caplog.text


# --- the other endpoints -------------------------------------------------------------------------


def test_logout(client: FlaskClient) -> None:
    """Login, revoke with the client id alone, and the token is no good."""
    login = {**GUEST, "grant_type": "password", "username": "john@example.com"}
    token = client.post("/oauth/token", json={**login, "password": PASSWORD}).get_json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    before = client.get("/oauth/tokeninfo", headers=bearer)
    asked = {"client_id": "sales", "token": token["access_token"]}
    revoked = client.post("/oauth/revoke", json=asked)
    after = client.get("/oauth/tokeninfo", headers=bearer)

    assert (before.status_code, after.status_code) == (200, 401)
    assert (revoked.status_code, revoked.data) == (200, b"{}")
    assert {name: revoked.headers[name] for name in UNCACHED} == UNCACHED


def test_revocation_with_basic_authentication(client: FlaskClient) -> None:
    """As for the token endpoint; without it, 403."""
    token = client.post("/oauth/token", json=BACK).get_json()["access_token"]
    refused = client.post("/oauth/revoke", data={"token": token, "client_id": "back"})
    revoked = client.post("/oauth/revoke", data={"token": token}, headers=basic("back", SECRET))

    assert_refused(refused, "revocation_refused")
    assert revoked.status_code == 200


def test_authorization_redirects(client: FlaskClient) -> None:
    """302 with a code; it is exchanged for a token."""
    asked = {"client_id": "web", "redirect_uri": REDIRECT_URI, "response_type": "code"}
    response = client.get("/oauth/authorize", query_string={**asked, "state": "s", "debug": "1"})
    code = response.headers["Location"].partition("code=")[2].partition("&")[0]
    exchange = {"grant_type": "authorization_code", "client_secret": SECRET, "code": code}
    token = client.post("/oauth/token", json={**asked, **exchange})

    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    assert token.get_json()["owner_type"] == "user"


def test_authorization_refuses_an_unknown_client(client: FlaskClient) -> None:
    """400 and no redirection."""
    response = client.get("/oauth/authorize", query_string={"client_id": "nobody"})

    assert_refused(response, "unknown_client")
    assert "Location" not in response.headers


def test_jwks(client: FlaskClient) -> None:
    """The public key."""
    response = client.get("/.well-known/jwks.json")

    assert response.status_code == 200
    assert response.get_json() == signing_key().jwks()
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"


def test_tokeninfo(client: FlaskClient) -> None:
    """Plain JSON, without a charset; the scheme's case does not count."""
    token = client.post("/oauth/token", json=GUEST).get_json()["access_token"]
    for scheme in ("Bearer", "bearer", "BEARER "):
        response = client.get("/oauth/tokeninfo", headers={"Authorization": f"{scheme} {token}"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.get_json()["token"]["lifespan"] == 14400


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic eDp5", "x"])
def test_tokeninfo_without_access(client: FlaskClient, authorization: str | None) -> None:
    """The API's error, with its string status, as plain JSON."""
    headers = {} if authorization is None else {"Authorization": authorization}
    response = client.get("/oauth/tokeninfo", headers=headers)

    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/json"
    expected = {
        "title": "Invalid token",
        "detail": "The access token you provided is invalid.",
        "code": "INVALID_TOKEN",
        "status": "401",
    }
    assert response.get_json() == {"errors": [expected]}
