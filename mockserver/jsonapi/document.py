"""Records as documents: the member order, links and linkage of conventions.md §4."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby
from operator import itemgetter
from typing import Any

from mockserver.jsonapi.query import Query
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import Registry
from mockserver.schema.dumping import (
    Linkages,
    Presentation,
    links_of,
    resource_identifiers,
    resource_objects,
)
from mockserver.schema.members import Place
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import Record

Document = dict[str, Any]
NO_LINKAGES: Linkages = {}


@dataclass(slots=True)
class Found:
    """Records found for a request: the primary ones and those they include.

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


@dataclass(slots=True)
class Documents:
    """Writes the documents of one request.

    Attributes:
        registry: the declared types.
        base_url: what links begin with.
        meta: of each resource object.
        view: what derived members look at.
    """

    registry: Registry
    base_url: str
    meta: Mapping[str, str]
    view: View

    def single(self, found: Found, query: Query, place: Place = "among") -> Document:
        """Return the document of one resource, or of none (``{"data": null}``).

        Args:
            found: it, and what is included.
            query: how it is shown.
            place: whether it is read by itself, or has been written.
        """
        if not found.records:
            return {"data": None}
        view = self.view.of_page(found.everything()) if found.included else self.view
        shown = self._presentation(query, view, found.linkages)
        resource = self.registry[found.types[0]]
        (data,) = resource_objects(resource, found.records[:1], shown, place)
        if found.shown is not None:
            _withhold(data, found.shown)
        return self._with_included({"data": data}, found, shown)

    def list(self, found: Found, query: Query, url: str) -> Document:
        """Return the document of a page, with its counts and page links (conventions.md §4.2)."""
        shown = self._page(found, query)
        document = self._with_included({"data": self._primary(found, shown)}, found, shown)
        return document | around_page(query, found.total, query.page_link(url))

    def cursor_list(self, found: Found, query: Query, url: str) -> Document:
        """Return the document of a cursor-paginated list, whose total is what is left.

        conventions.md §9.
        """
        data = self._primary(found, self._page(found, query))
        is_last = found.total <= len(data)
        links = {} if is_last else {"next": query.cursor_link(url, found.records[-1]["id"])}
        return {"data": data, "meta": dict(self.meta), "links": links}

    def linkage(
        self, type_: str, id_: str, name: str, targets: Sequence[Target], *, many: bool
    ) -> Document:
        """Return the document of a relationship endpoint (conventions.md §5)."""
        return {
            "data": resource_identifiers(targets, many=many),
            "links": links_of(f"{self.base_url}/api/{type_}/{id_}", name),
        }

    def resource_object(self, type_: str, record: Record, query: Query) -> Document:
        """Return the resource object of a record by itself, nothing of it included."""
        shown = self._presentation(query, self.view)
        return resource_objects(self.registry[type_], [record], shown)[0]

    def _page(self, found: Found, query: Query) -> Presentation:
        """Return how a page is written: what its records lead to is read at once."""
        view = self.view.of_page(found.everything())
        return self._presentation(query, view, found.linkages)

    def _presentation(
        self, query: Query, view: View, linkages: Linkages = NO_LINKAGES
    ) -> Presentation:
        return Presentation(self.base_url, self.meta, view, query.fields, linkages)

    def _primary(self, found: Found, shown: Presentation) -> Sequence[Document]:
        return self._objects(zip(found.types, found.records, strict=True), shown)

    def _with_included(self, document: Document, found: Found, shown: Presentation) -> Document:
        if found.included:
            pairs = ((type_, record) for (type_, _), record in found.included.items())
            document["included"] = self._objects(pairs, shown)
        return document

    def _objects(
        self, pairs: Iterable[tuple[str, Record]], shown: Presentation
    ) -> Sequence[Document]:
        """Return the resource objects of records with their types, those of one type at once."""
        return [
            object_
            for type_, run in groupby(pairs, itemgetter(0))
            for object_ in resource_objects(
                self.registry[type_], [record for _, record in run], shown
            )
        ]


def _withhold(object_: Document, shown: Collection[str]) -> None:
    """Leave of the attributes of a resource object those that are shown."""
    attributes = object_.pop("attributes", {})
    kept = {name: value for name, value in attributes.items() if name in shown}
    if kept:
        object_["attributes"] = kept


def around_page(query: Query, total: int, link: tuple[str, str]) -> Document:
    """Return the members of a document beside its page: the counts, and links to other pages.

    Only the links that lead somewhere (conventions.md §4.2, §9).

    Args:
        query: of the page.
        total: how many records match.
        link: to a page, before and after its number.
    """
    pages = max(1, -(-total // query.size))
    numbers = {"first": 1, "prev": query.number - 1, "next": query.number + 1, "last": pages}
    if query.number <= 1:
        del numbers["prev"]
    if query.number >= pages:
        del numbers["next"]
    before, after = link
    return {
        "meta": {"record_count": total, "page_count": pages},
        "links": {name: f"{before}{number}{after}" for name, number in numbers.items()},
    }
