"""Plans of queries: what a text asks for is read once, as long as the text alone decides it."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from mockserver.jsonapi.filters import Numbers, Visible, all_there_is, refuse
from mockserver.jsonapi.query import NO_QUERY, Query
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import Registry
from mockserver.schema.vocabulary import Resource

#: How many plans are kept, and the longest text of one.
MOST, LONGEST = 2000, 1000
Wanted = Literal["single", "page"]


@dataclass(slots=True)
class QueryPlan:
    """Plan of what the text of a query asks for.

    Attributes:
        query: the query.
    """

    query: Query
    _links: dict[str, tuple[str, str]] = field(default_factory=dict)

    def link(self, url: str) -> tuple[str, str]:
        """Return the link to a page, before and after its number; made once for each URL."""
        found = self._links.get(url)
        if found is None:
            if len(self._links) >= MOST:
                self._links.clear()
            found = self._links[url] = self.query.page_link(url)
        return found


class QueryPlans:
    """The plans of a server's queries, by type and text."""

    def __init__(self, registry: Registry) -> None:
        """Start with none."""
        self._registry = registry
        self._kept: dict[tuple[type[Resource], Wanted, str], QueryPlan] = {}

    def plan(
        self,
        resource: type[Resource],
        wanted: Wanted,
        text: str,
        numbers: Numbers,
        visible: Visible = all_there_is,
    ) -> QueryPlan:
        """Return the plan of a query, kept unless what is stored or who asks has a say in it.

        Args:
            resource: what is asked for.
            wanted: one of it, or a page.
            text: the query, still encoded.
            numbers: see ``QueryParser``.
            visible: the same.

        Raises:
            Refusal: 400; for conditions that there are not as well.
        """
        key = (resource, wanted, text)
        known = self._kept.get(key)
        if known is not None and visible is all_there_is:
            return known
        looked_up: list[str] = []

        def number(type_: str, id_: str) -> int | None:
            looked_up.append(id_)
            return numbers(type_, id_)

        parser = QueryParser(self._registry, number, refuse, visible)
        read = parser.page if wanted == "page" else parser.single
        plan = QueryPlan(read(text, resource) if text else NO_QUERY)
        if not looked_up and visible is all_there_is and len(text) <= LONGEST:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = plan
        return plan
