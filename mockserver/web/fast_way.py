"""The fast way of a read: one record, or a page of a list, joined from what is known of it already.

Listeners bring a request here before anything else is made of it. What is no such read, what
somebody would notice or has a say in, and whatever is amiss goes the other way, for which nothing
has been counted or drawn yet: so all that is refused and all that fails is answered in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from werkzeug.http import parse_etags
from werkzeug.sansio.utils import get_host

from mockserver.access import Access
from mockserver.clock import monotonic
from mockserver.effort import STEPS, Allowance
from mockserver.engine.permissions import Permissions
from mockserver.engine.rate_limits import RateLimiter, Standing, request_class
from mockserver.engine.reading import AuthorizedReader
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import RecordView
from mockserver.jsonapi.document import around_page
from mockserver.jsonapi.filters import all_there_is
from mockserver.jsonapi.fragments import Fragments, Shape, list_text, shape, single_text
from mockserver.jsonapi.plans import Plan, Plans, Wanted
from mockserver.jsonapi.query import Query
from mockserver.oauth.bearer import Acceptance
from mockserver.resources.registry import families, registry
from mockserver.resources.roles import Role
from mockserver.schema.members import Place
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Holding, Record
from mockserver.storage.conditions import both
from mockserver.traffic.fault_header import HEADER
from mockserver.traffic.head import Head
from mockserver.traffic.metrics import Metrics
from mockserver.traffic.note import Note
from mockserver.traffic.optional_headers import OptionalHeaders
from mockserver.traffic.route import Route, resolve
from mockserver.traffic.traffic import Traffic
from mockserver.web.gate import HOST, Gate, TokenVerifier, is_accepted
from mockserver.web.headers import (
    ALWAYS,
    MEDIA_TYPE,
    HeaderList,
    revalidation,
    surrounding,
    tag_of,
)
from mockserver.web.origins import Origins

FAULT = HEADER.lower()
#: The action that a read is, by what its path names.
READS: Mapping[str | None, str] = {"member": "retrieve", "collection": "list"}
#: What takes more work than this goes the other way, which counts it anew.
SOME_STEPS = STEPS // 20
#: How many hosts and bearers are known without looking at them again.
REMEMBERED = 2048


class Reply(NamedTuple):
    """The answer to a request.

    Attributes:
        status: 200 or 304.
        headers: its own.
        length: how long it is, which a listener says itself.
        surrounding: those that surround every answer.
        body: empty for 304.
    """

    status: int
    headers: HeaderList
    length: HeaderList
    surrounding: HeaderList
    body: bytes


class Written(NamedTuple):
    """Objects of a document, up to their meta, with what surrounds a page of them."""

    shape: Shape
    objects: Sequence[bytes]
    around: Mapping[str, Any] | None = None
    total: int = 1

    def text(self, meta: Mapping[str, str]) -> bytes:
        """Return the document."""
        closing = self.shape.closing(meta)
        if self.around is None:
            return single_text(self.objects[0], closing)
        return list_text(self.objects, closing, self.around)


class FastWay:
    """Answers the reads that may go it; see the module."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that surround a request
        self,
        gate: Gate,
        verifier: TokenVerifier,
        limiter: RateLimiter,
        traffic: Traffic,
        origins: Origins,
        optional: OptionalHeaders,
        metrics: Metrics,
    ) -> None:
        """Answer by the parts that the other way is answered by."""
        self._gate = gate
        self._verifier = verifier
        self._limiter = limiter
        self._traffic = traffic
        self._origins = origins
        self._optional = optional
        self._metrics = metrics
        self._plans = Plans(registry())
        self._fragments = Fragments()
        self._permitted: dict[str, tuple[Access, Record | None, Permissions]] = {}

    def answer(self, head: Head) -> Reply | None:
        """Return the answer to a request that goes this way; nothing for all others."""
        if head.method != "GET" or self._is_noticed(head):
            return None
        route = resolve(head.method, head.path)
        if route.resource is None or not _is_read(route.resource, route.shape):
            return None
        try:
            with Allowance(SOME_STEPS):
                return self._answer(head, route, route.resource)
        except Exception:  # noqa: BLE001 - the other way says what is wrong, and logs what is ours
            return None

    def _is_noticed(self, head: Head) -> bool:
        """Say whether anything is set that has a say in the request, or FAULT asks for it."""
        return bool(
            self._traffic.intervenes
            or FAULT in head.headers
            or self._origins.are_limited
            or self._limiter.enforced
        )

    def _answer(self, head: Head, route: Route, resource: type[Resource]) -> Reply | None:
        began = monotonic()
        base_url, slug = self._host(head.scheme, head.headers["host"])
        token = _bearer_token(head.headers["authorization"])
        accepted = self._verifier.accept(token)
        sandbox, access = accepted.sandbox, accepted.access
        if not (
            slug in (None, access.organization)
            and is_accepted(head.headers.get("accept", ""))
            and sandbox.job_queue.next_due > accepted.moment
        ):
            return None
        reader = AuthorizedReader(sandbox, self._permissions(token, accepted))
        read = self._retrieve if route.id else self._list
        written = read(head, route, resource, reader, base_url)
        return written and self._reply(head, route, resource, accepted, written, began)

    # --- what is read ----------------------------------------------------------------------------

    def _retrieve(
        self,
        head: Head,
        route: Route,
        resource: type[Resource],
        reader: AuthorizedReader,
        base_url: str,
    ) -> Written | None:
        """``GET /api/{type}/{id}``."""
        query = self._plan(head, resource, "single", reader).query
        if query.include:
            return None
        allowed = reader.permissions.require(resource, "read")
        record = _held(reader.engine).held(resource.type_, route.id or "")
        if record is None:
            return None
        reader.require(resource.type_, record, "read", allowed)
        return self._written(resource, [record], query, "read", reader, base_url)

    def _list(
        self,
        head: Head,
        _: Route,
        resource: type[Resource],
        reader: AuthorizedReader,
        base_url: str,
    ) -> Written | None:
        """``GET /api/{type}``."""
        plan = self._plan(head, resource, "page", reader)
        query = plan.query
        if query.include or query.scopes:
            return None
        type_, visible = resource.type_, reader.permissions.require(resource, "read", lists=True)
        wanted = both(visible, query.condition)
        records, total = _held(reader.engine).held_page(
            type_, wanted, query.order, query.offset, query.size
        )
        written = self._written(resource, records, query, "among", reader, base_url)
        link = plan.link(f"{base_url}/api/{type_}")
        return written._replace(around=around_page(query, total, link), total=total)

    def _written(  # noqa: PLR0913, PLR0917 - what a document is made of
        self,
        resource: type[Resource],
        records: Sequence[Record],
        query: Query,
        place: Place,
        reader: AuthorizedReader,
        base_url: str,
    ) -> Written:
        shown = shape(resource, place, query.fields.get(resource.type_), base_url)
        view = RecordView(reader.engine, reader.permissions.access, base_url)
        if shown.holes and place == "among":
            view = view.of_page([(resource.type_, record) for record in records])
        text = self._fragments.text
        return Written(shown, [text(shown, record, view) for record in records])

    # --- what is known ---------------------------------------------------------------------------

    def _plan(
        self, head: Head, resource: type[Resource], wanted: Wanted, reader: AuthorizedReader
    ) -> Plan:
        """Return the plan of the query: who sees less than all may not filter by the rest."""
        permissions, number = reader.permissions, reader.engine.number
        is_limited = permissions.access.is_sales_channel
        visible = permissions.visible if is_limited else all_there_is
        return self._plans.plan(resource, wanted, _ascii(head.query), number, visible)

    def _permissions(self, token: str, accepted: Acceptance) -> Permissions:
        """Return the permissions of a bearer, kept as long as its role is the one that is stored.

        Those of a scope follow from what else is stored, and are found out each time.
        """
        sandbox, access = accepted.sandbox, accepted.access
        if access.is_sales_channel or access.market_ids is not None:
            return sandbox.permissions(access)
        role = _held(sandbox).held(Role.type_, access.role_id) if access.role_id else None
        known = self._permitted.get(token)
        if known is None or known[0] is not access or known[1] is not role:
            if len(self._permitted) >= REMEMBERED:
                self._permitted.clear()
            known = self._permitted[token] = (access, role, sandbox.permissions(access))
        return known[2]

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019 - there is one for each server
    def _host(self, scheme: str, sent: str) -> tuple[str, str | None]:
        """Return the base URL of a host that a request names, and the organization in it.

        Raises:
            ValueError: it is none.
        """
        host = get_host(scheme, sent)
        if not HOST.fullmatch(host):
            raise ValueError(sent)
        return f"{scheme}://{host}", self._gate.slug_of(host)

    # --- the answer ------------------------------------------------------------------------------

    def _reply(  # noqa: PLR0913, PLR0917 - what an answer is made of
        self,
        head: Head,
        route: Route,
        resource: type[Resource],
        accepted: Acceptance,
        written: Written,
        began: float,
    ) -> Reply:
        """Count the request, and answer it: from here on nothing can be amiss."""
        sandbox = accepted.sandbox
        tag = tag_of(written.text(sandbox.meta("")))
        headers = revalidation(tag, cacheable=resource.cacheable)
        condition = head.headers.get("if-none-match")
        is_known = condition is not None and parse_etags(condition).contains_weak(tag)
        request_id = self._gate.request_ids.uuid()
        standing = self._count(head, route, resource, accepted)
        meta = sandbox.meta(sandbox.traces.hex(64))
        body = b"" if is_known else written.text(meta)
        status = 304 if is_known else 200
        length: HeaderList = []
        if not is_known:
            headers = [("Content-Type", MEDIA_TYPE), *headers]
            length = [("Content-Length", str(len(body)))]
        strict = self._optional.hsts and head.scheme == "https"
        around = surrounding(ALWAYS, request_id, standing, strict=strict)
        if self._traffic.journal.on:
            note = Note(
                head,
                b"",
                route,
                accepted.access,
                accepted.moment,
                request_id,
                status,
                (headers, length, around),
                body,
                began,
                monotonic() - began,
                standing.over,
            )
            self._traffic.journal.note(note)
        self._metrics.count(head.method, status)
        return Reply(status, headers, length, around, body)

    def _count(
        self, head: Head, route: Route, resource: type[Resource], accepted: Acceptance
    ) -> Standing:
        access = accepted.access
        return self._limiter.count(
            f"{access.organization} {self._gate.client(head)}",
            request_class(head.method, resource),
            route.segments[0],
            access.mode,
            accepted.moment,
        )


@lru_cache(maxsize=REMEMBERED)
def _is_read(resource: type[Resource], shape: str | None) -> bool:
    """Say whether it is a read of records that are stored under the type itself."""
    is_own = not (resource.singleton or resource.shows or resource.type_ in families())
    return is_own and READS.get(shape) in resource.actions


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise ValueError(scheme)
    return token.strip()


def _ascii(text: str) -> str:
    """Return a query that is sent as it should be."""
    text.encode("ascii")
    return text


def _held(sandbox: RecordEngine) -> Holding:
    """Return the records of a sandbox, as they are held.

    Raises:
        TypeError: the storage lends none.
    """
    partition = sandbox.partition
    if not _lends(type(partition)):
        raise TypeError(type(partition))
    return partition  # type: ignore[return-value]  # it has just been looked at


@lru_cache(maxsize=REMEMBERED)
def _lends(partition: type) -> bool:
    return issubclass(partition, Holding)
