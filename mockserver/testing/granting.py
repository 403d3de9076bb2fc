"""What a world sends to the token endpoint to get a token of one kind or another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from mockserver.oauth.clients import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, PASSWORD
from mockserver.oauth.errors import oauth_error
from mockserver.seeding.credentials import REDIRECT_URI

if TYPE_CHECKING:
    from mockserver.seeding.credentials import Credential
    from mockserver.testing.running import RunningServer

Parameters = dict[str, str]


def who(credential: Credential) -> Parameters:
    """Return what says who asks."""
    secret = credential.client_secret
    return {"client_id": credential.client_id} | ({"client_secret": secret} if secret else {})


def client_grant(scope: str | None) -> Parameters:
    """Return the grant of the client itself."""
    return {"grant_type": CLIENT_CREDENTIALS, **_scoped(scope)}


def password_grant(email: str, password: str, scope: str | None) -> Parameters:
    """Return the grant of a customer."""
    login = {"username": email, "password": password}
    return {"grant_type": PASSWORD, **login, **_scoped(scope)}


def code_grant(
    server: RunningServer, credential: Credential, email: str, scope: str | None
) -> Parameters:
    """Return the grant of a user, who agrees at once.

    Args:
        server: whose authorization endpoint is asked for a code.
        credential: of a web app.
        email: of the user; empty for the first one.
        scope: to agree to.

    Raises:
        OAuthError: as the endpoint redirects with, ``access_denied`` for an unknown user.
    """
    asked = {"client_id": credential.client_id, "response_type": "code", "login_hint": email}
    location = server.authorize({**asked, "redirect_uri": REDIRECT_URI, **_scoped(scope)})
    answer = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    if "code" not in answer:
        raise oauth_error(answer["error"])
    return {
        "grant_type": AUTHORIZATION_CODE,
        "code": answer["code"],
        "redirect_uri": REDIRECT_URI,
    }


def _scoped(scope: str | None) -> Parameters:
    return {} if scope is None else {"scope": scope}
