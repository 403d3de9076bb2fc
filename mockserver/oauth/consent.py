"""The authorization endpoint: nobody is asked, the sandbox agrees at once.

authentication.md §4.4, step 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from mockserver.access import Owner
from mockserver.oauth.clients import AUTHORIZATION_CODE, Client, Parameters, find_client
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.oauth.grants import required
from mockserver.oauth.issuing import TokenIssuer
from mockserver.oauth.scopes import default_scope, resolve
from mockserver.reasons import reason
from mockserver.storage.conditions import EVERYTHING, Compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.engine.organization import Organizations

_LOOPBACK = re.compile(
    r"https?://(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?"
    r"""(?:[/?][!"$-~]*)?""",
    re.IGNORECASE,
)


def redirection(organizations: Organizations, parameters: Parameters, issuer: TokenIssuer) -> str:
    """Return where to send the user agent: with a code, or with an error (RFC 6749 §4.1.2).

    Raises:
        OAuthError: the client or its redirect URI cannot be trusted, so nobody is sent there.
    """
    client = find_client(organizations, required(parameters, "client_id"))
    if client is None:
        raise oauth_error("unknown_client")
    redirect_uri = required(parameters, "redirect_uri")
    registered = (client.application.get("redirect_uri") or "").split()
    if not _is_registered(redirect_uri, registered):
        why = reason("redirect_uri_unregistered", registered=" ".join(registered) or "(none)")
        raise oauth_error("invalid_redirect_uri", because=why)
    try:
        answer = {"code": _code(client, parameters, redirect_uri, issuer)}
    except OAuthError as error:
        answer = {"error": error.title, "error_description": error.detail}
    if "state" in parameters:
        answer["state"] = parameters["state"]
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer)}"


def _is_registered(uri: str, registered: Sequence[str]) -> bool:
    """Say whether the client may be sent there.

    Who develops takes whatever port is free: one that registered a loopback address is known at
    all of them (RFC 8252 §7.3), and a browser that is sent there never leaves the machine.
    """
    return uri in registered or (is_loopback(uri) and any(map(is_loopback, registered)))


def is_loopback(uri: str) -> bool:
    """Say whether a URI is of a web server on the machine that asks: no fragment, nobody's name."""
    return _LOOPBACK.fullmatch(uri) is not None


def _code(client: Client, parameters: Parameters, redirect_uri: str, issuer: TokenIssuer) -> str:
    if required(parameters, "response_type") != "code":
        raise oauth_error("unsupported_response_type")
    if not client.may_use(AUTHORIZATION_CODE):
        raise oauth_error("unauthorized_client")
    owner = _resource_owner(client, parameters.get("login_hint"))
    scope = parameters.get("scope") or default_scope(client.kind)
    resolve(scope, client.sandbox, client.kind, owner)
    return issuer.issue_code(client, owner, scope, redirect_uri)


def _resource_owner(client: Client, login_hint: str | None) -> Owner:
    """Return the user who agrees: the one with the email of ``login_hint``, or the first."""
    condition = Compare("email", "eq", login_hint) if login_hint else EVERYTHING
    users, _ = client.sandbox.partition.select("users", condition, limit=1)
    if not users:
        raise oauth_error("access_denied")
    return Owner("User", users[0]["id"])
