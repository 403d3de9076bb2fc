"""Tokens: what one says, what it may do, why it would be refused; and a new one for anybody."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from mockserver.clock import timestamp
from mockserver.console.answers import Answer, Page
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.errors import Refusal
from mockserver.oauth.clients import WEBAPP
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.oauth.requesting import (
    Request,
    client_request,
    code_request,
    consent_request,
    password_request,
    redirected,
)
from mockserver.seeding.credentials import PASSWORD, REDIRECT_URI, Credential, credentials

Json = dict[str, Any]
#: Claims that are moments.
MOMENTS = ("exp", "iat")
#: Seconds since the epoch that are a moment: until the year 9999.
LATEST = 253_402_300_800
#: The parts of a token that are JSON.
PARTS = ("header", "payload")


def tokens(visit: Visit, place: Standpoint) -> Answer:
    """Show both forms."""
    return _shown(visit, place)


def read(visit: Visit, place: Standpoint) -> Answer:
    """Read a token that was pasted."""
    token = visit.text("token").removeprefix("Bearer ").strip()
    return _shown(visit, place, token)


def get(visit: Visit, place: Standpoint) -> Answer:
    """Get a token, for an application, a customer or a user."""
    try:
        answer = _answer(visit, place)
    except OAuthError as refused:
        error = {"title": refused.title, "detail": refused.detail}
        return _shown(visit, place, errors=[error], status=refused.status)
    return _shown(visit, place, str(answer["access_token"]), answer)


# --- steps ---------------------------------------------------------------------------------------


def _answer(visit: Visit, place: Standpoint) -> Json:
    """Return the answer of the token endpoint.

    Raises:
        OAuthError: as it refuses.
    """
    named = [c for c in _credentials(place) if c.client_id == visit.text("client_id")]
    if not named:
        raise oauth_error("unknown_client")
    (credential,) = named[:1]
    scope = visit.text("scope") or credential.scope
    client = {"client_id": credential.client_id, **({"scope": scope} if scope else {})}
    if credential.client_secret:
        client["client_secret"] = credential.client_secret
    return place.parts.authorization.token({**client, **_grant(visit, place, credential, client)})


def _grant(
    visit: Visit, place: Standpoint, credential: Credential, client: Mapping[str, str]
) -> Request:
    """Return the parameters of the grant: a customer's password, a user's code, or neither."""
    if customer := visit.text("customer"):
        return password_request(customer, visit.text("password") or PASSWORD)
    if credential.kind != WEBAPP:
        return client_request()
    asked = consent_request(client, REDIRECT_URI, visit.text("user"))
    answer = redirected(place.parts.authorization.authorize(asked))
    if "code" not in answer:
        raise oauth_error(answer["error"])
    return code_request(answer["code"], REDIRECT_URI)


def _shown(  # noqa: PLR0913, PLR0917 - all that the page shows
    visit: Visit,
    place: Standpoint,
    token: str = "",
    answer: Json | None = None,
    errors: Any = (),
    status: int = 200,
) -> Page:
    found = {
        "errors": errors,
        "here": place.to("tokens"),
        "credentials": _credentials(place),
        "users": [u for u in _people(place) if u["mode"] == place.mode],
        "typed": {n: visit.text(n) for n in ("client_id", "customer", "user", "scope")},
        "token": token,
        "answer": answer,
        **(_explained(place, token) if token else {"said": None}),
    }
    return Page("tokens.html", found, status)


def _credentials(place: Standpoint) -> list[Credential]:
    return [c for c in credentials(place.organization) if c.mode == place.mode]


def _people(place: Standpoint) -> list[Json]:
    described = place.plane.organizations.described(place.organization)
    users: list[Json] = described["users"]
    return users


def _explained(place: Standpoint, token: str) -> Json:
    """Return the claims of a token, and the verdict of this server on it."""
    said = {part: _decoded(text) for part, text in zip(PARTS, token.split("."), strict=False)}
    payload = said.get("payload")
    claims: Json = payload if isinstance(payload, dict) else {}
    moments = {
        name: timestamp(datetime.fromtimestamp(claims[name], UTC))
        for name in MOMENTS
        if type(claims.get(name)) is int and 0 <= claims[name] < LATEST
    }
    explained: Json = {"said": said, "moments": moments, "may": None, "why": ""}
    try:
        explained["may"] = place.parts.authorization.tokeninfo(token)
    except Refusal as refused:
        explained["why"] = refused.because or str(refused.errors[0].get("detail", ""))
    return explained


def _decoded(text: str) -> Any:
    """Return a part of a token, ``None`` for what is none."""
    try:
        return orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None


ROUTES = (
    PageRoute("/tokens", tokens),
    PageRoute("/tokens/read", read, "POST"),
    PageRoute("/tokens/get", get, "POST"),
)
