"""The pipeline around every request: the gate before it, interception and headers after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Request, Response
from werkzeug.http import parse_etags

from mockserver.clock import monotonic
from mockserver.effort import bounded
from mockserver.jsonapi.fragments import Text
from mockserver.traffic.advice import header_value
from mockserver.traffic.head import Head
from mockserver.traffic.metrics import Metrics
from mockserver.traffic.optional_headers import OptionalHeaders
from mockserver.traffic.route import Route
from mockserver.web.failures import REQUEST_ID, answered, why
from mockserver.web.gate import Gate
from mockserver.web.headers import (
    ALWAYS,
    MEDIA_TYPE,
    SECURITY,
    SURROUNDING,
    preflight_response,
    revalidation,
    surrounding,
    tag_of,
)
from mockserver.web.interception import Interceptor
from mockserver.web.origins import Origins
from mockserver.web.read import Read, ReadAnswer
from mockserver.web.request_context import RequestContext

OK, NOT_MODIFIED = 200, 304
#: Where the context of a request is kept for the views.
CONTEXT = "mockserver.context"
Answer = TypeVar("Answer")
Answering = Callable[[Request, RequestContext], Answer]


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

    def answer(self, request: Request, route: Route, answering: Answering[Response]) -> Response:
        """Return the answer to a request, whatever becomes of it.

        Args:
            request: the request.
            route: what its method and its path mean.
            answering: answers it once it is let in.
        """
        context = self.open(request, route)
        try:
            response = self.admit(request, context, answering)
        except Exception as error:  # noqa: BLE001 - none may reach the wire
            response = answered(error, request)
        self.leave(request, context, response)
        return response

    # --- the fast way ----------------------------------------------------------------------------

    def has_a_say(self, head: Head) -> bool:
        """Say whether a request is to pass all that surrounds it, as something there acts on it."""
        return bool(
            self._origins.are_limited
            or self._gate.limiter.enforced
            or self._interceptor.looks_at(head)
        )

    def reply(self, read: Read, text: Text) -> ReadAnswer:
        """Count a read that has been done, and return the answer; nothing can be amiss any more."""
        head, meta = read.head, read.sandbox.meta("")
        tag = tag_of(text.written(meta))
        request_id = self._gate.request_ids.uuid()
        sandbox = read.sandbox
        organization, mode = sandbox.organization, sandbox.mode
        standing = self._gate.count(head, read.route, organization, mode, read.moment)
        meta = {**meta, "trace_id": read.sandbox.traces.hex(64)}
        strict = self._optional.hsts and head.scheme == "https"
        around = surrounding(ALWAYS, request_id, standing, strict=strict)
        headers = revalidation(tag, cacheable=read.resource.cacheable)
        if _is_known(head, tag):
            reply = ReadAnswer(NOT_MODIFIED, headers, [], around)
        else:
            body = text.written(meta)
            length = [("Content-Length", str(len(body)))]
            reply = ReadAnswer(OK, [("Content-Type", MEDIA_TYPE), *headers], length, around, body)
        self._interceptor.note(read, reply, request_id, is_over=standing.over)
        self._metrics.count(head.method, reply.status)
        return reply

    # --- the other way ---------------------------------------------------------------------------

    def open(self, request: Request, route: Route) -> RequestContext:
        """Return the context of a request that begins, and keep it for the views."""
        context = RequestContext(self._gate.request_ids.uuid(), route, started=monotonic())
        request.environ[REQUEST_ID] = context.request_id
        request.environ[CONTEXT] = context
        return context

    def admit(
        self, request: Request, context: RequestContext, answering: Answering[Answer]
    ) -> Response | Answer:
        """Return the answer to a request, whether it is let in or not."""
        try:
            with bounded():
                return self._enter(request, context) or answering(request, context)
        except Exception as error:
            context.why = why(error) or context.why
            raise

    def _enter(self, request: Request, context: RequestContext) -> Response | None:
        """Let a request in; return what answers it before any view, if anything does."""
        is_control = context.route.place == "control"
        if self._origins.are_limited and not is_control:
            self._origins.check(request)
        # No page of another origin may so much as ask for the control plane.
        preflight = request.method == "OPTIONS" and not is_control
        if not preflight:
            self._gate.enter(request, context)
        answer = self._interceptor.enter(request, context)
        return preflight_response(request) if preflight and answer is None else answer

    def leave(self, request: Request, context: RequestContext, response: Response) -> None:
        """Complete an answer and leave its surrounding headers with the request."""
        context.headers = surrounding(
            self._always(request, context, response),
            context.request_id,
            context.standing,
            strict=self._optional.hsts and request.is_secure,
            why=header_value(context.why) if self._optional.reason and context.why else None,
        )
        self._interceptor.leave(request, context, response)
        request.environ[SURROUNDING] = context.headers
        self._metrics.count(request.method, response.status_code)

    def _always(
        self, request: Request, context: RequestContext, response: Response
    ) -> Sequence[tuple[str, str]]:
        """Return the headers around an answer; other origins' pages read no control plane."""
        if context.route.place == "control":
            return SECURITY
        if not self._origins.are_limited:
            return ALWAYS
        response.vary.add("Origin")
        return self._origins.headers(request)


def _is_known(head: Head, tag: str) -> bool:
    """Say whether the client has the document with this tag already."""
    known = head.headers.get("if-none-match")
    return known is not None and parse_etags(known).contains_weak(tag)
