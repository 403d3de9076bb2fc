"""The generic JSON:API views: one set, for every resource type (conventions §1, §5 to §8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Request, Response, g, request

from mockserver.access import Access
from mockserver.errors import refusal
from mockserver.jsonapi import body
from mockserver.jsonapi.body import Linkage, Target, Values
from mockserver.jsonapi.document import Document, Documents, Found
from mockserver.jsonapi.query import QueryParser
from mockserver.resources.registry import Registry, registry
from mockserver.resources.vocabulary import Relationship, Resource
from mockserver.sandbox.linking import RecordView
from mockserver.sandbox.sandbox import Sandbox
from mockserver.web.gate import Gate
from mockserver.web.headers import document_response, empty_response

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
EVENT_STORES = "event_stores"


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted API request: what a view needs to answer it."""

    request: Request
    resource: type[Resource]
    sandbox: Sandbox
    access: Access
    queries: QueryParser
    documents: Documents
    base_url: str
    trace_id: str

    @property
    def query_string(self) -> str:
        """The raw query string."""
        return str(self.request.environ.get("QUERY_STRING", ""))

    def document(self) -> dict[str, Any]:
        """Return the parsed body."""
        return body.parse(self.request.get_data(cache=True) or b"{}")

    def answer(self, document: Document, status: int = 200) -> Response:
        """Return a document as the response."""
        return document_response(
            self.request,
            orjson.dumps(document),
            status,
            cacheable=self.resource.cacheable,
            volatile=self.trace_id.encode(),
        )


View = Callable[..., Response]


def list_(call: Call) -> Response:
    """``GET /api/{type}``."""
    query = call.queries.page(call.query_string, call.resource)
    found = call.sandbox.list(call.resource, query, call.access)
    url = f"{call.base_url}/api/{call.resource.type_}"
    return call.answer(call.documents.list(found, query, url))


def create(call: Call) -> Response:
    """``POST /api/{type}``."""
    document = call.document()
    query = call.queries.single(call.query_string, call.resource)
    values = body.creation(document, call.resource, call.access)
    found = call.sandbox.create(call.resource, values, call.access, query)
    return call.answer(call.documents.single(found, query), 201)


def retrieve(call: Call, id_: str) -> Response:
    """``GET /api/{type}/{id}``."""
    query = call.queries.single(call.query_string, call.resource)
    found = call.sandbox.retrieve(call.resource, id_, query, call.access)
    return call.answer(call.documents.single(found, query))


def update(call: Call, id_: str) -> Response:
    """``PATCH /api/{type}/{id}``, ``PUT`` alike."""
    document = call.document()
    query = call.queries.single(call.query_string, call.resource)
    type_ = call.resource.type_
    values = body.update(
        document, call.resource, call.access, id_, lambda key: call.sandbox.number(type_, key)
    )
    found = call.sandbox.update(call.resource, id_, values, call.access, query)
    return call.answer(call.documents.single(found, query))


def delete(call: Call, id_: str) -> Response:
    """``DELETE /api/{type}/{id}``."""
    call.sandbox.delete(call.resource, id_, call.access)
    return empty_response()


def singleton(call: Call) -> Response:
    """``GET /api/organization``, ``GET /api/application``."""
    query = call.queries.single(call.query_string, call.resource)
    record = call.sandbox.singleton(call.resource, call.access)
    return call.answer(call.documents.single(Found([record], [call.resource.type_]), query))


COLLECTION: Mapping[str, tuple[str, View]] = {"GET": ("list", list_), "POST": ("create", create)}
MEMBER: Mapping[str, tuple[str, View]] = {
    "GET": ("retrieve", retrieve),
    "PATCH": ("update", update),
    "PUT": ("update", update),
    "DELETE": ("delete", delete),
}
SINGLETON: Mapping[str, tuple[str, View]] = {"GET": ("retrieve", singleton)}


def related(call: Call, id_: str, name: str) -> Response:
    """``GET /api/{type}/{id}/{relationship}``."""
    relationship = call.resource.relationships[name]
    url = f"{call.base_url}/api/{call.resource.type_}/{id_}/{name}"
    if relationship.types == (EVENT_STORES,):
        call.sandbox.linkage(call.resource, id_, name, call.access)
        if not call.sandbox.permissions(call.access).reads_event_stores:
            raise refusal("UNAUTHORIZED")
        return call.answer(call.documents.cursor_list([]))
    target = registry().get(relationship.types[0], call.resource)
    if not relationship.many:
        query = call.queries.single(call.query_string, target)
        found = call.sandbox.related(call.resource, id_, name, query, call.access)
        return call.answer(call.documents.single(found, query))
    query = call.queries.page(call.query_string, target)
    found = call.sandbox.related(call.resource, id_, name, query, call.access)
    return call.answer(call.documents.list(found, query, url))


def linkage(call: Call, id_: str, name: str) -> Response:
    """``GET /api/{type}/{id}/relationships/{relationship}``."""
    targets = call.sandbox.linkage(call.resource, id_, name, call.access)
    many = call.resource.relationships[name].many
    return call.answer(call.documents.linkage(call.resource.type_, id_, name, targets, many=many))


