"""The query of a request, as it was read: fieldsets, includes, filters, sort, page."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import field

from mockserver.errors import refusal
from mockserver.jsonapi.parameters import Parameters, to_query
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.schema.vocabulary import Resource
from mockserver.storage.conditions import EVERYTHING, Condition, SortKey, both

DEFAULT_SIZE = 10
MAXIMUM_SIZE = 25
MAXIMUM_OFFSET = 2**62
#: Where the number of a page stands in a query; no other name or value can look like it.
PAGE_NUMBER = "page%5Bnumber%5D="

IncludeTree = dict[str, "IncludeTree"]


@dataclass(frozen=True, slots=True)
class Query:
    """Query of a request for a resource or a list.

    Attributes:
        fields: the sparse fieldset of each type that has one.
        include: the relationships to include, nested.
        condition: what the filters demand.
        scopes: the filters that look at what is around records, with their values.
        order: the sort criteria.
        number: the page number, from 1.
        size: the page size, 1 to 25.
        parameters: the parameters that page links repeat.
    """

    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    include: IncludeTree = field(default_factory=dict)
    condition: Condition = EVERYTHING
    order: tuple[SortKey, ...] = ()
    number: int = 1
    size: int = DEFAULT_SIZE
    parameters: Parameters = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)

    def demanded(self, resource: type[Resource], engine: Engine) -> Condition:
        """Return the condition of all filters, scopes included."""
        known, asked = resource.query_scopes, self.scopes.items()
        return both(self.condition, *(known[n](engine, value) for n, value in asked if n in known))

    @property
    def offset(self) -> int:
        """How many matching records precede the page; no storage can count further."""
        return min((self.number - 1) * self.size, MAXIMUM_OFFSET)

    def page_link(self, url: str) -> tuple[str, str]:
        """Return the link to a page of a list, before and after its number (conventions.md §9)."""
        page: Parameters = {"number": "", "size": str(self.size)}
        query = to_query({**self.parameters, "page": page})
        before, number, after = query.partition(PAGE_NUMBER)
        return f"{url}?{before}{number}", after

    @property
    def after(self) -> str | None:
        """The id that a page by cursor begins after.

        Raises:
            Refusal: 400 for a cursor that is none of ours.
        """
        page = self.parameters.get("page")
        cursor = page.get("after") if isinstance(page, dict) else None
        if not cursor:
            return None
        try:
            return str(json.loads(b64decode(str(cursor), validate=True))["after"])
        except (ValueError, KeyError, TypeError):
            reason = f"{cursor} is not a valid value for after page parameter."
            raise refusal("INVALID_PAGE_VALUE", reason=reason) from None

    def cursor_link(self, url: str, id_: str) -> str:
        """Return the link to the page of a list that begins after this id (conventions.md §9)."""
        after = b64encode(json.dumps({"after": id_}).encode()).decode()
        page: Parameters = {"after": after, "size": str(self.size)}
        return f"{url}?{to_query({**self.parameters, 'page': page})}"


NO_QUERY = Query()
