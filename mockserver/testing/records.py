"""The records of one mode as a test reads and writes them: the engine, without HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from mockserver.access import OWNERS, Access, Owner, OwnerType
from mockserver.control.customers import request_anonymization
from mockserver.engine.record_view import RecordView
from mockserver.engine.relationships import targets
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import NO_QUERY
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.schema.dumping import dump_plan
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.request_documents import Values
from mockserver.schema.vocabulary import Resource
from mockserver.situations.document_loader import DocumentLoader
from mockserver.storage.base import Record
from mockserver.testing.flattening import plain_moment, unflattened
from mockserver.testing.results import Result
from mockserver.traffic.near_misses import ignored, nearest

Flat = Result
#: How many names a message lists.
SHOWN = 10


class ModeRecords:
    """The five actions on every type, with the permissions of an integration.

    Records come and go flat: ``id``, ``type`` and the attributes as the API shows them; to-one
    relationships are the id of the other record, or ``None``, those to many a list of ids; of
    relationships to several types, (type, id) pairs. Refusals are those of the API:
    :class:`mockserver.Refusal` with its error objects. Nothing of it is in the journal.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        """Act in the sandbox."""
        self._sandbox = sandbox
        self._access = Access(sandbox.organization.slug, sandbox.mode, "integration")

    def create(self, type_: str, **values: Any) -> Flat:
        """Create a record from attributes and relationships (ids) and return it.

        Raises:
            Refusal: 400 for what cannot be set, 404 for a relationship that leads nowhere, 422 for
                broken rules.
            LookupError: there is no such type.
        """
        resource = self._resource(type_, "create")
        made = self._values(resource, values, "creatable")
        return self._flat(self._sandbox.create(resource, made, self._access))

    def put(self, type_: str, **values: Any) -> Flat:
        """Store a record in any state, past what clients may set, and return it.

        Args:
            type_: of the record.
            **values: attributes and relationships as ``retrieve`` returns them, moments as a text
                or a ``datetime``; ``id`` of a record there is changes that one.

        Raises:
            Refusal: 422 with pointers; nothing has been stored.
        """
        resource_object = unflattened(self._sandbox.registry.get(type_), type_, values)
        try:
            ((_, id_),) = DocumentLoader(self._sandbox).place([("/data", resource_object)])
        except Refusal as refused:
            raise refused.noting(self._meant(type_, values)) from None
        if type_ in self._sandbox.registry:
            return self.retrieve(type_, id_)
        return Flat(type=type_, id=id_)

    def retrieve(self, type_: str, id_: str) -> Flat:
        """Return a record.

        Raises:
            Refusal: 404 when there is none.
            LookupError: there is no such type.
        """
        resource = self._resource(type_, "retrieve")
        return self._flat(self._sandbox.retrieve(resource, id_, NO_QUERY, self._access))

    def list(self, type_: str, sort: str | None = None, **filters: Any) -> list[Flat]:
        """Return every record that matches, whatever the page size.

        Args:
            type_: of the records.
            sort: as the query parameter: ``-created_at``.
            **filters: predicates: ``email_end="@example.com"``, ``status_in=["prospect"]``.

        Raises:
            Refusal: 400 for a filter or a sort criterion that there is not; nothing is ignored.
            LookupError: there is no such type.
        """
        resource = self._resource(type_, "list")
        parser = QueryParser(self._sandbox.registry, self._sandbox.number)
        sent = {f"filter[q][{name}]": _text(value) for name, value in filters.items()}
        asked = urlencode(sent if sort is None else {**sent, "sort": sort})
        try:
            query = parser.page(asked, resource)
        except Refusal as refused:
            meant = [ignored(type_, name).nearest for name in filters]
            near = ", ".join(m for m, name in zip(meant, filters, strict=True) if m and m != name)
            raise refused.noting(f"Did you mean {near}?" if near else "") from None
        demanded = query.demanded(resource, self._sandbox)
        records, _ = self._sandbox.partition.select(type_, demanded, query.order)
        return [self._shown(resource, record) for record in records]

    def update(self, type_: str, id_: str, **values: Any) -> Flat:
        """Change a record by attributes, triggers and relationships, and return it.

        Raises:
            Refusal: 400, 404, 422.
            LookupError: there is no such type.
        """
        resource = self._resource(type_, "update")
        made = self._values(resource, values, "updatable")
        return self._flat(self._sandbox.update(resource, id_, made, self._access))

    def request_anonymization(self, id_: str, user: str = "") -> Flat:
        """Request that a customer be forgotten, as the user with the email; empty for the first.

        Raises:
            LookupError: there is no such user.
            Refusal: 401 when the user may not; 404; 422 while it is under way, and afterwards.
        """
        asking = self.owner("User", user).id
        return self._flat(request_anonymization(self._sandbox, id_, asking))

    def owner(self, type_: OwnerType, email: str) -> Owner:
        """Return whom a token can act for: the customer, or the user, with the email.

        Args:
            type_: ``Customer`` or ``User``.
            email: empty for the first one.

        Raises:
            LookupError: there is none; it names those there are.
        """
        every = self._sandbox.partition.select(OWNERS[type_])[0]
        for record in every:
            if email in ("", record["email"]):
                return Owner(type_, record["id"])
        known = ", ".join(str(record["email"]) for record in every[:SHOWN]) or "none"
        message = f"there is no {type_.lower()} {email!r} in {self._access.mode} mode"
        raise LookupError(f"{message}; there are: {known}")

    def delete(self, type_: str, id_: str) -> None:
        """Remove a record.

        Raises:
            Refusal: 404, 423 when something restricts the deletion.
            LookupError: there is no such type.
        """
        self._sandbox.delete(self._resource(type_, "delete"), id_, self._access)

    def count(self, type_: str) -> int:
        """Return how many records of the type there are.

        Raises:
            LookupError: there is no such type.
        """
        return self._sandbox.partition.count(self._resource(type_, "list").type_)

    def _meant(self, type_: str, names: Iterable[str]) -> str:
        """Return which type, or which members, may have been meant by names there are not."""
        known = self._sandbox.registry
        if type_ not in known:
            asked: dict[str, Iterable[str]] = {type_: known}
        else:
            members = {**known[type_].attributes, **known[type_].relationships}
            asked = {name: members for name in names if name not in members}
        near = ", ".join(filter(None, (nearest(name, among) for name, among in asked.items())))
        return f"Did you mean {near}?" if near else ""

    def _resource(self, type_: str, action: str) -> type[Resource]:
        known = self._sandbox.registry
        if type_ not in known:
            near = get_close_matches(type_, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            message = f"{type_!r} is not a resource type; {hint}"
            raise LookupError(message)
        if action not in known[type_].actions:
            raise refusal("METHOD_NOT_ALLOWED")
        return known[type_]

    def _values(self, resource: type[Resource], given: Mapping[str, Any], flag: str) -> Values:
        """Return the values to set, once it is known that a client could set them."""
        members: dict[str, Attribute | Relationship] = {
            **resource.attributes,
            **resource.relationships,
        }
        for name in given:
            member = members.get(name)
            if not (member and getattr(member.flags, flag) and member.open_to(self._access)):
                settable = [n for n, m in members.items() if getattr(m.flags, flag)]
                note = _note(resource.type_, name, member is not None, settable)
                raise refusal("PARAM_NOT_ALLOWED", name=name).noting(note)
        return Values.of(resource, {name: plain_moment(value) for name, value in given.items()})

    def _flat(self, found: Found) -> Flat:
        return self._shown(self._sandbox.registry[found.types[0]], found.records[0])

    def _shown(self, resource: type[Resource], record: Record) -> Flat:
        view = RecordView(self._sandbox, self._access)
        flat = Flat(id=record["id"], type=resource.type_)
        flat.update(dump_plan(resource, "read").attributes(record, view))
        for name, relationship in resource.relationships.items():
            if relationship.virtual:
                continue
            found = targets(self._sandbox, resource, record, name, self._access)
            several = len(relationship.types) > 1
            ends: list[Any] = [end if several else end[1] for end in found]
            flat[name] = ends if relationship.many else next(iter(ends), None)
        return flat


def _note(type_: str, name: str, is_known: bool, settable: Sequence[str]) -> str:  # noqa: FBT001
    """Return a hint at the value that may have been meant by one that clients cannot set."""
    if is_known:
        return f"Clients cannot set it; put({type_!r}, {name}=...) stores records in any state."
    near = nearest(name, settable)
    return f"Did you mean {near}?" if near else f"There are: {', '.join(settable)}."


def _text(value: Any) -> str:
    """Return a value as a query string has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(map(_text, value))
    return str(plain_moment(value))
