"""Token requests of each grant, as a client sends them: the other side of the grants.

authentication.md §4.

The command line and the Python interface ask with these, each over its own way to the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mockserver.access import SALES_CHANNEL, Owner
from mockserver.oauth.assertions import CLAIMS
from mockserver.oauth.clients import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    INTEGRATION,
    JWT_BEARER,
    PASSWORD,
    WEBAPP,
)

Answer = dict[str, str]
Request = dict[str, str]

#: What assertions are signed with: the vendor's own library signs with a constant as well
#: (authentication.md §4.5).
SIGNATURE = "assertions-of-the-sandbox-are-not-verified"


def kind_for(kind: str | None, customer: str | None, user: str | None) -> str:
    """Return the kind of the credentials that are asked for, or that the owner implies.

    Raises:
        ValueError: these do not go together; the text says why.
    """
    if customer is not None and user is not None:
        message = "a token is a customer's or a user's, not both"
        raise ValueError(message)
    if user is not None and kind not in (None, WEBAPP):
        message = f"a user agrees to a web app, not to credentials of kind {kind}"
        raise ValueError(message)
    implied = SALES_CHANNEL if customer else WEBAPP if user is not None else INTEGRATION
    return kind or implied


def client_request() -> Request:
    """Return the request for a token of the client itself."""
    return {"grant_type": CLIENT_CREDENTIALS}


def password_request(email: str, password: str) -> Request:
    """Return the request for a token of a customer."""
    return {"grant_type": PASSWORD, "username": email, "password": password}


def consent_request(client: Mapping[str, str], redirect_uri: str, user: str | None) -> Request:
    """Return the query of the authorization endpoint: the user it hints at agrees at once.

    Args:
        client: its ``client_id``, and a ``scope`` if one is asked for.
        redirect_uri: a registered one.
        user: the email; the first user when it is empty.
    """
    asked = {name: client[name] for name in ("client_id", "scope") if name in client}
    hint = {"login_hint": user} if user else {}
    return {"response_type": "code", "redirect_uri": redirect_uri, **asked, **hint}


def redirected(location: str) -> Answer:
    """Return the authorization endpoint's answer, from the URL it redirects to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def code_request(code: str, redirect_uri: str) -> Request:
    """Return the request that exchanges a code."""
    return {"grant_type": AUTHORIZATION_CODE, "code": code, "redirect_uri": redirect_uri}


def assertion_request(owner: Owner | None, custom_claim: Mapping[str, Any] | None) -> Request:
    """Return the request for a token by an assertion: for somebody, with a claim, or both."""
    import jwt  # noqa: PLC0415 - takes a tenth of the start

    claims: dict[str, Any] = {}
    if owner is not None:
        claims["owner"] = {"type": owner.type, "id": owner.id}
    if custom_claim is not None:
        claims["custom_claim"] = dict(custom_claim)
    assertion = jwt.encode({CLAIMS: claims}, SIGNATURE, algorithm="HS256")
    return {"grant_type": JWT_BEARER, "assertion": assertion}
