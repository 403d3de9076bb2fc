"""Records as documents: the member order, links and linkage of conventions.md §4."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.jsonapi.query import Query
from mockserver.resources.registry import Registry
from mockserver.schema.dumping import dump_plan, links_of, relationship_objects, resource_object
from mockserver.schema.protocols import Target, View
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record

Document = dict[str, Any]
#: For each record, the linkage of the relationships that were included.
Linkages = Mapping[Target, Mapping[str, Sequence[Target]]]


@dataclass(slots=True)
class Found:
    """What the engine found for a request: primary records and what they include.

    Attributes:
        records: the primary data; of one type unless the relationship is polymorphic.
        types: the type of each primary record.
        total: how many records match, for a list.
        included: the further records, each once, in order of discovery.
        linkages: the linkage of included relationships.
        shown: the attributes of the one record that may be shown; ``None`` for all of them.
    """

    records: Sequence[Record]
    types: Sequence[str]
    total: int = 0
    included: Mapping[Target, Record] = field(default_factory=dict)
    linkages: Linkages = field(default_factory=dict)
    shown: Collection[str] | None = None

    def everything(self) -> Iterator[tuple[str, Record]]:
        """Yield the records with their types, those included last."""
        yield from zip(self.types, self.records, strict=True)
        yield from ((type_, record) for (type_, _), record in self.included.items())


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """How the resource objects of one document are written.

    Attributes:
        query: of the request.
        view: what derived members look at.
        linkages: of the relationships that were included.
    """

    query: Query
    view: View
    linkages: Linkages = field(default_factory=dict)


class Documents:
    """Writes the documents of one request."""

    def __init__(
        self, registry: Registry, base_url: str, meta: Mapping[str, str], view: View
    ) -> None:
        """Write documents whose links begin with the base URL and whose objects carry the meta."""
        self._registry = registry
        self._base = base_url
        self._meta = meta
        self._view = view

    def single(self, found: Found, query: Query) -> Document:
        """Return the document of one resource, or of none (``{"data": null}``)."""
        if not found.records:
            return {"data": None}
        view = self._view.of_page(found.everything()) if found.included else self._view
        shape = RecordSchema(query, view, found.linkages)
        document = {"data": self._object(found.types[0], found.records[0], shape, alone=True)}
        if found.shown is not None:
            _withhold(document["data"], found.shown)
        return self._with_included(document, found, shape)

    def list(self, found: Found, query: Query, url: str) -> Document:
        """Return the document of a page, with its counts and page links (conventions.md §4.2)."""
        shape = self._page(found, query)
        document = self._with_included({"data": self._primary(found, shape)}, found, shape)
        pages = max(1, -(-found.total // query.size))
        document["meta"] = {"record_count": found.total, "page_count": pages}
        document["links"] = page_links(query, url, pages)
        return document

    def cursor_list(self, found: Found, query: Query, url: str) -> Document:
        """Return the document of a cursor-paginated list, whose total is what is left.

        conventions.md §9.
        """
        data = self._primary(found, self._page(found, query))
        is_last = found.total <= len(data)
        links = {} if is_last else {"next": query.cursor_link(url, found.records[-1]["id"])}
        return {"data": data, "meta": dict(self._meta), "links": links}

    def linkage(
        self, type_: str, id_: str, name: str, targets: Sequence[Target], *, many: bool
    ) -> Document:
        """Return the document of a relationship endpoint (conventions.md §5)."""
        return {
            "data": identifiers(targets, many=many),
            "links": links_of(f"{self._base}/api/{type_}/{id_}", name),
        }

    def resource_object(self, type_: str, record: Record, query: Query) -> Document:
        """Return the resource object of a record by itself, nothing of it included."""
        return self._object(type_, record, RecordSchema(query, self._view))

    def _page(self, found: Found, query: Query) -> RecordSchema:
        """Return how a page is written: what its records lead to is read at once."""
        return RecordSchema(query, self._view.of_page(found.everything()), found.linkages)

    def _primary(self, found: Found, shape: RecordSchema) -> Sequence[Document]:
        pairs = zip(found.types, found.records, strict=True)
        return [self._object(type_, record, shape) for type_, record in pairs]

    def _object(
        self, type_: str, record: Record, shape: RecordSchema, *, alone: bool = False
    ) -> Document:
        """Return the resource object of a record, members in the order of conventions.md §4.

        Args:
            type_: of the record.
            record: to be shown.
            shape: of the document.
            alone: whether it is all the data of the document.
        """
        resource, fields = self._registry[type_], shape.query.fields.get(type_)
        attributes = dump_plan(resource, alone).attributes(record, shape.view, fields)
        url = f"{self._base}/api/{type_}/{record['id']}"
        relationships = self._relationships(resource, record, url, shape.linkages, fields)
        is_bare = resource.singleton and fields is None
        return resource_object(
            type_,
            record["id"],
            links=None if resource.singleton else {"self": url},
            attributes=attributes or None,
            relationships=relationships if relationships or is_bare else None,
            meta=self._meta,
        )

    def _relationships(
        self,
        resource: type[Resource],
        record: Record,
        url: str,
        linkages: Linkages,
        fields: frozenset[str] | None,
    ) -> Document:
        if resource.singleton:
            return {}
        declared = resource.relationships
        names = declared if fields is None else [name for name in declared if name in fields]
        relationships = relationship_objects(url, names)
        linked = linkages.get((resource.type_, record["id"]), {}) if linkages else {}
        for name in linked.keys() & relationships.keys():
            relationships[name]["data"] = identifiers(linked[name], many=declared[name].many)
        return relationships

    def _with_included(self, document: Document, found: Found, shape: RecordSchema) -> Document:
        if found.included:
            document["included"] = [
                self._object(type_, record, shape) for (type_, _), record in found.included.items()
            ]
        return document


def _withhold(object_: Document, shown: Collection[str]) -> None:
    """Leave of the attributes of a resource object those that are shown."""
    attributes = object_.pop("attributes", {})
    kept = {name: value for name, value in attributes.items() if name in shown}
    if kept:
        object_["attributes"] = kept


def identifiers(targets: Sequence[Target], *, many: bool) -> Any:
    """Return resource linkage: a list, one resource identifier object, or null."""
    objects = [{"type": type_, "id": id_} for type_, id_ in targets]
    if many:
        return objects
    return objects[0] if objects else None


def page_links(query: Query, url: str, pages: int) -> Document:
    """Return the links of a page: only those that lead somewhere (conventions.md §9)."""
    numbers = {"first": 1, "prev": query.number - 1, "next": query.number + 1, "last": pages}
    if query.number <= 1:
        del numbers["prev"]
    if query.number >= pages:
        del numbers["next"]
    before, after = query.page_link(url)
    return {name: f"{before}{number}{after}" for name, number in numbers.items()}
