"""The context of one request on its way through: what each step finds out, for those after it."""

from __future__ import annotations

from dataclasses import field

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.engine.rate_limits import Standing
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.late_dataclass import dataclass
from mockserver.traffic.effects import NO_EFFECT, FaultEffect
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import Route


@dataclass(slots=True)
class Interception:
    """One request while it is answered.

    Attributes:
        recorded: the request.
        clock: what times it.
        effect: of the fault that struck.
        fault: its id.
        stub: the id of the stub that answered.
        delay: seconds to wait before the answer.
    """

    recorded: RecordedRequest
    clock: Clock
    effect: FaultEffect = field(default=NO_EFFECT)
    fault: str | None = None
    stub: str | None = None
    delay: float = 0.0


@dataclass(slots=True)
class RequestContext:
    """One request on its way through.

    Attributes:
        request_id: of the response header and the log.
        route: what its method and its path mean.
        standing: where the client stands with its rate limit, for requests that have one.
        access: what the token says, or why it is refused.
        sandbox: where the token is good, for a request that has one that is.
        moment: when it was counted, in seconds since the epoch by its organization's clock.
        headers: of the answer, beside those of what answered.
        interception: what faults and the journal know of it, where there are any.
        why: the reason of its refusal, which is in no body.
        ignored: the type and the key of each condition that was ignored (conventions.md §13.4).
        started: for its duration.
    """

    request_id: str
    route: Route
    standing: Standing | None = None
    access: Access | Refusal | None = None
    sandbox: Sandbox | None = None
    moment: float | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    interception: Interception | None = None
    why: str | None = None
    ignored: tuple[tuple[str, str], ...] = ()
    started: float = 0.0
