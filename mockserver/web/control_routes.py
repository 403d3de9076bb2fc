"""The routes of the control plane: one table below ``/_mock``, and what each one calls."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from mockserver.control.clocks import Changing, awaited, streamed
from mockserver.control.control_plane import ControlPlane
from mockserver.web import api_description, documentation
from mockserver.web.bridge import STREAM
from mockserver.web.control_route import ControlRoute, situation_routes
from mockserver.web.environ import STREAMS

PREFIX = "/_mock"
HEALTH = "/health"
DOCS = documentation.PATH
JSON = "application/json"

ORGANIZATION = "/organizations/<slug>"
ORGANIZATIONS = ("organization",)


def _clock_routes(prefix: str) -> list[ControlRoute]:
    return [
        ControlRoute("GET", f"{prefix}/clock", lambda p, **a: p.clocks.retrieve(**a)),
        ControlRoute(
            "PUT",
            f"{prefix}/clock",
            lambda p, body, **a: _in_time(p.clocks.setting(body, **a)),
            takes_body=True,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/clock/advance",
            lambda p, body, **a: _in_time(p.clocks.advancing(body, **a)),
            takes_body=True,
        ),
    ]


def _job_routes() -> list[ControlRoute]:
    return [
        ControlRoute("GET", "/jobs", lambda p: p.jobs.list(_search()), parameters=None),
        ControlRoute("POST", "/jobs/run", lambda p, body: p.jobs.run(body), True),
        ControlRoute(
            "POST", "/jobs/<id_>/run", lambda p, body, id_: p.jobs.run_one(id_, body), True
        ),
        ControlRoute(
            "POST", "/jobs/<id_>/fail", lambda p, body, id_: p.jobs.fail_one(id_, body), True
        ),
    ]


def _clearing(path: str, part: str) -> ControlRoute:
    """Return the route that forgets what a part holds, of one organization or of all."""
    clear = attrgetter(f"{part}.clear")
    return ControlRoute(
        "DELETE",
        path,
        lambda p: clear(p)(_organization()),
        status=204,
        parameters=ORGANIZATIONS,
    )


def _rule_routes(name: str) -> list[ControlRoute]:
    """Return the routes of faults, or of stubs: they are kept alike."""
    rules = attrgetter(name)
    return [
        ControlRoute(
            "GET", f"/{name}", lambda p: rules(p).list(_organization()), parameters=ORGANIZATIONS
        ),
        ControlRoute(
            "POST",
            f"/{name}",
            lambda p, body: rules(p).add(body, _organization()),
            takes_body=True,
            status=201,
            parameters=ORGANIZATIONS,
        ),
        _clearing(f"/{name}", name),
        ControlRoute("GET", f"/{name}/<id_>", lambda p, id_: rules(p).retrieve(id_)),
        ControlRoute("DELETE", f"/{name}/<id_>", lambda p, id_: rules(p).remove(id_), status=204),
    ]


def _outage_routes() -> list[ControlRoute]:
    path, known = "/outage", ORGANIZATIONS
    return [
        ControlRoute("GET", path, lambda p: p.outages.list(_organization()), parameters=known),
        ControlRoute(
            "PUT", path, lambda p, body: p.outages.on(body, _organization()), True, parameters=known
        ),
        ControlRoute(
            "DELETE", path, lambda p: p.outages.off(_organization()), status=204, parameters=known
        ),
    ]


def _journal_routes() -> list[ControlRoute]:
    return [
        ControlRoute("GET", "/journal", lambda p: p.journal.list(_search()), parameters=None),
        _clearing("/journal", "journal"),
        ControlRoute("POST", "/journal/find", lambda p, body: p.journal.find(body), True),
        ControlRoute("POST", "/journal/count", lambda p, body: p.journal.count(body), True),
        ControlRoute(
            "GET", "/journal/unmatched", lambda p: p.journal.unmatched(_search()), parameters=None
        ),
        ControlRoute("GET", "/journal/har", lambda p: p.journal.har(_search()), parameters=None),
        ControlRoute("GET", "/journal/curl", lambda p: p.journal.curl(_search()), parameters=None),
        ControlRoute("GET", "/journal/stream", _stream, parameters=None),
        ControlRoute("GET", "/journal/<int:id_>", lambda p, id_: p.journal.retrieve(id_)),
    ]


def _delivery_routes() -> list[ControlRoute]:
    one = "/deliveries/<id_>"
    return [
        ControlRoute("GET", "/deliveries", _deliveries, parameters=None),
        _clearing("/deliveries", "deliveries"),
        ControlRoute(
            "GET",
            one,
            lambda p, id_: p.deliveries.retrieve(id_, _organization()),
            parameters=ORGANIZATIONS,
        ),
        ControlRoute(
            "POST",
            f"{one}/replay",
            lambda p, id_: p.deliveries.replay(id_, _organization()),
            status=201,
            parameters=ORGANIZATIONS,
        ),
    ]


def _receiver_routes() -> list[ControlRoute]:
    path = "/receivers/<name>"
    return [
        ControlRoute("GET", path, lambda p, name: p.receivers.list(name)),
        # A delivery comes from a server, with no token: it changes nothing but what is shown.
        ControlRoute("POST", path, _receive, parameters=("status",), public=True),
        ControlRoute("DELETE", path, lambda p, name: p.receivers.clear(name), status=204),
    ]


def _receive(plane: ControlPlane, name: str) -> Response:
    """Keep what a webhook sends, and answer what its URL asks for."""
    sent, status = request.get_data(), request.args.get("status", "")
    answered = plane.receivers.receive(name, dict(request.headers), sent, status)
    return Response(b'{"received": true}', answered, content_type=JSON)


def _organization() -> str | None:
    return request.args.get("organization")


def _search() -> dict[str, str]:
    return request.args.to_dict()


def _stream(plane: ControlPlane) -> Response:
    """Send each exchange as it is answered, as server-sent events."""
    wanted = _search()
    # What a browser says when it connects again: the last exchange it has seen.
    if seen := request.headers.get("Last-Event-ID"):
        wanted.setdefault("after", seen)
    request.environ[STREAM] = plane.journal.stream(wanted)
    return Response(content_type="text/event-stream; charset=utf-8")


def _in_time(changing: Changing) -> Any:
    """Let time pass; deliveries on the way are waited for without holding anybody else up.

    What a receiver asks meanwhile is answered, or the delivery would fail.
    """
    try:
        next(changing)
    except StopIteration as over:
        return over.value
    if not request.environ.get(STREAMS):
        return awaited(changing)
    request.environ[STREAM] = streamed(changing)
    return Response(content_type=JSON)


def _deliveries(plane: ControlPlane) -> Any:
    """List deliveries; who waits for some holds nobody else up."""
    wanted = _search()
    page = plane.deliveries.list(wanted)
    if page.get("complete", True):
        return page
    if not request.environ.get(STREAMS):
        return plane.deliveries.wait(wanted)
    request.environ[STREAM] = plane.deliveries.stream(wanted)
    return Response(content_type=JSON)


ROUTES: tuple[ControlRoute, ...] = (
    ControlRoute("GET", "/organizations", lambda p: p.organizations.list()),
    ControlRoute(
        "POST",
        "/organizations",
        lambda p, body, paths: p.organizations.create(body, paths=paths),
        takes_body=True,
        status=201,
        names_files=True,
    ),
    ControlRoute("GET", ORGANIZATION, lambda p, slug: p.organizations.retrieve(slug)),
    ControlRoute("DELETE", ORGANIZATION, lambda p, slug: p.organizations.delete(slug), status=204),
    *situation_routes(ORGANIZATION, lambda _, slug: slug),
    *situation_routes("", lambda p: p.organizations.first),
    ControlRoute("GET", "/scenarios", lambda p: p.organizations.scenarios()),
    ControlRoute("GET", "/dump", lambda p: p.organizations.dump()),
    *_clock_routes(ORGANIZATION),
    *_clock_routes(""),
    *_job_routes(),
    *_rule_routes("faults"),
    *_outage_routes(),
    *_rule_routes("stubs"),
    *_journal_routes(),
    *_delivery_routes(),
    *_receiver_routes(),
    ControlRoute("GET", "/settings", lambda p: p.settings.settings()),
    ControlRoute("PATCH", "/settings", lambda p, body: p.settings.change(body), True),
    # Tells no secret: what waits for a server asks by any address or name, and has no token.
    ControlRoute("GET", HEALTH, lambda p: p.settings.health(), public=True),
    ControlRoute("GET", "/metrics", lambda p: p.settings.metrics()),
    ControlRoute("GET", api_description.PATH, lambda _: api_description.document(), public=True),
    ControlRoute("GET", DOCS, lambda _: documentation.contents(PREFIX + DOCS), public=True),
    ControlRoute("GET", f"{DOCS}/<page>", lambda _, page: documentation.page(page), public=True),
    ControlRoute(
        "GET", "/", lambda _: [f"{route.method} {PREFIX}{route.path}" for route in ROUTES]
    ),
)


@cache
def _rules() -> Map:
    """Return the rules of the routes: made once for all servers of a process, for that takes long.

    A server of its own for each test would make them again and again, asked for or not.
    """
    rules = (Rule(r.path, endpoint=n, methods=[r.method]) for n, r in enumerate(ROUTES))
    return Map(rules, strict_slashes=False, merge_slashes=False)


def destination(method: str, path: str) -> tuple[ControlRoute, dict[str, Any]]:
    """Return the route of a request, by the path below the prefix, and the parts of the path.

    Raises:
        HTTPException: 404, 405.
    """
    number, arguments = _rules().bind("").match(path, method)
    return ROUTES[number], dict(arguments)


def is_public(path: str) -> bool:
    """Say whether everybody may ask what is at a path below the prefix."""
    try:
        return destination("GET", path)[0].public
    except HTTPException:
        return False
