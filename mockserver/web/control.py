"""The control plane over HTTP: JSON in and out.

A web page that a developer happens to visit must not be able to change her sandbox, nor to read
it: see ``guard``.
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import NotFound

from mockserver.control.control_plane import ControlPlane
from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.refusals import invalid
from mockserver.settings import Settings
from mockserver.web.console import Console
from mockserver.web.control_route import ControlRoute
from mockserver.web.control_routes import JSON, PREFIX, destination, is_public
from mockserver.web.guard import guard, is_local

NO_CONTENT = 204
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: A snapshot wraps what the API was sent in a few more levels.
DEPTH = DEEPEST + 20


def control_blueprint(plane: ControlPlane, settings: Settings, console: Console) -> Blueprint:
    """Return the routes of the control plane.

    Args:
        plane: does what they say.
        settings: what is our own host, and the control token, if any.
        console: answers with pages for people, below a path of its own.
    """
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)

    @blueprint.route("/", methods=METHODS, provide_automatic_options=False)
    @blueprint.route("/<path:below>", methods=METHODS, provide_automatic_options=False)
    def operation(below: str = "") -> Response:
        if settings.control and console.is_at(below):
            return console.answer(request, below)
        route, arguments = _admitted(f"/{below}", settings)
        _check_parameters(request, route.parameters)
        if route.takes_body:
            arguments["body"] = _body(request, settings)
        if route.names_files:
            arguments["paths"] = all(map(is_local, settings.hosts))
        return _answer(route.operation(plane, **arguments), route.status)

    return blueprint


def _admitted(below: str, settings: Settings) -> tuple[ControlRoute, dict[str, Any]]:
    """Return the route of a request that may be asked, and the parts of its path.

    Raises:
        HTTPException: 404, for every route that is not public where there is no control plane; 405.
        Refusal: as ``guard``.
    """
    if not (settings.control or is_public(below)):
        raise NotFound
    route, arguments = destination(request.method, below)
    if not route.public:
        guard(request, settings)
    return route, arguments


def _check_parameters(request: Request, known: tuple[str, ...] | None) -> None:
    unknown = set() if known is None else request.args.keys() - set(known)
    if unknown:
        detail = f"There is no parameter {min(unknown)!r} here."
        raise invalid("", detail, title="Bad request", status=400)


def _body(request: Request, settings: Settings) -> Any:
    # A snapshot is larger than what the API is asked to store at once.
    request.max_content_length = settings.largest_body
    text = request.get_data()
    try:
        document = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        detail = f"Not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        raise invalid("", detail, title="Bad request", status=400) from None
    if is_deeper_than([document], DEPTH):
        detail = f"Nested more than {DEPTH} deep."
        raise invalid("", detail, title="Bad request", status=400)
    return document


def _answer(result: Any, status: int) -> Response:
    """Return an answer with what an operation returned: a response, nothing, text, or JSON."""
    if isinstance(result, Response):
        response = result
    elif status == NO_CONTENT:
        response = Response(status=status)
        del response.headers["Content-Type"]
    elif isinstance(result, str):
        response = Response(result, status, content_type="text/plain; charset=utf-8")
    else:
        text = orjson.dumps(result, option=orjson.OPT_INDENT_2)
        response = Response(text, status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response
