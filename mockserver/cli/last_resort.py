"""A way to end a server that does not end by itself: somebody has asked it to twice."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds that are left to whatever is going on, a last write for instance.
GRACE = 2.0
STATUS = 1


class LastResort:
    """Ends the process, whatever its threads are at; what is stored survives that as any crash.

    Attributes:
        before: what is done first.
    """

    def __init__(self) -> None:
        """Do nothing yet."""
        self.before: Callable[[], object] = lambda: None
        self._timer: threading.Timer | None = None

    def arm(self, *_: object) -> None:
        """End the process soon, unless it ends by itself; again does nothing."""
        if self._timer is None:
            self._timer = threading.Timer(GRACE, self._end)
            self._timer.daemon = True
            self._timer.start()

    def _end(self) -> None:
        try:
            self.before()
        finally:
            os._exit(STATUS)
