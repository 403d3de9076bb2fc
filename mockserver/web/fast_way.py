"""The fast way of a read: one record, or a page of a list, joined from what is known of it already.

Listeners bring a request here before anything else is made of it. What is no such read, what
somebody would notice or has a say in, and whatever is amiss goes the other way, for which nothing
has been counted or drawn yet: so all that is refused and all that fails is answered in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from mockserver.clock import monotonic
from mockserver.effort import STEPS, Allowance
from mockserver.engine.reading import AuthorizedReader
from mockserver.engine.record_view import RecordView
from mockserver.jsonapi.document import around_page
from mockserver.jsonapi.fragments import Fragments, Text, shape
from mockserver.jsonapi.query import Query
from mockserver.resources.registry import families
from mockserver.schema.members import Place
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Holding, Record
from mockserver.storage.conditions import both
from mockserver.traffic.head import Head
from mockserver.traffic.route import Route, Shape, resolve
from mockserver.web.gate import Gate, is_accepted
from mockserver.web.known import Known
from mockserver.web.pipeline import Pipeline
from mockserver.web.read import Read, ReadAnswer

#: What takes more work than this goes the other way, which counts it anew.
SOME_STEPS = STEPS // 20
#: How many types and shapes of paths are known.
REMEMBERED = 1024


class FastWay:
    """Answers the reads that may go it; see the module."""

    def __init__(self, gate: Gate, pipeline: Pipeline) -> None:
        """Let in by the gate, and let the pipeline know of every answer."""
        self._gate = gate
        self._pipeline = pipeline
        self._known = Known(gate)
        self._fragments = Fragments()

    def answer(self, head: Head) -> ReadAnswer | None:
        """Return the answer to a request that goes this way; nothing for all others."""
        if head.method != "GET" or self._pipeline.has_a_say(head):
            return None
        route = resolve(head.method, head.path)
        if route.resource is None or not _is_read(route.resource, route.shape):
            return None
        try:
            with Allowance(SOME_STEPS):
                return self._answer(head, route, route.resource)
        except Exception:  # noqa: BLE001 - the other way says what is wrong, and logs what is ours
            return None

    def _answer(self, head: Head, route: Route, resource: type[Resource]) -> ReadAnswer | None:
        read = self._admitted(head, route, resource)
        if read is None:
            return None
        reader = AuthorizedReader(read.sandbox, self._known.permissions(read.sandbox, read.access))
        text = self._retrieve(read, reader) if route.id else self._list(read, reader)
        return self._pipeline.reply(read, text) if text else None

    def _admitted(self, head: Head, route: Route, resource: type[Resource]) -> Read | None:
        """Let a read in that is of a known bearer, at the bearer's host, with nothing due first."""
        began = monotonic()
        base_url, slug = self._known.host(head.scheme, head.headers["host"])
        sandbox, access, moment = self._gate.known(head)
        if slug not in (None, access.organization) or sandbox.job_queue.next_due <= moment:
            return None
        if not is_accepted(head.headers.get("accept", "")):
            return None
        return Read(head, route, resource, sandbox, access, moment, base_url, began)

    def _retrieve(self, read: Read, reader: AuthorizedReader) -> Text | None:
        """``GET /api/{type}/{id}``."""
        query = self._known.plan(read.resource, "single", read.head.query, reader).query
        allowed = reader.permissions.require(read.resource, "read")
        type_ = read.resource.type_
        record = _held(read).held(type_, read.route.id or "")
        if record is None or query.include:
            return None
        reader.require(type_, record, "read", allowed)
        return self._text(read, [record], query, "read")

    def _list(self, read: Read, reader: AuthorizedReader) -> Text | None:
        """``GET /api/{type}``."""
        plan = self._known.plan(read.resource, "page", read.head.query, reader)
        query, type_ = plan.query, read.resource.type_
        visible = reader.permissions.require(read.resource, "read", lists=True)
        if query.include or query.scopes:
            return None
        wanted = both(visible, query.condition)
        records, total = _held(read).held_page(type_, wanted, query.order, query.offset, query.size)
        text = self._text(read, records, query, "among")
        text.around = around_page(query, total, plan.link(f"{read.base_url}/api/{type_}"))
        return text

    def _text(self, read: Read, records: Sequence[Record], query: Query, place: Place) -> Text:
        """Return the document of records, still without its meta."""
        type_ = read.resource.type_
        shown = shape(read.resource, place, query.fields.get(type_), read.base_url)
        view = RecordView(read.sandbox, read.access, read.base_url)
        if shown.holes and place == "among":
            view = view.of_page([(type_, record) for record in records])
        text = self._fragments.text
        return Text(shown, [text(shown, record, view) for record in records])


def _held(read: Read) -> Holding:
    """Return the records that are read, as they are held.

    Raises:
        TypeError: the storage lends none.
    """
    partition = read.sandbox.partition
    if not _lends(type(partition)):
        raise TypeError(partition)
    return partition  # type: ignore[return-value]  # it has just been looked at


@lru_cache(maxsize=REMEMBERED)
def _lends(partition: type) -> bool:
    return issubclass(partition, Holding)


@lru_cache(maxsize=REMEMBERED)
def _is_read(resource: type[Resource], path: Shape | None) -> bool:
    """Say whether it is a read of records that are stored under the type itself."""
    action = {"member": "retrieve", "collection": "list"}.get(path or "")
    is_own = not (resource.singleton or resource.shows or resource.type_ in families())
    return is_own and action in resource.actions
