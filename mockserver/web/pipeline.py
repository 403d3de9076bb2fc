"""What surrounds every request: the gate before it, the headers and the observer after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface

from mockserver.effort import bounded
from mockserver.traffic.advice import header_value
from mockserver.traffic.metrics import Metrics
from mockserver.traffic.optional_headers import OptionalHeaders
from mockserver.traffic.route import Route
from mockserver.web.failures import REQUEST_ID, answered, why
from mockserver.web.gate import Gate
from mockserver.web.headers import (
    HSTS,
    REASON,
    SECURITY,
    SURROUNDING,
    preflight_response,
    rate_limit_headers,
)
from mockserver.web.interception import Interceptor
from mockserver.web.origins import Origins
from mockserver.web.request_context import RequestContext

Answering = Callable[[Request, RequestContext], Response]
Failing = Callable[[Exception, Request], Response]


class NoSession(SessionInterface):
    """There are no cookies here; the framework would look for them in every request."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002 - theirs
        """Return the one empty session."""
        return self._none

    def save_session(self, *_: Any) -> None:
        """Keep nothing."""


class Pipeline:
    """The way of one request in and out."""

    def __init__(
        self,
        origins: Origins,
        gate: Gate,
        interceptor: Interceptor,
        metrics: Metrics,
        optional: OptionalHeaders,
    ) -> None:
        """Lead requests past the gate and the interceptor, count them, and add headers asked for.

        A sandbox is asked over http too, which ``Strict-Transport-Security`` forbids browsers.
        """
        self._origins = origins
        self._gate = gate
        self._interceptor = interceptor
        self._metrics = metrics
        self._optional = optional

    def answer(
        self, request: Request, route: Route, answering: Answering, failing: Failing = answered
    ) -> Response:
        """Return the answer to a request, whatever becomes of it.

        Args:
            request: the request.
            route: what its method and its path mean.
            answering: answers it once it is let in.
            failing: answers what ends in an error.
        """
        context = RequestContext(self._gate.request_ids.uuid(), route)
        request.environ[REQUEST_ID] = context.request_id
        try:
            with bounded():
                response = self._enter(request, context) or answering(request, context)
        except Exception as error:  # noqa: BLE001 - none may reach the wire
            context.why = why(error) or context.why
            response = failing(error, request)
        self._leave(request, context, response)
        return response

    def _enter(self, request: Request, context: RequestContext) -> Response | None:
        """Let a request in; return what answers it before any view, if anything does."""
        is_control = context.route.place == "control"
        if not is_control:
            self._origins.check(request)
        # No page of another origin may so much as ask for the control plane.
        preflight = request.method == "OPTIONS" and not is_control
        if not preflight:
            self._gate.enter(request, context)
        answer = self._interceptor.enter(request, context)
        return preflight_response(request) if preflight and answer is None else answer

    def _leave(self, request: Request, context: RequestContext, response: Response) -> None:
        """Complete an answer and leave its surrounding headers with the request."""
        control, origins = context.route.place == "control", self._origins
        surrounding = SECURITY if control else origins.headers(request)
        if origins.are_limited and not control:
            response.vary.add("Origin")
        context.headers = [*surrounding, ("X-Request-Id", context.request_id)]
        if self._optional.hsts and request.is_secure:
            context.headers += HSTS
        if self._optional.reason and context.why:
            context.headers.append((REASON, header_value(context.why)))
        if context.standing:
            context.headers += rate_limit_headers(context.standing)
        self._interceptor.leave(request, context, response)
        request.environ[SURROUNDING] = context.headers
        self._metrics.count(request.method, response.status_code)