def write_linkage(call: Call, id_: str, name: str) -> Response:
    """``PATCH``, ``POST``, ``DELETE`` on a relationship: an update of that linkage alone (§5)."""
    relationship = call.resource.relationships[name]
    method = call.request.method
    replacing = relationship.many and method in ("PATCH", "PUT")
    if not relationship.flags.updatable and replacing:
        raise refusal("FORBIDDEN")
    if not relationship.flags.updatable or not relationship.open_to(call.access):
        raise refusal("PARAM_NOT_ALLOWED", name=name)
    if method == "POST" and not relationship.many:
        raise refusal("METHOD_NOT_ALLOWED", headers={"Allow": "GET, PATCH, DELETE"})
    sent = _sent_linkage(call, relationship)
    values = Values(linkages={name: _combined(call, id_, name, sent)})
    call.sandbox.update(call.resource, id_, values, call.access)
    return empty_response()


def _sent_linkage(call: Call, relationship: Relationship) -> Linkage:
    if call.request.method == "DELETE" and not relationship.many:
        return None
    return body.linkage(call.document(), relationship)


def _combined(call: Call, id_: str, name: str, sent: Linkage) -> Linkage:
    """Return the linkage after adding, removing or replacing members."""
    if not isinstance(sent, list) or call.request.method in ("PATCH", "PUT"):
        return sent
    present: list[Target] = list(call.sandbox.linkage(call.resource, id_, name, call.access))
    if call.request.method == "POST":
        return list(dict.fromkeys([*present, *sent]))
    return [target for target in present if target not in sent]


def api_blueprint(gate: Gate, *, lenient_filters: bool) -> Blueprint:
    """Return the routes of the API.

    Args:
        gate: admits requests.
        lenient_filters: ignore unknown filters of ``q``.
    """
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    declared = registry()
    singletons = {r.singleton: r for r in declared.values() if r.singleton}

    def admitted(resource: type[Resource]) -> Call:
        sandbox, access = gate.admit(request, g.passage)
        return _call(resource, sandbox, access, declared, lenient_filters)

    def acting(
        resource: type[Resource], views: Mapping[str, tuple[str, View]], *arguments: str
    ) -> Response:
        view = _view(resource, views)
        return view(admitted(resource), *arguments)

    @blueprint.route("/<type_>", methods=METHODS)
    def collection(type_: str) -> Response:
        if type_ in singletons:
            return acting(singletons[type_], SINGLETON)
        return acting(_resource(declared, type_), COLLECTION)

    @blueprint.route("/<type_>/<id_>", methods=METHODS)
    def member(type_: str, id_: str) -> Response:
        return acting(_resource(declared, type_), MEMBER, id_)

    @blueprint.route("/<type_>/<id_>/<name>", methods=METHODS)
    def related_(type_: str, id_: str, name: str) -> Response:
        resource = _resource(declared, type_, name)
        if request.method not in ("GET", "HEAD"):
            raise refusal("METHOD_NOT_ALLOWED", headers={"Allow": "GET, HEAD, OPTIONS"})
        return related(admitted(resource), id_, name)

    @blueprint.route("/<type_>/<id_>/relationships/<name>", methods=METHODS)
    def linkage_(type_: str, id_: str, name: str) -> Response:
        resource = _resource(declared, type_, name)
        reading = request.method in ("GET", "HEAD")
        return (linkage if reading else write_linkage)(admitted(resource), id_, name)

    return blueprint


def _resource(declared: Registry, type_: str, relationship: str | None = None) -> type[Resource]:
    """Return the resource a path names; a path without a route is a missing record (§1)."""
    resource = declared.get(type_)
    if resource is None or resource.singleton:
        raise refusal("RECORD_NOT_FOUND")
    if relationship is not None and relationship not in resource.relationships:
        raise refusal("RECORD_NOT_FOUND")
    return resource


def _view(resource: type[Resource], views: Mapping[str, tuple[str, View]]) -> View:
    """Return the view of the method, or refuse with the methods there are."""
    method = "GET" if request.method == "HEAD" else request.method
    action, view = views.get(method, ("", None))
    if view is None or action not in resource.actions:
        allowed = [name for name, (action, _) in views.items() if action in resource.actions]
        reads = ["HEAD"] if "GET" in allowed else []
        allow = ", ".join([*allowed, *reads, "OPTIONS"])
        raise refusal("METHOD_NOT_ALLOWED", headers={"Allow": allow})
    return view


def _call(
    resource: type[Resource],
    sandbox: Sandbox,
    access: Access,
    declared: Registry,
    lenient_filters: bool,  # noqa: FBT001 - handed through
) -> Call:
    base_url = request.host_url.rstrip("/")
    trace_id = sandbox.traces.hex(64)
    meta = {
        "mode": sandbox.mode,
        "organization_id": sandbox.organization.id,
        "trace_id": trace_id,
    }
    view = RecordView(sandbox, access)
    return Call(
        request=request,
        resource=resource,
        sandbox=sandbox,
        access=access,
        queries=QueryParser(declared, sandbox.number, lenient=lenient_filters),
        documents=Documents(declared, base_url, meta, view),
        base_url=base_url,
        trace_id=trace_id,
    )
