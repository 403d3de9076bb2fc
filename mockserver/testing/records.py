"""The records of one mode as a test reads and writes them: the engine, without HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from mockserver.access import Access
from mockserver.jsonapi.body import Values
from mockserver.jsonapi.document import Found, fetchable
from mockserver.jsonapi.query import NO_QUERY, QueryParser
from mockserver.resources.vocabulary import Resource
from mockserver.sandbox.linking import RecordView, targets
from mockserver.sandbox.sandbox import Sandbox
from mockserver.storage.base import Record

Flat = dict[str, Any]


class ModeRecords:
    """The five actions on every type, with the permissions of an integration.

    Records come and go flat: ``id``, ``type`` and the attributes as the API shows them; to-one
    relationships are the id of the other record, or ``None``, those to many a list of ids.
    Refusals are those of the API: :class:`mockserver.Refusal` with its error objects.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        """Act in the sandbox."""
        self._sandbox = sandbox
        self._access = Access(sandbox.organization.slug, sandbox.mode, "integration")

    def create(self, type_: str, **values: Any) -> Flat:
        """Create a record from attributes and relationships (ids) and return it.

        Raises:
            Refusal: 404 for a relationship that leads nowhere, 422 for broken rules.
        """
        resource = self._resource(type_)
        made = Values.of(resource, values)
        return self._flat(self._sandbox.create(resource, made, self._access))

    def retrieve(self, type_: str, id_: str) -> Flat:
        """Return a record.

        Raises:
            Refusal: 404 when there is none.
        """
        resource = self._resource(type_)
        return self._flat(self._sandbox.retrieve(resource, id_, NO_QUERY, self._access))

    def list(self, type_: str, sort: str = "", **filters: Any) -> list[Flat]:
        """Return every record that matches, whatever the page size.

        Args:
            type_: of the records.
            sort: as the query parameter: ``-created_at``.
            **filters: predicates: ``email_end="@example.com"``, ``status_in="acquired,repeat"``.

        Raises:
            Refusal: 400 for a filter or a sort criterion the API would refuse.
        """
        resource = self._resource(type_)
        parser = QueryParser(self._sandbox.registry, self._sandbox.number)
        sent = {f"filter[q][{name}]": _text(value) for name, value in filters.items()}
        query = parser.page(urlencode({**sent, "sort": sort}), resource)
        records, _ = self._sandbox.partition.select(type_, query.condition, query.order)
        return [self._shown(resource, record) for record in records]

    def update(self, type_: str, id_: str, **values: Any) -> Flat:
        """Change a record by attributes, triggers and relationships, and return it.

        Raises:
            Refusal: 404, 422.
        """
        resource = self._resource(type_)
        made = Values.of(resource, values)
        return self._flat(self._sandbox.update(resource, id_, made, self._access))

    def delete(self, type_: str, id_: str) -> None:
        """Remove a record.

        Raises:
            Refusal: 404, 423 when something restricts the deletion.
        """
        self._sandbox.delete(self._resource(type_), id_, self._access)

    def count(self, type_: str) -> int:
        """Return how many records of the type there are."""
        return self._sandbox.partition.count(self._resource(type_).type_)

    def _resource(self, type_: str) -> type[Resource]:
        if type_ not in self._sandbox.registry:
            message = f"{type_!r} is not one of: {', '.join(sorted(self._sandbox.registry))}"
            raise LookupError(message)
        return self._sandbox.registry[type_]

    def _flat(self, found: Found) -> Flat:
        return self._shown(self._sandbox.registry[found.types[0]], found.records[0])

    def _shown(self, resource: type[Resource], record: Record) -> Flat:
        view = RecordView(self._sandbox, self._access)
        flat: Flat = {"id": record["id"], "type": resource.type_}
        for name, attribute in fetchable(resource):
            flat[name] = attribute.read(record, view, resource.type_)
        for name, relationship in resource.relationships.items():
            if not relationship.virtual:
                found = targets(self._sandbox, resource, record, name, self._access)
                ids = [id_ for _, id_ in found]
                flat[name] = ids if relationship.many else next(iter(ids), None)
        return flat


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list | tuple) else str(value)
