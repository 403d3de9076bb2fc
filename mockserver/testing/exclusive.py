"""One call at a time: neither a request nor a test ever sees half of what the other does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from threading import RLock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mockserver.control.clocks import ALL, awaited
from mockserver.control.components import Json
from mockserver.errors import Refusal
from mockserver.oauth.errors import OAuthError
from mockserver.testing.results import Result, plain, result

if TYPE_CHECKING:
    from mockserver.control.control_plane import ControlPlane

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

T = TypeVar("T")
#: What is raised on purpose, and complete without a traceback.
REFUSALS = frozenset({LookupError, OAuthError, Refusal, ValueError})


class Exclusive:
    """An object whose methods wait for the lock."""

    def __init__(self, inner: Any, lock: RLock) -> None:
        """Guard the object."""
        self._inner = inner
        self._lock = lock

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method that holds the lock while it runs."""
        method: Callable[..., Any] = getattr(self._inner, name)

        @wraps(method)
        def exclusively(*args: Any, **words: Any) -> Any:
            try:
                with self._lock:
                    return result(method(*plain(args), **plain(words)))
            except Exception as error:
                if type(error) in REFUSALS:
                    # Where in the engine it was raised says nothing to who has asked.
                    raise error.with_traceback(None) from error.__cause__
                raise

        return exclusively

    def __dir__(self) -> Iterable[str]:
        """Return the methods, for who completes a name."""
        return [name for name in dir(self._inner) if not name.startswith("_")]


class ExclusiveClocks(Exclusive):
    """Clocks that wait for the lock, and hold it for a step at a time.

    On the way from one moment to another deliveries are waited for, whose receivers may ask the
    sandbox before they answer.
    """

    def set(self, body: Any, slug: str = ALL) -> Json:
        """Set clocks; see ``ClockControl.set``."""
        return self._changed("setting", body, slug)

    def advance(self, body: Any, slug: str = ALL) -> Json:
        """Advance clocks; see ``ClockControl.advance``."""
        return self._changed("advancing", body, slug)

    def _changed(self, name: str, body: Any, slug: str) -> Json:
        return Result(awaited(getattr(self, name)(body, slug), self._lock))


def exclusive(inner: T, lock: RLock) -> T:
    """Return an object with the same methods, which wait for the lock."""
    return cast("T", Exclusive(inner, lock))


def exclusive_plane(plane: ControlPlane, lock: RLock) -> ControlPlane:
    """Return a control plane whose parts wait for the lock."""
    parts = {name: Exclusive(part, lock) for name, part in vars(plane).items()}
    parts["clocks"] = ExclusiveClocks(plane.clocks, lock)
    return cast("ControlPlane", SimpleNamespace(**parts))
