"""Limit on the work of one request, counted where it grows faster than the request itself.

One thread answers all requests. What is short to send and long to do, a thousand conditions on a
hundred thousand records or a pattern against megabytes of text, is paid for in steps, a tenth of
a microsecond or so each; a request that has spent all of its own is refused. What no request
waits for, jobs and seeding and the Python interface, pays nothing.
"""

from __future__ import annotations

import threading

from mockserver.errors import refusal

#: The steps of one request: one to three seconds.
STEPS = 20_000_000
UNBOUNDED = float("inf")
EXCESS = (
    f"The request takes more than {STEPS} steps of work, such as conditions times records or "
    "letters of a pattern times letters of a text: ask for less at once"
)


class _Purse(threading.local):
    """Steps that the request which this thread answers may still spend."""

    left: float = UNBOUNDED


_PURSE = _Purse()


class Allowance:
    """Lets what is done within a ``with`` spend so many steps."""

    __slots__ = ("_before", "_steps", "spent")

    def __init__(self, steps: float) -> None:
        """Allow these steps, which the thread gets when it begins."""
        self._steps = steps
        self._before = UNBOUNDED
        #: How many of them it has taken in the end.
        self.spent: float = 0

    def __enter__(self) -> None:
        """Begin."""
        self._before, _PURSE.left = _PURSE.left, self._steps

    def __exit__(self, *_: object) -> None:
        """Go back to what was allowed before, of which nothing has been spent."""
        self.spent = self._steps - max(_PURSE.left, 0)
        _PURSE.left = self._before


def bounded() -> Allowance:
    """Let what is done within spend the steps of one request."""
    return Allowance(STEPS)


def unbounded() -> Allowance:
    """Let what is done within, a job for instance, spend what it takes."""
    return Allowance(UNBOUNDED)


def spend(steps: float) -> None:
    """Pay for work before it is done.

    Raises:
        Refusal: 400, there are not so many steps left.
    """
    _PURSE.left -= steps
    if _PURSE.left < 0:
        raise refusal("BAD_REQUEST", reason=EXCESS)
