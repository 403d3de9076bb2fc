"""The generic JSON:API views: one set, for every resource type (conventions.md §1, §5 to §8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import orjson
from flask import Request, Response

from mockserver.access import Access
from mockserver.engine.record_view import RecordView
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import refusal
from mockserver.jsonapi import body
from mockserver.jsonapi.document import Document, Documents, Found
from mockserver.jsonapi.filters import all_there_is
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import registry
from mockserver.schema import request_documents
from mockserver.schema.request_documents import Values
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import StorageError
from mockserver.traffic.route import ACTIONS, Route, Shape
from mockserver.web.gate import Gate
from mockserver.web.headers import document_response, empty_response
from mockserver.web.ignoring import Ignoring
from mockserver.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted API request: what a view needs to answer it."""

    request: Request
    resource: type[Resource]
    sandbox: Sandbox
    access: Access
    queries: Callable[[], QueryParser]
    documents: Documents
    base_url: str
    trace_id: str

    @property
    def query_string(self) -> str:
        """The query string, still encoded.

        Raises:
            Refusal: 400 for bytes that are not UTF-8.
        """
        try:
            return self.request.query_string.decode()
        except UnicodeDecodeError:
            reason = "Invalid query parameters: invalid UTF-8 encoding"
            raise refusal("BAD_REQUEST", reason=reason) from None

    def single(self, *types: type[Resource]) -> Query:
        """Return the query of a request for a single resource of these types.

        Raises:
            Refusal: 400.
        """
        text = self.query_string
        return self.queries().single(text, *types) if text else NO_QUERY

    def page(self, *types: type[Resource]) -> Query:
        """Return the query of a request for a list of these types; as ``single``."""
        text = self.query_string
        return self.queries().page(text, *types) if text else NO_QUERY

    def document(self) -> dict[str, Any]:
        """Return the parsed body; an empty one counts as an empty object."""
        return body.parse(self.request.get_data() or b"{}")

    def answer(self, document: Document, status: int = 200) -> Response:
        """Return a document as the response."""
        return document_response(
            self.request,
            orjson.dumps(document),
            status,
            cacheable=self.resource.cacheable,
            volatile=self.trace_id.encode(),
        )


ViewFunction = Callable[..., Response]
#: Seconds a request does what has become due before it is answered: the worker does the rest.
PATIENCE = 0.5


def list_(call: Call) -> Response:
    """``GET /api/{type}``."""
    query = call.page(call.resource)
    found = call.sandbox.list(call.resource, query, call.access)
    url = f"{call.base_url}/api/{call.resource.type_}"
    return call.answer(call.documents.list(found, query, url))


def create(call: Call) -> Response:
    """``POST /api/{type}``."""
    document = call.document()
    query = call.single(call.resource)
    values = request_documents.creation(document, call.resource, call.access)
    found = call.sandbox.create(call.resource, values, call.access, query)
    return call.answer(call.documents.single(found, query, "written"), 201)


def retrieve(call: Call, id_: str) -> Response:
    """``GET /api/{type}/{id}``."""
    query = call.single(call.resource)
    found = call.sandbox.retrieve(call.resource, id_, query, call.access)
    return call.answer(call.documents.single(found, query, "read"))


def update(call: Call, id_: str) -> Response:
    """``PATCH /api/{type}/{id}``, ``PUT`` alike."""
    document = call.document()
    query = call.single(call.resource)
    type_ = call.resource.type_
    values = request_documents.update(
        document, call.resource, call.access, id_, lambda key: call.sandbox.number(type_, key)
    )
    found = call.sandbox.update(call.resource, id_, values, call.access, query)
    return call.answer(call.documents.single(found, query, "written"))


def delete(call: Call, id_: str) -> Response:
    """``DELETE /api/{type}/{id}``."""
    call.sandbox.delete(call.resource, id_, call.access)
    return empty_response()


def singleton(call: Call) -> Response:
    """``GET /api/organization``, ``GET /api/application``."""
    query = call.single(call.resource)
    record = call.sandbox.singleton(call.resource, call.access)
    return call.answer(call.documents.single(Found([record], [call.resource.type_]), query))


def related(call: Call, id_: str, name: str) -> Response:
    """``GET /api/{type}/{id}/{relationship}``."""
    relationship = call.resource.relationships[name]
    if relationship.history:
        return history(call, id_, name)
    types = [registry()[type_] for type_ in relationship.types if type_ in registry()]
    if not relationship.many:
        query = call.single(*types)
        found = call.sandbox.related(call.resource, id_, name, query, call.access)
        return call.answer(call.documents.single(found, query))
    query = call.page(*types)
    found = call.sandbox.related(call.resource, id_, name, query, call.access)
    url = f"{call.base_url}/api/{call.resource.type_}/{id_}/{name}"
    return call.answer(call.documents.list(found, query, url))


