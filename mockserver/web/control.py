"""The control plane over HTTP: one table of routes below ``/_mock``, JSON in and out.

A web page that a developer happens to visit must not be able to change her sandbox: requests
from a foreign origin or for a foreign host are refused, and changes need a JSON content type,
which a page cannot send without asking first.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Request, Response, request

from mockserver.control.plane import ControlPlane
from mockserver.control.refusals import invalid
from mockserver.errors import Refusal
from mockserver.settings import Settings

PREFIX = "/_mock"
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
JSON = "application/json"

Operation = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: method and path, what it calls, and how it answers.

    Attributes:
        operation: called with the plane, the parts of the path, and ``body`` where it takes one.
        takes_body: whether the request has one; ``optional`` bodies may be empty.
        status: of a successful answer.
    """

    method: str
    path: str
    operation: Operation
    takes_body: bool = False
    status: int = 200


Slug = Callable[..., str]
ORGANIZATION = "/organizations/<slug>"


def _situation_routes(prefix: str, slug: Slug) -> list[Route]:
    """Return the routes of one organization: by its slug, and at the top for the first one."""
    return [
        Route("POST", f"{prefix}/reset", lambda p, **a: p.worlds.reset(slug(p, **a))),
        Route("GET", f"{prefix}/snapshot", lambda p, **a: p.worlds.snapshot(slug(p, **a))),
        Route(
            "PUT",
            f"{prefix}/snapshot",
            lambda p, body, **a: p.worlds.restore(slug(p, **a), body),
            takes_body=True,
            status=204,
        ),
        Route(
            "POST",
            f"{prefix}/seed",
            lambda p, body, **a: p.worlds.seed(slug(p, **a), body),
            takes_body=True,
        ),
        Route(
            "POST",
            f"{prefix}/records",
            lambda p, body, **a: p.worlds.records(slug(p, **a), body),
            takes_body=True,
            status=201,
        ),
    ]


def _clock_routes(prefix: str) -> list[Route]:
    return [
        Route("GET", f"{prefix}/clock", lambda p, **a: p.clocks.retrieve(**a)),
        Route("PUT", f"{prefix}/clock", lambda p, body, **a: p.clocks.set(body, **a), True),
        Route(
            "POST",
            f"{prefix}/clock/advance",
            lambda p, body, **a: p.clocks.advance(body, **a),
            takes_body=True,
        ),
    ]


def _rule_routes(name: str) -> list[Route]:
    """Return the routes of faults, or of stubs: they are kept alike."""
    rules = attrgetter(name)
    return [
        Route("GET", f"/{name}", lambda p: rules(p).list(_organization())),
        Route("POST", f"/{name}", lambda p, body: rules(p).add(body), True, 201),
        Route("DELETE", f"/{name}", lambda p: rules(p).clear(_organization()), status=204),
        Route("GET", f"/{name}/<id_>", lambda p, id_: rules(p).retrieve(id_)),
        Route("DELETE", f"/{name}/<id_>", lambda p, id_: rules(p).remove(id_), status=204),
    ]


def _organization() -> str | None:
    return request.args.get("organization")


def _search() -> dict[str, str]:
    return request.args.to_dict()


ROUTES: tuple[Route, ...] = (
    Route("GET", "/organizations", lambda p: p.worlds.list()),
    Route("POST", "/organizations", lambda p, body: p.worlds.create(body), True, 201),
    Route("GET", ORGANIZATION, lambda p, slug: p.worlds.retrieve(slug)),
    Route("DELETE", ORGANIZATION, lambda p, slug: p.worlds.delete(slug), status=204),
    *_situation_routes(ORGANIZATION, lambda _, slug: slug),
    *_situation_routes("", lambda p: p.worlds.first),
    *_clock_routes(ORGANIZATION),
    *_clock_routes(""),
    *_rule_routes("faults"),
    *_rule_routes("stubs"),
    Route("GET", "/journal", lambda p: p.exchanges.list(_search())),
    Route("DELETE", "/journal", lambda p: p.exchanges.clear(_organization()), status=204),
    Route("POST", "/journal/find", lambda p, body: p.exchanges.find(body), True),
    Route("POST", "/journal/count", lambda p, body: p.exchanges.count(body), True),
    Route("GET", "/journal/unmatched", lambda p: p.exchanges.unmatched(_search())),
    Route("GET", "/journal/har", lambda p: p.exchanges.har(_search())),
    Route("GET", "/journal/curl", lambda p: p.exchanges.curl(_search())),
    Route("GET", "/journal/<int:id_>", lambda p, id_: p.exchanges.retrieve(id_)),
    Route("GET", "/scenarios", lambda p: p.worlds.scenarios()),
    Route("GET", "/settings", lambda p: p.tuning.settings()),
    Route("PATCH", "/settings", lambda p, body: p.tuning.change(body), True),
    Route("GET", "/health", lambda p: p.tuning.health()),
    Route("GET", "/metrics", lambda p: p.tuning.metrics()),
)


