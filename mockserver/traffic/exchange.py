"""The exchange: one request and its answer, as the journal keeps and shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mockserver.clock import timestamp
from mockserver.late_dataclass import dataclass
from mockserver.traffic.advice import Advice, Evidence, advise, record_count
from mockserver.traffic.masking import (
    masked,
    masked_body,
    masked_form,
    masked_headers,
    masked_path,
    masked_url,
)
from mockserver.traffic.near_misses import NearMiss, ignored, near_miss
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import Route

OK = 200

Headers = Sequence[tuple[str, str]]


class Cut(NamedTuple):
    """The measures of the whole bodies of an exchange, from before they were cut."""

    request_size: int
    response_size: int
    #: How many records match, for a list.
    total: int


def measured(route: Route, sent: bytes, answer: bytes) -> Cut:
    """Return the measures of the bodies of a request with this route."""
    total = record_count(answer) if route.action == "list" else 0
    return Cut(len(sent), len(answer), total)


@dataclass(eq=False, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        recorded: the request.
        moment: when it came in, in seconds since the epoch by the organization's clock.
        request_id: of the ``X-Request-Id`` header.
        status: of the answer; ``None`` when the request was not carried out nor answered.
        headers: of the answer.
        body: of the answer, bounded once it is kept.
        duration: seconds, deliberate delays included.
        delivered: whether a whole answer was sent.
        fault: the id of the fault that struck.
        stub: the id of the stub that answered.
        genuine: whether the sandbox itself answered, neither a fault nor a stub.
        routed: whether there is anything at a path outside the API.
        started: seconds on a clock that no test freezes.
        over: whether the client was over its rate limit, enforced or not.
        reason: why it was refused, where a body does not say so.
        ignored: the type and the key of each condition that was ignored (conventions.md §13.4).
        similar: how many different requests of its kind the application had just made; ``None``
            until the journal notices.
        id: counts up from 1; given by the journal.
    """

    recorded: RecordedRequest
    moment: float
    request_id: str
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    duration: float = 0.0
    delivered: bool = True
    fault: str | None = None
    stub: str | None = None
    genuine: bool = True
    routed: bool = True
    started: float = 0.0
    over: bool = False
    reason: str | None = None
    ignored: Sequence[tuple[str, str]] = ()
    similar: int | None = None
    id: int = 0
    _cut: Cut | None = None
    _looked: tuple[NearMiss | None] | None = None

    @property
    def at(self) -> str:
        """When it came in, as the API serializes it."""
        return timestamp(datetime.fromtimestamp(self.moment, UTC))

    @property
    def near_miss(self) -> NearMiss | None:
        """The name in the request that the API does not know, with the nearest that it does."""
        if self._looked is None:
            self._looked = (self._found() if self.genuine else None,)
        return self._looked[0]

    def _found(self) -> NearMiss | None:
        headers = dict(self.headers)
        if self.ignored and self.status == OK:
            return ignored(*self.ignored[0])
        return near_miss(self.recorded, self.status, self.body, headers, routed=self.routed)

    @property
    def advice(self) -> Sequence[Advice]:
        """The objections of the real service."""
        evidence = Evidence(self.over, self.similar or 1, self.cut.total, self.ignored, self.reason)
        return advise(self.recorded, self.status, evidence)

    @property
    def cut(self) -> Cut:
        """The measures of the whole bodies."""
        return self._cut or self._measured()

    def _measured(self) -> Cut:
        return measured(self.recorded.route, self.recorded.body, self.body)

    def bound(self, limit: int) -> None:
        """Let go of what is not worth keeping."""
        if self.recorded.body or len(self.body) > limit:
            self._cut = self.cut
            self.recorded.bound(limit)
            self.body = self.body[:limit]

    def serialized(self) -> dict[str, Any]:
        """Return the exchange as JSON, secrets masked."""
        recorded = self.recorded
        return {
            "id": self.id,
            "request_id": self.request_id,
            "at": self.at,
            "organization": recorded.organization,
            "mode": recorded.mode,
            "application": {"id": recorded.application, "kind": recorded.kind}
            if recorded.kind
            else None,
            "owner": {"type": recorded.owner.type, "id": recorded.owner.id}
            if recorded.owner
            else None,
            "type": masked(recorded.type),
            "action": recorded.action,
            "request": self._request(),
            "response": self._response(),
            "delivered": self.delivered,
            "duration_ms": round(self.duration * 1000, 3),
            "fault": self.fault,
            "stub": self.stub,
            "reason": masked(self.reason),
            "unmatched": masked(asdict(self.near_miss)) if self.near_miss else None,
            "advice": [asdict(advice) for advice in self.advice],
        }

    def _request(self) -> dict[str, Any]:
        recorded, code = self.recorded, self.is_oauth
        return {
            "method": recorded.method,
            "url": masked_url(recorded.url, code=code),
            "path": masked_path(recorded.path),
            "query": masked_form(recorded.query, code=code),
            "headers": as_object(masked_headers(recorded.headers.items())),
            **_serialized_body(recorded.body, self.cut.request_size, code=code),
        }

    def _response(self) -> dict[str, Any] | None:
        if self.status is None:
            return None
        return {
            "status": self.status,
            "headers": as_object(masked_headers(self.headers)),
            **_serialized_body(self.body, self.cut.response_size, code=False),
        }

    @property
    def is_oauth(self) -> bool:
        """Whether a parameter called ``code`` is an authorization code."""
        return self.recorded.route.place == "oauth"


def _serialized_body(body: bytes, size: int, *, code: bool) -> dict[str, Any]:
    cut = len(body) < size
    return {"body": masked_body(body, code=code), "size": size, "truncated": cut}


def as_object(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name, those that are repeated joined as HTTP joins them."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
