"""Standard output and error of a server: whoever says something never waits until it is read.

A pipe that nobody reads takes some 64 KB and then holds whoever writes to it, for ever. So lines
are queued, and one thread that may be held writes them. It ends with the process.
"""

from __future__ import annotations

import atexit
import io
import os
import select
import sys
from collections import deque
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

#: Lines that wait to be written; what is said beyond is dropped, and counted.
WAITING = 1000
#: Seconds that are left to lines at the end of the process.
PARTING = 1.0


def never_wait() -> None:
    """Have nothing that this process says hold it, from now to its end."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # None: it was closed from the start; without a descriptor, it is no real one.
        with suppress(AttributeError, OSError):
            setattr(sys, name, Outlet(stream.fileno(), stream))


class Outlet(io.TextIOBase):
    """A text stream that takes everything at once, and drops what is never taken from it."""

    def __init__(self, descriptor: int, original: TextIO) -> None:
        """Write to a descriptor, in the way of the stream that it replaces."""
        original.flush()
        self._descriptor = descriptor
        self._original = original
        self._lines: deque[str] = deque()
        self._rest = ""
        self._dropped = 0
        self._is_writing = False
        self._thread: Thread | None = None
        self._changed = Condition()
        atexit.register(self._part)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute there, and None at times
        """The encoding of the stream that this replaces."""
        return self._original.encoding

    @property
    def errors(self) -> str:  # type: ignore[override]  # the same
        """What becomes of characters that cannot be encoded."""
        return self._original.errors or "backslashreplace"

    def fileno(self) -> int:
        """Return the descriptor that is written to."""
        return self._descriptor

    def isatty(self) -> bool:
        """Say whether a terminal shows it."""
        return self._original.isatty()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take a text, whose lines are written once they are complete."""
        if not isinstance(text, str):
            message = f"a text is written here, not {type(text).__name__}"
            raise TypeError(message)
        with self._changed:
            *lines, self._rest = (self._rest + text).split("\n")
            for line in lines:
                self._add(line)
        return len(text)

    def _add(self, line: str) -> None:
        if len(self._lines) >= WAITING:
            self._dropped += 1
            return
        self._lines.append(line)
        if self._thread is None:
            self._thread = Thread(target=self._run, name="output", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        is_taken = True
        while True:
            with self._changed:
                line = self._next(is_taken=is_taken)
            is_taken = self._put(line)
            if not is_taken:
                with self._changed:
                    self._dropped += 1

    def _next(self, *, is_taken: bool) -> str:
        """Return the next line, which may tell of those that were dropped, once there is one."""
        while not self._lines:
            if self._dropped and is_taken:
                self._dropped, dropped = 0, self._dropped
                return f"mockserver: {dropped} lines were dropped here, as nobody took them"
            self._is_writing = False
            self._changed.notify_all()
            self._changed.wait()
        self._is_writing = True
        return self._lines.popleft()

    def _put(self, line: str) -> bool:
        """Write, for as long as it takes; say whether it was taken: not if it is closed or full."""
        rest = memoryview(f"{line}{os.linesep}".encode(self.encoding, self.errors))
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError:
                return False
        return True

    def _part(self) -> None:
        """Wait for what is still to be written, but not for long."""
        with self._changed:
            if self._rest:
                self._add(self._rest)
                self._rest = ""
            self._changed.wait_for(lambda: not (self._lines or self._is_writing), PARTING)
