"""The only place that knows every part: settings in, a WSGI application out."""

from __future__ import annotations

import logging

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from mockserver.clock import Clock
from mockserver.errors import Refusal, refusal
from mockserver.resources.registry import indexes
from mockserver.sandbox.authorization import AuthorizationServer
from mockserver.sandbox.keys import SigningKey
from mockserver.sandbox.organization import Organizations
from mockserver.sandbox.rate_limits import RateLimiter
from mockserver.sandbox.tokens import INTERNAL_INDEXES
from mockserver.seeding.seed import seed_customers, seed_foundation
from mockserver.settings import Settings
from mockserver.storage.base import Storage, StorageError
from mockserver.storage.memory import MemoryStorage
from mockserver.web.api import api_blueprint
from mockserver.web.gate import Gate, Passage
from mockserver.web.headers import ALWAYS, error_response, preflight_response, rate_limit_headers
from mockserver.web.oauth import oauth_blueprint

LOG = logging.getLogger("mockserver")
FIRST_ORGANIZATION = "acme"


class Application(Flask):
    """The WSGI application and the parts behind it.

    Attributes:
        settings: what it was told.
        storage: where the records are.
        organizations: its tenants.
        authorization: the authorization server.
        limiter: the rate limits.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the storage, seed what is not there, and wire the parts.

        Raises:
            StorageError: the storage cannot be opened.
        """
        super().__init__("mockserver", static_folder=None)
        self.settings = settings
        self.storage = open_storage(settings.storage)
        self.organizations = Organizations(self.storage)
        self.limiter = RateLimiter(enforced=settings.rate_limits)
        issuer = settings.issuer or f"https://auth.{settings.domain}:{settings.tls_port or 443}"
        self.authorization = AuthorizationServer(
            self.organizations,
            SigningKey.kept_in(settings.data_directory),
            issuer,
            reuse_tokens=settings.reuse_tokens,
        )
        self.open_organizations()

    def open_organizations(self) -> None:
        """Open the organizations the storage holds; seed the first one where there is none."""
        kept = self.storage.organizations()
        for slug in kept or [FIRST_ORGANIZATION]:
            organization = self.organizations.open(slug, Clock(), self.settings.seed)
            if slug not in kept:
                seed_foundation(organization)
                if self.settings.seeded:
                    seed_customers(organization, self.settings.customers)


def create_app(settings: Settings | None = None) -> Application:
    """Return the WSGI application of one server.

    Args:
        settings: what it is told; the defaults when left out.

    Raises:
        StorageError: the storage cannot be opened.
    """
    app = Application(settings or Settings())
    app.config["MAX_CONTENT_LENGTH"] = app.settings.maximum_body
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    gate = Gate(app.settings, app.organizations, app.authorization, app.limiter)
    app.before_request(lambda: _enter(gate))
    app.after_request(_leave)
    app.register_blueprint(api_blueprint(gate, lenient_filters=app.settings.lenient_filters))
    app.register_blueprint(oauth_blueprint(app.authorization))
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _unroutable)
    app.register_error_handler(Exception, _failed)
    return app


def open_storage(text: str) -> Storage:
    """Return the storage a setting names: ``memory``, or ``tinydb:PATH``.

    Raises:
        StorageError: there is no such kind, or it cannot be opened.
    """
    kind, _, path = text.partition(":")
    if text == "memory":
        return MemoryStorage({**indexes(), **INTERNAL_INDEXES})
    if kind == "tinydb" and path:
        from mockserver.storage.tinydb import TinyDBStorage  # noqa: PLC0415 - only when asked for

        return TinyDBStorage(path, {**indexes(), **INTERNAL_INDEXES})
    message = f"unknown storage {text!r}: it is 'memory' or 'tinydb:PATH'"
    raise StorageError(message)


def _enter(gate: Gate) -> Response | None:
    g.passage = passage = gate.passage()
    if request.method == "OPTIONS":
        return preflight_response(request)
    gate.enter(request, passage)
    return None


def _leave(response: Response) -> Response:
    passage: Passage = g.passage
    response.headers.extend(ALWAYS)
    response.headers["X-Request-Id"] = passage.request_id
    if passage.standing:
        response.headers.extend(rate_limit_headers(passage.standing))
    return response


def _refused(refused: Refusal) -> Response:
    body = orjson.dumps({"errors": list(refused.errors)}, default=str)
    return error_response(body, refused.status, refused.headers)


def _unroutable(error: HTTPException) -> Response:
    """Answer what the framework refused by itself in the words of the API (conventions §16)."""
    if isinstance(error, MethodNotAllowed):
        allow = ", ".join(sorted(error.valid_methods or ()))
        return _refused(refusal("METHOD_NOT_ALLOWED", headers={"Allow": allow}))
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length
        return _refused(refusal("PAYLOAD_TOO_LARGE", size=limit))
    if error.code is not None and 400 <= error.code < 500 and error.code != 404:  # noqa: PLR2004
        return _refused(refusal("BAD_REQUEST", reason=error.description or error.name))
    return _refused(refusal("RECORD_NOT_FOUND"))


def _failed(error: Exception) -> Response:
    """Answer a defect of ours: logged with the request id, no trace of it on the wire."""
    LOG.error("request %s failed", g.passage.request_id, exc_info=error)
    return _refused(refusal("INTERNAL_SERVER_ERROR"))
