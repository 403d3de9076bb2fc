"""Rate limits: sliding windows per client address, with the real numbers (conventions.md §14)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from threading import Lock

from mockserver.access import Mode
from mockserver.late_dataclass import dataclass
from mockserver.schema.vocabulary import Resource


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds, by mode."""

    live: int
    test: int
    seconds: int

    def of(self, mode: Mode) -> int:
        """Return the number for a mode."""
        return self.live if mode == "live" else self.test


@dataclass(frozen=True, slots=True)
class RequestClass:
    """The limits of one class of requests: on average over the class, in a burst per endpoint."""

    average: Limit
    burst: Limit | None = None


UNCACHEABLE = RequestClass(Limit(200, 100, 60), Limit(50, 25, 10))
CLASSES: Mapping[str, RequestClass] = {
    "token": RequestClass(Limit(30, 30, 60)),
    "cacheable": RequestClass(Limit(1000, 500, 60), Limit(250, 125, 10)),
    "uncacheable": UNCACHEABLE,
    "write": UNCACHEABLE,
}
MAXIMUM_WINDOWS = 50_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands after a request, as the response headers tell (average limit).

    Attributes:
        limit: so many requests
        interval: in so many seconds.
        remaining: how many of them are left.
        exceeded: whether the request is to be refused.
        over: whether it would be, if limits were enforced.
    """

    limit: int
    interval: int
    remaining: int
    exceeded: bool
    over: bool = False


class RateLimiter:
    """Counts the requests of every client address.

    Attributes:
        enforced: whether exceeding a limit is reported; counting goes on either way.
        scale: what the numbers are multiplied with.
    """

    def __init__(self, *, enforced: bool = False, scale: float = 1.0) -> None:
        """Start with no request counted."""
        self.enforced = enforced
        self.scale = scale
        self._windows: dict[tuple[str, ...], deque[float]] = {}
        self._lock = Lock()

    def count(self, client: str, class_: str, endpoint: str, mode: Mode, now: float) -> Standing:
        """Count one request and return where the client stands.

        A refused request counts too: the client is blocked until its rate falls below the limit.

        Args:
            client: the address.
            class_: a key of ``CLASSES``.
            endpoint: the first path segment after ``/api/``, for bursts.
            mode: of the token, which chooses the numbers.
            now: seconds since the epoch.
        """
        limits = CLASSES[class_]
        allowed = int(limits.average.of(mode) * self.scale)
        with self._lock:
            used = self._used((client, class_, mode), limits.average.seconds, allowed, now)
            exceeded = used > allowed
            if limits.burst:
                key = (client, class_, mode, endpoint)
                peak = int(limits.burst.of(mode) * self.scale)
                exceeded |= self._used(key, limits.burst.seconds, peak, now) > peak
        remaining = max(allowed - used, 0)
        refused = exceeded and self.enforced
        return Standing(allowed, limits.average.seconds, remaining, refused, over=exceeded)

    def clear(self, prefix: str = "") -> None:
        """Forget every request, or those of the clients whose names begin so."""
        with self._lock:
            others = {k: w for k, w in self._windows.items() if not k[0].startswith(prefix)}
            self._windows = others

    def _used(self, key: tuple[str, ...], seconds: int, allowed: int, now: float) -> int:
        """Count a request; one more than allowed is as far as a window needs to see."""
        window = self._windows.get(key)
        if window is None or window.maxlen != allowed + 1:
            if len(self._windows) >= MAXIMUM_WINDOWS:
                # The oldest one alone: tests that run elsewhere must not notice.
                del self._windows[next(iter(self._windows))]
            window = self._windows[key] = deque(maxlen=allowed + 1)
        horizon = now - seconds
        while window and window[0] <= horizon:
            window.popleft()
        # A clock that was set back leaves requests of the future behind.
        while window and window[-1] > now:
            window.pop()
        window.append(now)
        return len(window)


def request_class(method: str, resource: type[Resource] | None) -> str:
    """Return the class of a request to the API, by the type its path begins with."""
    if method not in ("GET", "HEAD"):
        return "write"
    return "cacheable" if resource and resource.cacheable else "uncacheable"