def control_blueprint(plane: ControlPlane, settings: Settings) -> Blueprint:
    """Return the routes of the control plane.

    Args:
        plane: does what they say.
        settings: host and domain that are our own, and the control token, if any.
    """
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        blueprint.add_url_rule(
            route.path,
            f"{route.method} {route.path}".replace(".", "_"),
            _view(plane, settings, route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    blueprint.add_url_rule("/journal/stream", "stream", lambda: _stream(plane, settings))
    blueprint.add_url_rule("/", "index", lambda: _index(settings))
    return blueprint


def _view(plane: ControlPlane, settings: Settings, route: Route) -> Callable[..., Response]:
    def view(**arguments: Any) -> Response:
        guard(request, settings)
        if route.takes_body:
            arguments["body"] = _body(request)
        return _answer(route.operation(plane, **arguments), route.status)

    return view


def _answer(result: Any, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    if status == 204 or result is None:  # noqa: PLR2004 - no content
        return Response(status=204, headers=headers)
    if isinstance(result, str):
        return Response(result, status, headers, content_type="text/plain; charset=utf-8")
    return Response(
        orjson.dumps(result, option=orjson.OPT_INDENT_2), status, headers, content_type=JSON
    )


def _body(request: Request) -> Any:
    text = request.get_data()
    try:
        return orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        detail = f"Not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        raise invalid("", detail, title="Bad request", status=400) from None


def _index(settings: Settings) -> Response:
    guard(request, settings)
    return _answer([f"{route.method} {PREFIX}{route.path}" for route in ROUTES], 200)


def _stream(plane: ControlPlane, settings: Settings) -> Response:
    """Send each exchange as it is answered, as server-sent events."""
    guard(request, settings)
    request.environ["mockserver.stream"] = plane.exchanges.stream(_search())
    return Response(
        headers={"Cache-Control": "no-store"}, content_type="text/event-stream; charset=utf-8"
    )


def guard(request: Request, settings: Settings) -> None:
    """Refuse what may come from a web page, or has not the control token.

    Raises:
        Refusal: 401 for the token, 403 for origin and host, 415 for the content type.
    """
    if not _is_own(request.host, settings):
        raise _forbidden(f"The control plane does not answer for the host {request.host}.")
    origin = request.headers.get("Origin")
    if origin and not _is_own(urlsplit(origin).netloc, settings):
        raise _forbidden(f"The control plane does not answer to pages of {origin}.")
    if settings.control_token and not _has_token(request, settings.control_token):
        raise invalid("", "Give the control token as a bearer.", title="Unauthorized", status=401)
    sent = (request.mimetype, request.content_length)
    if request.method in CHANGES and sent[0] != JSON and (request.method != "DELETE" or sent[0]):
        detail = "Changes need Content-Type: application/json."
        raise invalid("", detail, title="Unsupported media type", status=415)


def _is_own(host: str, settings: Settings) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    own = {*LOCAL_HOSTS, settings.domain, settings.host}
    return name in own or name.endswith((".localhost", f".{settings.domain}"))


def _has_token(request: Request, token: str) -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(sent.encode(), token.encode())


def _forbidden(detail: str) -> Refusal:
    return invalid("", detail, title="Forbidden", status=403)
