"""What surrounds every request: the gate before it, the headers and the observer after it."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, g
from flask.sessions import NullSession, SessionInterface

from mockserver.control.metrics import Metrics
from mockserver.control.routes import is_control
from mockserver.web.gate import Gate, Passage
from mockserver.web.headers import (
    ALWAYS,
    SECURITY,
    SURROUNDING,
    preflight_response,
    rate_limit_headers,
)
from mockserver.web.observation import Observer


class NoSession(SessionInterface):
    """There are no cookies here; the framework would look for them in every request."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002 - theirs
        """Return the one empty session."""
        return self._none

    def save_session(self, *_: Any) -> None:
        """Keep nothing."""


class Cycle:
    """The way of one request in and out."""

    def __init__(self, gate: Gate, observer: Observer, metrics: Metrics) -> None:
        """Lead requests past the gate and the observer, and count them."""
        self._gate = gate
        self._observer = observer
        self._metrics = metrics

    def enter(self, request: Request) -> Response | None:
        """Let a request in; return what answers it before any view, if anything does.

        Raises:
            Refusal: what the gate or a fault refuses it with.
        """
        g.passage = passage = self._gate.passage()
        # No page of another origin may so much as ask for the control plane.
        preflight = request.method == "OPTIONS" and not is_control(request.path)
        if not preflight:
            self._gate.enter(request, passage)
        answer = self._observer.enter(request, passage)
        return preflight_response(request) if preflight and answer is None else answer

    def leave(self, request: Request, response: Response) -> Response:
        """Complete an answer and leave its surrounding headers with the request."""
        passage: Passage = g.passage
        surrounding = SECURITY if is_control(request.path) else ALWAYS
        passage.headers = [*surrounding, ("X-Request-Id", passage.request_id)]
        if passage.standing:
            passage.headers += rate_limit_headers(passage.standing)
        self._observer.leave(request, passage, response)
        request.environ[SURROUNDING] = passage.headers
        self._metrics.count(request.method, response.status_code)
        return response
