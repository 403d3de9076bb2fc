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
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

#: Lines that wait to be written; what is said beyond is dropped, and counted.
WAITING = 1000
#: Seconds that are left to lines at the end of the process.
PARTING = 1.0
#: Seconds for which lines that are made later are gathered, before they are written together.
GATHERING = 0.02

#: A line, or what makes it.
Line: TypeAlias = "str | Callable[[], str]"


def never_wait() -> None:
    """Have nothing that this process says hold it, from now to its end."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # None: it was closed from the start; without a descriptor, it is no real one.
        with suppress(AttributeError, OSError):
            setattr(sys, name, Outlet(stream.fileno(), stream))


def say_later(stream: TextIO, make: Callable[[], str]) -> None:
    """Write a line to a stream, made on the thread that writes where there is one of its own."""
    if isinstance(stream, Outlet):
        stream.write_later(make)
    else:
        print(make(), file=stream)


class Outlet(io.TextIOBase):
    """A text stream that takes everything at once, and drops what is never taken from it."""

    def __init__(self, descriptor: int, original: TextIO) -> None:
        """Write to a descriptor, in the way of the stream that it replaces."""
        original.flush()
        self._descriptor = descriptor
        self._original = original
        self._lines: deque[Line] = deque()
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
        """Treatment of characters that cannot be encoded."""
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

    def write_later(self, make: Callable[[], str]) -> None:
        """Take a line that is made once it is to be written; making it costs the caller nothing."""
        with self._changed:
            self._add(make)

    def _add(self, line: Line) -> None:
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
            lines = self._next(is_taken=is_taken)
            is_taken = self._put([line if isinstance(line, str) else _made(line) for line in lines])
            if not is_taken:
                with self._changed:
                    self._dropped += len(lines)

    def _next(self, *, is_taken: bool) -> list[Line]:
        """Return the next lines, which may tell of those that were dropped, once there are some.

        Those that are made later come together, as waking up for each costs more than the line.
        """
        with self._changed:
            told = self._await(is_taken=is_taken)
            is_hurried = bool(told) or isinstance(self._lines[0], str)
        if not is_hurried:
            Event().wait(GATHERING)
        with self._changed:
            taken = told or list(self._lines)
            if not told:
                self._lines.clear()
        return taken

    def _await(self, *, is_taken: bool) -> list[Line]:
        """Wait for lines; return what is to be said instead of the next ones, if anything is."""
        while not self._lines:
            if self._dropped and is_taken:
                self._dropped, dropped = 0, self._dropped
                return [f"mockserver: {dropped} lines were dropped here, as nobody took them"]
            self._is_writing = False
            self._changed.notify_all()
            self._changed.wait()
        self._is_writing = True
        return []

    def _put(self, lines: list[str]) -> bool:
        """Write, for as long as it takes; say whether it was taken: not if it is closed or full."""
        text = "".join(f"{line}{os.linesep}" for line in lines)
        rest = memoryview(text.encode(self.encoding, self.errors))
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


def _made(make: Callable[[], str]) -> str:
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - whatever it is, the next lines are to be written
        return f"mockserver: a line could not be made: {error!r}"
