"""The endpoints of the authorization server on the wire (authentication.md §2, §3)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import HTTPException

from mockserver.errors import Refusal
from mockserver.oauth.clients import Basic
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.storage.base import StorageError, UnavailableError
from mockserver.web.failures import SOON, signalled

if TYPE_CHECKING:
    from mockserver.oauth.authorization import AuthorizationServer

LOG = logging.getLogger("mockserver")

JSON_TYPE = "application/json; charset=utf-8"
JSON_TYPES = frozenset({"application/json", "application/vnd.api+json"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

#: Of one request, those that are ignored included.
MOST_PARAMETERS = 1000

Headers = Mapping[str, str]
UNCACHED: Headers = {"Cache-Control": "no-store", "Pragma": "no-cache", "Vary": "Origin"}
# Verifiers keep the key set themselves; a browser must not bring back that of another run.
REVALIDATED: Headers = {"Cache-Control": "no-cache", "Vary": "Origin"}

#: The parameters that are read, from the body or, at the authorization endpoint, from the query.
#: Others are ignored whatever they hold: js-auth sends ``slug`` and ``debug``.
PARAMETERS = frozenset(
    {
        "assertion",
        "client_id",
        "client_secret",
        "code",
        "grant_type",
        "login_hint",
        "password",
        "redirect_uri",
        "refresh_token",
        "response_type",
        "scope",
        "state",
        "token",
        "username",
    }
)


def oauth_blueprint(server: AuthorizationServer) -> Blueprint:
    """Return the endpoints of an authorization server.

    Args:
        server: what answers; its errors become bodies here.
    """
    blueprint = Blueprint("oauth", __name__)

    @blueprint.post("/oauth/token", strict_slashes=False)
    def token() -> Response:
        return _answer(server.token(body_parameters(request), basic_credentials(request)))

    @blueprint.post("/oauth/revoke", strict_slashes=False)
    def revoke() -> Response:
        return _answer(server.revoke(body_parameters(request), basic_credentials(request)))

    @blueprint.get("/oauth/authorize", strict_slashes=False)
    def authorize() -> Response:
        parameters = known_parameters(request.args.items(multi=True))
        location = server.authorize(parameters)
        return Response(status=302, headers={"Location": location, **UNCACHED})

    @blueprint.get("/oauth/tokeninfo", strict_slashes=False)
    def tokeninfo() -> Response:
        return _plain(server.tokeninfo(bearer_token(request)))

    @blueprint.get("/.well-known/jwks.json", strict_slashes=False)
    def jwks() -> Response:
        return _answer(server.jwks(), caching=REVALIDATED)

    _register_error_handlers(blueprint)
    return blueprint


def _register_error_handlers(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(OAuthError, _refused)
    blueprint.register_error_handler(Refusal, _without_access)
    blueprint.register_error_handler(StorageError, _not_kept)
    blueprint.register_error_handler(HTTPException, _unreadable)
    blueprint.register_error_handler(Exception, _failed)


# --- requests ----------------------------------------------------------------------------------


def body_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of a body, JSON or a form whatever it is called (authentication.md §3).

    Raises:
        OAuthError: ``invalid_request``.
    """
    # First of all, so that a form leaves the body to be read again.
    body = request.get_data().strip()
    if request.mimetype in FORM_TYPES:
        # Kept by the request before it is parsed: the journal looks at it too.
        request.get_data()
        _require_few(body)
        return known_parameters(request.form.items(multi=True))
    if body and (request.mimetype in JSON_TYPES or body[:1] in (b"{", b"[")):
        return known_parameters(_members(body))
    _require_few(body)
    return known_parameters(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _require_few(form: bytes) -> None:
    if form.count(b"&") >= MOST_PARAMETERS:
        raise oauth_error("too_many_parameters", count=MOST_PARAMETERS)


def known_parameters(members: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Return the parameters that are read; of one that is repeated the last counts.

    Raises:
        OAuthError: ``invalid_request`` for one that is neither text nor null.
    """
    known = {name: value for name, value in members if name in PARAMETERS and value is not None}
    for name, value in known.items():
        if not isinstance(value, str):
            raise oauth_error("malformed_parameter", name=name)
    return known


def _members(body: bytes) -> Iterable[tuple[str, Any]]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise oauth_error("malformed_body") from error
    if not isinstance(document, dict):
        raise oauth_error("malformed_body")
    return document.items()


def basic_credentials(request: Request) -> Basic | None:
    """Return client id and secret of HTTP Basic; another scheme authenticates no client.

    Raises:
        OAuthError: ``invalid_client`` for a malformed header.
    """
    scheme, _ = _authorization(request)
    if scheme != "basic":
        return None
    found = request.authorization
    if found is None:
        raise oauth_error("invalid_client")
    return found.username or "", found.password or ""


def bearer_token(request: Request) -> str:
    """Return the access token of a request, empty without one."""
    scheme, token = _authorization(request)
    return token if scheme == "bearer" else ""


def _authorization(request: Request) -> tuple[str, str]:
    scheme, _, rest = request.headers.get("Authorization", "").strip().partition(" ")
    return scheme.lower(), rest.strip()


# --- responses ---------------------------------------------------------------------------------


def _answer(body: Mapping[str, Any], status: int = 200, caching: Headers = UNCACHED) -> Response:
    return Response(orjson.dumps(body), status, {"Content-Type": JSON_TYPE, **caching})


def _plain(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer of tokeninfo, which belongs to the API's host and names no charset."""
    headers = {"Content-Type": "application/json", **UNCACHED}
    return Response(orjson.dumps(body), status, headers)


def _refused(error: OAuthError) -> Response:
    return _answer(error.body(), error.status)


def _without_access(refused: Refusal) -> Response:
    return _plain({"errors": list(refused.errors)}, refused.status)


def _unreadable(error: HTTPException) -> Response:
    """Answer a body that the framework would not read, one over the limit for instance."""
    status = HTTPStatus(error.code or 400)
    detail = error.description or status.phrase
    return _refused(OAuthError("invalid_request", int(status), status.name, detail))


def _not_kept(error: StorageError) -> Response:
    """Answer what could not be stored; the storage has logged it."""
    if isinstance(error, UnavailableError):
        answer = _refused(oauth_error("storage_away", reason=str(error)))
        answer.headers.update(SOON)
        return answer
    return _refused(oauth_error("storage_error", reason=str(error)))


def _failed(error: Exception) -> Response:
    """Answer a defect of ours: logged, no trace of it on the wire."""
    LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    signalled(error)
    return _refused(oauth_error("server_error"))
