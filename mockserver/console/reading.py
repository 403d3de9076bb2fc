"""Records as the console looks at them: the engine and the documents of the API, unseen.

Looking leaves no trace in the journal, counts for no rate limit and uses up no fault: those are
for what somebody sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from mockserver.access import Access
from mockserver.console.standpoints import Standpoint
from mockserver.engine.record_view import RecordView
from mockserver.errors import Refusal, refusal
from mockserver.jsonapi.document import Document, Documents
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.resources.registry import registry
from mockserver.schema.protocols import Target
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import StorageError

#: So many of what a relationship leads to are shown beside it.
FEW = 3
#: What a record is best known by, the best first.
NAMES = ("email", "name", "code", "sku_code", "number", "title", "subject", "line_1", "reference")


class RecordReader:
    """Reads the records of a mode of an organization, with the permissions of an integration."""

    def __init__(self, place: Standpoint, base_url: str) -> None:
        """Read there.

        Args:
            place: where.
            base_url: what links begin with.
        """
        self._sandbox = place.sandbox
        self._access = Access(place.slug, place.mode, "integration")
        view = RecordView(self._sandbox, self._access, base_url)
        meta = {"mode": place.mode, "organization_id": place.organization.id}
        self._documents = Documents(registry(), base_url, meta, view)
        self._base_url = base_url
        with suppress(StorageError):
            self._sandbox.job_queue.work()

    def list(self, resource: type[Resource], query_string: str) -> tuple[Document, Query]:
        """Return a page of a type's records, and what was asked for.

        Raises:
            Refusal: as the API refuses.
        """
        query = self._query(query_string, resource)
        found = self._sandbox.list(resource, query, self._access)
        return self._documents.list(found, query, ""), query

    def retrieve(self, resource: type[Resource], id_: str) -> Document:
        """Return the document of one record.

        Raises:
            Refusal: 404.
        """
        if "retrieve" not in resource.actions:
            raise refusal("RECORD_NOT_FOUND")
        found = self._sandbox.retrieve(resource, id_, NO_QUERY, self._access)
        return self._documents.single(found, NO_QUERY, "read")

    def related(
        self, resource: type[Resource], id_: str, name: str, query_string: str
    ) -> tuple[Document, Query]:
        """Return a page of what a relationship to many leads to.

        Raises:
            Refusal: as the API refuses.
        """
        types = [registry()[t] for t in resource.relationships[name].types if t in registry()]
        query = self._query(query_string, *types)
        found = self._sandbox.related(resource, id_, name, query, self._access)
        return self._documents.list(found, query, ""), query

    def few(self, resource: type[Resource], id_: str, name: str) -> tuple[Sequence[Target], int]:
        """Return the first records that a relationship to many leads to, and how many there are."""
        try:
            query = Query(size=FEW)
            found = self._sandbox.related(resource, id_, name, query, self._access)
        except Refusal:
            return [], 0
        targets = [(t, record["id"]) for t, record in zip(found.types, found.records, strict=True)]
        return targets, found.total

    def linkage(self, resource: type[Resource], id_: str, name: str) -> Sequence[Target]:
        """Return the type and id of each record that a relationship leads to."""
        try:
            return self._sandbox.linkage(resource, id_, name, self._access)
        except Refusal:
            return []

    def history(self, resource: type[Resource], id_: str, name: str) -> Document:
        """Return the changes of a record, the newest first."""
        entries = registry()[resource.relationships[name].types[0]]
        query = self._query("sort=-created_at&page[size]=25", entries)
        found = self._sandbox.changes(resource, id_, name, query, self._access)
        return self._documents.cursor_list(found, query, "")

    def labels(self, targets: Sequence[Target]) -> Mapping[Target, str]:
        """Return the name that each of these records is known by."""
        found: dict[Target, str] = {}
        for type_ in {type_ for type_, _ in targets}:
            ids = [id_ for t, id_ in targets if t == type_]
            records = self._sandbox.get_many(type_, ids)
            found |= {(type_, id_): label(record) for id_, record in records.items()}
        return found

    def _query(self, query_string: str, *types: type[Resource]) -> Query:
        return QueryParser(registry(), self._sandbox.number).page(query_string, *types)


def label(record: Mapping[str, Any]) -> str:
    """Return the name that a record, or a resource object, is known by; empty without any."""
    named = (str(record[name]) for name in NAMES if record.get(name))
    return next(named, "")


def searched_by(resource: type[Resource]) -> Sequence[str]:
    """Return the attributes that a word is looked for in."""
    attributes = resource.attributes
    return [
        name
        for name in NAMES
        if name in attributes
        and attributes[name].flags.filterable
        and attributes[name].kind == "string"
    ]
