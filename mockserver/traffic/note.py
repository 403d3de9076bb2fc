"""Notes of exchanges, taken while they are answered: what they say is for whoever looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple, Self

from mockserver.access import Access
from mockserver.traffic.exchange import Cut, Exchange, measured
from mockserver.traffic.head import Head
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import Route


class Note(NamedTuple):
    """One request of a known bearer and its answer, as they were; see ``Exchange``.

    Attributes:
        head: of the request.
        sent: its body.
        route: what its method and its path mean.
        access: who asks.
        moment: when it came in.
        request_id: of the ``X-Request-Id`` header.
        status: of the answer.
        headers: of the answer, in parts.
        answer: its body.
        started: on a clock that no test freezes.
        duration: seconds.
        over: whether the client was over its rate limit.
        reason: why it was refused.
        ignored: the conditions that were ignored.
        routed: whether there is anything at a path outside the API.
        cut: the measures of the bodies from before they were cut.
    """

    head: Head
    sent: bytes
    route: Route
    access: Access
    moment: float
    request_id: str
    status: int
    headers: Sequence[Iterable[tuple[str, str]]]
    answer: bytes
    started: float
    duration: float
    over: bool = False
    reason: str | None = None
    ignored: Sequence[tuple[str, str]] = ()
    routed: bool = True
    cut: Cut | None = None

    def bounded(self, limit: int) -> Self:
        """Return it without the bytes beyond the limit, which are not worth keeping."""
        if len(self.answer) <= limit and len(self.sent) <= limit:
            return self
        cut = measured(self.route, self.sent, self.answer)
        return self._replace(sent=self.sent[:limit], answer=self.answer[:limit], cut=cut)

    def exchange(self) -> Exchange:
        """Return the exchange that it is of."""
        head, access = self.head, self.access
        recorded = RecordedRequest(
            head.method,
            head.path,
            head.query,
            head.headers,
            self.sent,
            head.scheme,
            access.organization,
            access.mode,
            access.kind,
            access.application_id,
            access.owner,
            self.route,
        )
        return Exchange(
            recorded,
            self.moment,
            self.request_id,
            self.status,
            [*chain.from_iterable(self.headers)],
            self.answer,
            self.duration,
            routed=self.routed,
            started=self.started,
            over=self.over,
            reason=self.reason,
            ignored=self.ignored,
            _cut=self.cut,
        )
