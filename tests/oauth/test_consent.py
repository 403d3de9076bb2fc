"""The authorization endpoint: a code for the client, or nobody is sent anywhere."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from mockserver.oauth.errors import OAuthError
from tests.oauth.authorization_world import CODE_REQUEST, REDIRECT_URI, World


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def test_consent_returns_to_the_client(world: World) -> None:
    """With the code, and the state as it was."""
    location = urlsplit(world.server.authorize(CODE_REQUEST | {"state": "a b&c=é"}))

    assert location._replace(query="").geturl() == REDIRECT_URI
    query = parse_qs(location.query)
    assert list(query) == ["code", "state"]
    assert query["state"] == ["a b&c=é"]
    assert len(query["code"][0]) == 43


def test_consent_keeps_the_query_of_the_redirect_uri(world: World) -> None:
    """One that has a query already."""
    world.change("applications", "web", redirect_uri="https://app.test/?a=1")
    asked = CODE_REQUEST | {"redirect_uri": "https://app.test/?a=1"}

    assert world.server.authorize(asked).startswith("https://app.test/?a=1&code=")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"client_id": "back"}, "unauthorized_client"),
        ({"scope": "market:code:nowhere"}, "invalid_scope"),
        ({"login_hint": "nobody@example.com"}, "access_denied"),
    ],
)
def test_consent_is_refused_to_the_client(
    world: World, parameters: dict[str, str], error: str
) -> None:
    """By a redirection, once it is known where to."""
    location = world.server.authorize(CODE_REQUEST | {"state": "s"} | parameters)
    query = parse_qs(urlsplit(location).query)

    assert location.startswith(REDIRECT_URI)
    assert [error] == query["error"]
    assert query["error_description"][0].endswith(".")
    assert query["state"] == ["s"]


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"client_id": ""}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"redirect_uri": "https://evil.test"}, "invalid_redirect_uri"),
        ({"redirect_uri": f"{REDIRECT_URI}/"}, "invalid_redirect_uri"),
        ({"redirect_uri": f"https://app.test/other\n{REDIRECT_URI}"}, "invalid_redirect_uri"),
    ],
)
def test_consent_is_refused_to_the_user_agent(
    world: World, parameters: dict[str, str], title: str
) -> None:
    """Nobody is sent to where an attacker may wait."""
    with pytest.raises(OAuthError) as caught:
        world.server.authorize(CODE_REQUEST | parameters)

    assert (title, 400, "BAD_REQUEST") == (
        caught.value.title,
        caught.value.status,
        caught.value.code,
    )


def test_client_without_redirect_uri(world: World) -> None:
    """Has no authorization endpoint."""
    world.change("applications", "web", redirect_uri=None)

    with pytest.raises(OAuthError, match="invalid_redirect_uri"):
        world.server.authorize(CODE_REQUEST)


LOOPBACK = "http://localhost:3000/callback"


@pytest.mark.parametrize(
    "uri",
    [
        LOOPBACK,
        "http://localhost:5173/auth",
        "http://localhost/",
        "http://localhost",
        "https://LOCALHOST:8443/a?b=c",
        "http://shop.localhost:3000",
        "http://127.0.0.1:4000/callback",
        "http://127.9.9.9",
        "http://[::1]:5173/cb?next=%2F",
    ],
)
def test_any_port_of_the_machine_will_do(world: World, uri: str) -> None:
    """For a client that has registered one of them; the code is good for that one alone."""
    world.change("applications", "web", redirect_uri=f"https://app.test/x\n{LOOPBACK}")
    location = world.server.authorize(CODE_REQUEST | {"redirect_uri": uri})

    assert location.startswith(f"{uri}{'&' if '?' in uri else '?'}code=")
    (code,) = parse_qs(urlsplit(location).query)["code"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code, redirect_uri=f"{uri}/other")
    assert world.exchange(code, redirect_uri=uri)["access_token"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.test/callback",
        "http://localhost.evil.test/",
        "http://localhost@evil.test/",
        "http://localhost:3000@evil.test/",
        "http://localhost\\@evil.test/",
        "http://evil.test/localhost",
        "http://evil.test#localhost",
        "http://localhost:3000/#fragment",
        "http://localhost:3000/\r\nSet-Cookie: a=b",
        "http://localhost:port/",
        "//localhost/",
        "javascript://localhost/%0aalert(1)",
        "http://128.0.0.1/",
        "localhost:3000",
    ],
)
def test_what_is_not_of_the_machine_is_refused(world: World, uri: str) -> None:
    """However it looks; the reason names what is registered."""
    world.change("applications", "web", redirect_uri=f"https://app.test/x\n{LOOPBACK}")
    with pytest.raises(OAuthError, match="invalid_redirect_uri") as caught:
        world.server.authorize(CODE_REQUEST | {"redirect_uri": uri})

    said = f"registered for the client: https://app.test/x {LOOPBACK}."
    assert caught.value.why is not None
    assert caught.value.why.endswith(said)


def test_a_client_of_another_host_has_no_port_of_the_machine(world: World) -> None:
    """What it has registered is what there is."""
    with pytest.raises(OAuthError, match="invalid_redirect_uri"):
        world.server.authorize(CODE_REQUEST | {"redirect_uri": LOOPBACK})
