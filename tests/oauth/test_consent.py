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
