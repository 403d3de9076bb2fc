"""The body of a delivery: the resource document as a GET would answer it (customers.md §16)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import orjson

from mockserver.engine.record_view import RecordView
from mockserver.engine.sandbox import Sandbox
from mockserver.jsonapi.document import Document, Documents
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.resources.topics import is_includable
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record

#: Links in payloads are paths (conventions.md §4.1).
BASE_URL = ""
TRACE_DIGITS = 64
#: The event that always carries what it is about.
TAGGED, TAGS = "tagged", "tags"


class Payloads:
    """The bodies of one event, for webhooks that include one thing or another."""

    def __init__(self, sandbox: Sandbox, event: Record) -> None:
        """Write about the record as it is now; none is left of one that was destroyed."""
        self._sandbox = sandbox
        self._event = event
        self._resource = sandbox.registry[event["resource_type"]]
        self._documents = documents(sandbox)

    def body(self, webhook: Record) -> str:
        """Return the text that is sent to a webhook, and signed."""
        return orjson.dumps(self._document(webhook)).decode()

    def _document(self, webhook: Record) -> Document:
        resource, id_ = self._resource, self._event["resource"]
        record = self._sandbox.get(resource.type_, id_)
        if record is None:
            return {"data": self._remnant(id_)}
        query = self._query(resource, webhook)
        found = self._sandbox.retrieve(resource, id_, query, self._sandbox.system)
        return self._documents.single(found, query)

    def _remnant(self, id_: str) -> Document:
        """Return the resource object of a record that is gone."""
        type_ = self._resource.type_
        nothing = Query(fields={type_: frozenset()})
        bare = self._documents.resource_object(type_, {"id": id_}, nothing)
        meta = bare.pop("meta")
        return {**bare, "attributes": None, "relationships": None, "meta": meta}

    def _query(self, resource: type[Resource], webhook: Record) -> Query:
        """Return the query of the includes; of those a webhook was brought with, the valid ones."""
        paths = [p for p in webhook["include_resources"] or () if is_includable(resource.type_, p)]
        if self._event["name"].endswith(f".{TAGGED}") and TAGS in resource.relationships:
            paths.append(TAGS)
        return including(self._sandbox, resource, paths)


def documents(sandbox: Sandbox) -> Documents:
    """Return the maker of documents as they are sent: links are paths, and ``meta`` says whose."""
    meta = {
        "mode": sandbox.mode,
        # Of its own mode: who asks for the other one in a transaction may wait for ever.
        "organization_id": sandbox.organization_record()["id"],
        "trace_id": sandbox.traces.hex(TRACE_DIGITS),
    }
    view = RecordView(sandbox, sandbox.system)
    return Documents(sandbox.registry, BASE_URL, meta, view)


def including(sandbox: Sandbox, resource: type[Resource], paths: Sequence[str]) -> Query:
    """Return the query that includes these paths."""
    parser = QueryParser(sandbox.registry, sandbox.number)
    return parser.single(f"include={quote(','.join(paths))}", resource) if paths else NO_QUERY


def posted_document(sandbox: Sandbox, type_: str, id_: str, includes: Sequence[str]) -> Document:
    """Return the document that an external service is sent (commerce.md §17.1)."""
    resource = sandbox.registry[type_]
    query = including(sandbox, resource, [path for path in includes if is_includable(type_, path)])
    found = sandbox.retrieve(resource, id_, query, sandbox.system)
    return documents(sandbox).single(found, query)
