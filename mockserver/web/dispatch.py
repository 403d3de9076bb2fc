"""Dispatch by Flask and by the pipeline: a request passes both, or, quicker, the latter alone.

Hooks, signals and error handlers hear of every request, of those that the gate or a fault answers
as well. The journal keeps, and a fault deforms, what they have left of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Request, Response
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, NotFound

from mockserver.access import Access
from mockserver.engine.sandbox import Sandbox
from mockserver.traffic.head import Head
from mockserver.traffic.route import resolve
from mockserver.web.api import Api
from mockserver.web.failures import answered, by_status
from mockserver.web.fast_way import FastWay
from mockserver.web.gate import Gate
from mockserver.web.headers import SURROUNDING
from mockserver.web.heads import head_of
from mockserver.web.pipeline import CONTEXT, Pipeline
from mockserver.web.quick_way import QuickWay, error_handlers
from mockserver.web.read import ReadAnswer
from mockserver.web.request_context import RequestContext
from mockserver.web.url_map import ApiMap

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask.typing import ResponseReturnValue

#: What a path with an empty segment has in it.
DOUBLED = "//"


class DispatchingApp(Flask):
    """A Flask application with the routes of the API.

    Attributes:
        gate: what a request of the API passes first.
        pipeline: what surrounds every request.
        api: what answers those of the API.
        quick_way: says which of them may pass Flask by.
    """

    url_map_class = ApiMap
    url_map: ApiMap
    gate: Gate
    pipeline: Pipeline
    api: Api
    quick_way: QuickWay | None = None
    fast_way: FastWay | None = None

    def dispatch_by(
        self, gate: Gate, pipeline: Pipeline, fast_way: FastWay, others: Iterable[Blueprint]
    ) -> None:
        """Answer by these from now on; all that is registered later is its user's.

        Args:
            gate: what a request of the API passes first.
            pipeline: what surrounds every request.
            fast_way: what answers some of them before all that.
            others: what is beside the API; it is gone through once somebody may notice.
        """
        self.fast_way = fast_way
        self.gate, self.pipeline, self.api = gate, pipeline, Api(gate)
        self.register_error_handler(Exception, lambda error: answered(error, request_ctx.request))
        self.view_functions.update(dict.fromkeys(self.url_map.endpoints, self._view))
        self.quick_way = QuickWay(self, self.url_map)
        self._others, self._having, self._has_others = others, RLock(), False
        self.url_map.for_others = self._have_others

    def _have_others(self) -> None:
        """Have what is beside the API, as if it had been there from the beginning."""
        if self._has_others:
            return
        with self._having:
            others, self._others = self._others, ()
            known = error_handlers(self)
            for blueprint in others:
                self.register_blueprint(blueprint)
            if others and self.quick_way:
                now = error_handlers(self).items()
                self.quick_way.accept({key: own for key, own in now if key not in known})
                self._has_others = True

    def admitted(self) -> tuple[Sandbox, Access]:
        """Return the sandbox and the bearer of the request at hand, for a view of one's own.

        Raises:
            Refusal: 401 for the token, 415 and 406 for the headers, as everywhere in the API.
        """
        return self.gate.admit(request_ctx.request, self._context())

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; the headers that surround every answer are added last.

        Past Flask's router, contexts and hooks it takes half the time: the API goes there as long
        as nobody would notice.
        """

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *environ.get(SURROUNDING, ())], exc_info)

        is_read = environ.get("REQUEST_METHOD") == "GET"
        way = self.fast_way if is_read and self._is_open(environ) else None
        reply = way.answer(head_of(environ)) if way else None
        if reply is not None:
            status = f"{reply.status} {HTTPStatus(reply.status).phrase.upper()}"
            start_response(status, [*reply.headers, *reply.length, *reply.surrounding])
            return [reply.body]
        asked = self._asked(environ)
        route = resolve(asked.method, asked.path)
        if route.place == "api" and self._is_open(environ):
            return self.pipeline.answer(asked, route, self.api.answer)(environ, start)
        if DOUBLED in asked.path:
            return self.pipeline.answer(asked, route, _nowhere)(environ, start)
        return super().wsgi_app(environ, start)

    def at_once(self, head: Head) -> ReadAnswer | None:
        """Return the answer to a request that takes the fast way, nothing for any other.

        A listener asks so before it makes an environment of a request, which may then pass what its
        user has put around the application (``app.wsgi_app = Middleware(app.wsgi_app)``).
        """
        is_bare = "wsgi_app" not in self.__dict__
        return (
            self.fast_way.answer(head) if self.fast_way and is_bare and self._is_open({}) else None
        )

    def _is_open(self, environ: WSGIEnvironment) -> bool:
        return self.quick_way is not None and self.quick_way.is_open(environ)

    def full_dispatch_request(self) -> Response:
        """Answer one request as the framework does; the pipeline gets to know what is sent."""
        request, context = request_ctx.request, self._context()
        try:
            response = super().full_dispatch_request()
        except Exception as error:  # noqa: BLE001 - as the framework does with what hooks raise
            response = self.handle_exception(error)
        self.pipeline.leave(request, context, response)
        return response

    def dispatch_request(self) -> ResponseReturnValue:
        """Let one request in, and answer it; the hooks have heard of it already."""
        return self.pipeline.admit(request_ctx.request, self._context(), self._dispatch)

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        """Answer an error; a refusal is to handlers of its status what the framework's are."""
        return super().handle_user_exception(by_status(e, self.error_handler_spec[None]))

    def _dispatch(self, request: Request, context: RequestContext) -> ResponseReturnValue:
        """Answer by the rule that matches; where none does, the API knows best why."""
        if request.routing_exception and context.route.place == "api":
            self.url_map.refuse_for_others(request)
            return self.api.answer(request, context)
        return super().dispatch_request()

    def _view(self, **_: str) -> Response:
        """Answer a request of the API: the view of all its endpoints."""
        return self.api.answer(request_ctx.request, self._context())

    def _context(self) -> RequestContext:
        """Return the context of the request at hand, opened when first asked for."""
        request = request_ctx.request
        found: RequestContext | None = request.environ.get(CONTEXT)
        return found or self.pipeline.open(request, resolve(request.method, request.path))

    def _asked(self, environ: WSGIEnvironment) -> Request:
        """Return a request with its path as it was sent.

        The framework takes slashes at the beginning for one, though a path with an empty segment
        is no other path (conventions.md §1): neither routes nor faults and the journal may take it
        for another.
        """
        asked = self.request_class(environ)
        asked.max_content_length = self.config["MAX_CONTENT_LENGTH"]
        path = environ.get("PATH_INFO", "")
        if path.startswith(DOUBLED):
            asked.path = path.encode("latin-1").decode("utf-8", "replace")
        return asked

    def _check_setup_finished(self, f_name: str) -> None:  # noqa: ARG002 - theirs
        """Let the framework's own be registered at any time: whatever is passes here before."""
        if self.quick_way:
            self._have_others()
            self.quick_way.look_again()


def _nowhere(*_: object) -> Response:
    """Answer a path with an empty segment, which the framework must not see."""
    raise NotFound