def history(call: Call, id_: str, name: str) -> Response:
    """``GET /api/{type}/{id}/event_stores``: the changes of a record, by cursor."""
    entries = registry()[call.resource.relationships[name].types[0]]
    query = call.page(entries)
    found = call.sandbox.changes(call.resource, id_, name, query, call.access)
    url = f"{call.base_url}/api/{call.resource.type_}/{id_}/{name}"
    return call.answer(call.documents.cursor_list(found, query, url))


def linkage(call: Call, id_: str, name: str) -> Response:
    """``GET /api/{type}/{id}/relationships/{relationship}``."""
    targets = call.sandbox.linkage(call.resource, id_, name, call.access)
    many = call.resource.relationships[name].many
    return call.answer(call.documents.linkage(call.resource.type_, id_, name, targets, many=many))


def write_linkage(call: Call, id_: str, name: str) -> Response:
    """``PATCH``, ``POST``, ``DELETE`` on a relationship: an update of that linkage alone.

    conventions.md §5.
    """
    relationship = call.resource.relationships[name]
    method = call.request.method
    clearing = method == "DELETE" and not relationship.many
    document = {"data": None} if clearing else call.document()
    replacing = method in ("PATCH", "PUT")
    sent = body.linkage(document, relationship, call.access, replacing=replacing)
    values = Values(linkages={name: sent})
    if replacing or clearing:
        call.sandbox.update(call.resource, id_, values, call.access)
    else:
        adding = method == "POST"
        call.sandbox.relink(call.resource, id_, values, call.access, adding=adding)
    return empty_response()


#: What answers each action, by what the path names.
VIEWS: Mapping[tuple[Shape | None, str | None], ViewFunction] = {
    ("collection", "list"): list_,
    ("collection", "create"): create,
    ("member", "retrieve"): retrieve,
    ("member", "update"): update,
    ("member", "delete"): delete,
    ("singleton", "retrieve"): singleton,
    ("related", "list"): related,
    ("related", "retrieve"): related,
    ("to_one", "retrieve"): linkage,
    ("to_one", "update"): write_linkage,
    ("to_many", "retrieve"): linkage,
    ("to_many", "update"): write_linkage,
}


class Api:
    """Everything below ``/api/``: routed by the declarations, alike for every type."""

    def __init__(self, gate: Gate) -> None:
        """Answer the requests that the gate admits."""
        self._gate = gate
        self._ignoring = Ignoring()
        self._declared = registry()

    def answer(self, request: Request, context: RequestContext) -> Response:
        """Return the answer of the view a request is for.

        Raises:
            Refusal: in the order of conventions.md §17, from the route on.
        """
        route, resource = context.route, context.route.resource
        if resource is None or route.missing:
            raise refusal("RECORD_NOT_FOUND", because=route.missing)
        view = _view(route, resource)
        sandbox, access = self._gate.admit(request, context)
        with suppress(StorageError):  # what is due waits until it can be stored; reading need not
            sandbox.job_queue.work(within=PATIENCE, now=context.moment)
        call = self._call(request, context, resource, sandbox, access)
        return view(call, *filter(None, (route.id, route.relationship)))

    def _call(
        self,
        request: Request,
        context: RequestContext,
        resource: type[Resource],
        sandbox: Sandbox,
        access: Access,
    ) -> Call:
        base_url = f"{request.scheme}://{request.host}"
        trace_id = sandbox.traces.hex(64)
        meta = sandbox.meta(trace_id)
        view = RecordView(sandbox, access, base_url)
        return Call(
            request=request,
            resource=resource,
            sandbox=sandbox,
            access=access,
            queries=partial(self._queries, context, sandbox, access),
            documents=Documents(self._declared, base_url, meta, view),
            base_url=base_url,
            trace_id=trace_id,
        )

    def _queries(self, context: RequestContext, sandbox: Sandbox, access: Access) -> QueryParser:
        """Return the parser of the query of a request."""
        unknown = self._ignoring.of(sandbox.organization, context)
        is_limited = access.is_sales_channel
        visible = sandbox.permissions(access).visible if is_limited else all_there_is
        return QueryParser(self._declared, sandbox.number, unknown, visible)


def _view(route: Route, resource: type[Resource]) -> ViewFunction:
    """Return the view of a route, or refuse with the methods there are."""
    needed = "retrieve" if route.shape == "related" else route.action
    view = VIEWS.get((route.shape, route.action))
    if view is None or needed not in resource.actions:
        raise refusal("METHOD_NOT_ALLOWED", headers={"Allow": _allowed(route, resource)})
    return view


def _allowed(route: Route, resource: type[Resource]) -> str:
    methods = ACTIONS[route.shape] if route.shape else {}
    allowed = [name for name, action in methods.items() if action in resource.actions]
    reads = ["HEAD"] if "GET" in allowed else []
    return ", ".join([*allowed, *reads, "OPTIONS"])
