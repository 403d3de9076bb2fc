"""The only place that knows every part: settings in, a WSGI application out."""

from __future__ import annotations

import logging

import orjson
from flask import Flask, Response, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from mockserver.clock import Clock
from mockserver.control import situations
from mockserver.control.metrics import Metrics
from mockserver.control.observatory import Observatory
from mockserver.control.plane import ControlPlane
from mockserver.errors import Refusal, refusal
from mockserver.resources.registry import indexes
from mockserver.sandbox.authorization import AuthorizationServer
from mockserver.sandbox.keys import SigningKey
from mockserver.sandbox.organization import Organizations, Recipe
from mockserver.sandbox.rate_limits import RateLimiter
from mockserver.sandbox.tokens import INTERNAL_INDEXES
from mockserver.seeding.credentials import FIRST_ORGANIZATION
from mockserver.settings import Settings
from mockserver.storage.base import Storage, StorageError
from mockserver.storage.memory import MemoryStorage
from mockserver.web.api import api_blueprint
from mockserver.web.control import control_blueprint
from mockserver.web.gate import Gate, Passage
from mockserver.web.headers import ALWAYS, error_response, preflight_response, rate_limit_headers
from mockserver.web.oauth import oauth_blueprint
from mockserver.web.observation import Observer
from mockserver.web.recognition import Recognition

LOG = logging.getLogger("mockserver")


class Application(Flask):
    """The WSGI application and the parts behind it.

    Attributes:
        settings: what it was told.
        storage: where the records are.
        organizations: its tenants.
        authorization: the authorization server.
        limiter: the rate limits.
        journal: every exchange.
        faults: deliberate failures.
        stubs: answers that somebody has written.
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
        self.observatory = Observatory(settings.seed, settings.journal_size)
        self.observatory.advice_header = settings.advice
        self.journal = self.observatory.journal
        self.faults = self.observatory.faults
        self.stubs = self.observatory.stubs
        issuer = settings.issuer or f"https://auth.{settings.domain}:{settings.tls_port or 443}"
        self.authorization = AuthorizationServer(
            self.organizations,
            SigningKey.kept_in(settings.data_directory),
            issuer,
            reuse_tokens=settings.reuse_tokens,
            jwt_bearer_requires_enterprise=settings.jwt_bearer_requires_enterprise,
        )
        self.metrics = Metrics()
        self.lenient_filters = settings.lenient_filters
        self.plane = ControlPlane(self)
        self.open_organizations()

    @property
    def advice_header(self) -> bool:
        """Whether answers carry advice in a header."""
        return self.observatory.advice_header

    @advice_header.setter
    def advice_header(self, wanted: bool) -> None:
        self.observatory.advice_header = wanted

    def open_organizations(self) -> None:
        """Open the organizations the storage holds; seed the first one where there is none."""
        kept = self.storage.organizations()
        for slug in kept:
            self.organizations.reopen(slug, Clock())
        if not kept:
            recipe = Recipe(
                self.settings.customers if self.settings.seeded else 0,
                self.settings.scenario,
                domain=self.settings.domain,
            )
            first = self.organizations.open(
                FIRST_ORGANIZATION, Clock(), self.settings.seed, recipe
            )
            situations.plant(first)


def create_app(settings: Settings | None = None) -> Application:
    """Return the WSGI application of one server.

    Args:
        settings: what it is told; the defaults when left out.

    Raises:
        StorageError: the storage cannot be opened.
        SigningKeyError: the key that signs tokens cannot be read or kept.
    """
    app = Application(settings or Settings())
    app.config["MAX_CONTENT_LENGTH"] = app.settings.maximum_body
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    gate = Gate(app.settings, app.organizations, app.authorization, app.limiter)
    recognition = Recognition(app.organizations, gate, app.authorization)
    observer = Observer(app.observatory, recognition, app.settings.seed)
    app.before_request(lambda: _enter(gate, observer))
    app.after_request(lambda response: _leave(response, observer))
    app.register_blueprint(api_blueprint(gate, lenient_filters=lambda: app.lenient_filters))
    app.register_blueprint(oauth_blueprint(app.authorization))
    if app.settings.control:
        app.register_blueprint(control_blueprint(app.plane, app.settings))
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


def _enter(gate: Gate, observer: Observer) -> Response | None:
    # The request itself: through the framework's proxy every look at it costs as much as ten.
    asked = request_ctx.request
    g.passage = passage = gate.passage()
    preflight = asked.method == "OPTIONS"
    if not preflight:
        gate.enter(asked, passage)
    answer = observer.enter(asked, passage)
    return preflight_response(asked) if preflight and answer is None else answer


def _leave(response: Response, observer: Observer) -> Response:
    passage: Passage = g.passage
    response.headers.extend(ALWAYS)
    response.headers["X-Request-Id"] = passage.request_id
    if passage.standing:
        response.headers.extend(rate_limit_headers(passage.standing))
    observer.leave(request_ctx.request, passage, response)
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
