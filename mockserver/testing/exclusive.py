"""One call at a time: neither a request nor a test ever sees half of what the other does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mockserver.control.parts import Json
from mockserver.control.timekeeping import ALL, Changing, awaited

if TYPE_CHECKING:
    from mockserver.control.plane import ControlPlane

T = TypeVar("T")


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
        def alone(*args: Any, **words: Any) -> Any:
            __tracebackhide__ = True  # of no interest to who reads why a test has failed
            with self._lock:
                return method(*args, **words)

        return alone


class ExclusiveClocks(Exclusive):
    """Clocks that wait for the lock, and hold it for a step at a time.

    On the way from one moment to another deliveries are waited for, whose receivers may ask the
    sandbox before they answer.
    """

    def set(self, body: Any, slug: str = ALL) -> Json:
        """Set clocks; see ``Clocks.set``."""
        return self._changed(self._inner.setting, body, slug)

    def advance(self, body: Any, slug: str = ALL) -> Json:
        """Advance clocks; see ``Clocks.advance``."""
        return self._changed(self._inner.advancing, body, slug)

    def _changed(self, begin: Callable[[Any, str], Changing], body: Any, slug: str) -> Json:
        __tracebackhide__ = True
        with self._lock:
            changing = begin(body, slug)
        return awaited(changing, self._lock)


def exclusive(inner: T, lock: RLock) -> T:
    """Return an object with the same methods, which wait for the lock."""
    return cast("T", Exclusive(inner, lock))


def exclusive_plane(plane: ControlPlane, lock: RLock) -> ControlPlane:
    """Return a control plane whose parts wait for the lock."""
    parts = {name: Exclusive(part, lock) for name, part in vars(plane).items()}
    parts["clocks"] = ExclusiveClocks(plane.clocks, lock)
    return cast("ControlPlane", SimpleNamespace(**parts))
