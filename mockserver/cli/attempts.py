"""The only place that knows of starts under way: who waits for a server learns why it never comes.

A start leaves a note beside what the server will say once it is ready: its ready file, and its
entry in the data directory. The note goes when the server is ready; what is left of a start that
failed says why.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from mockserver.late_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attempt:
    """A start.

    Attributes:
        pid: of who starts.
        failure: why it has failed, in one line; ``None``: it has not, or could not say so.
    """

    pid: int
    failure: str | None = None

    @property
    def end(self) -> str | None:
        """Why nothing comes of it; ``None`` while something may."""
        from mockserver.programs import is_alive  # noqa: PLC0415 - only for who waits

        if self.failure is None and not is_alive(self.pid):
            return f"it has ended before it was ready (pid {self.pid})"
        return self.failure


def place(announced: Path) -> Path:
    """Return where the note of a start is, by where the server says that it is ready."""
    return announced.with_name(f".{announced.name}.start")


def note(places: Iterable[Path], failure: str | None = None) -> None:
    """Note that this process starts a server, or why it could not; where nobody can, nobody does.

    Args:
        places: where the server says that it is ready.
        failure: why it never will.
    """
    text = json.dumps(asdict(Attempt(os.getpid(), failure)))
    for announced in places:
        path = place(announced)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            draft.write_text(text)
            draft.replace(path)


def forget(places: Iterable[Path]) -> None:
    """Remove the notes: the server is ready, or somebody has read why it is not."""
    for announced in places:
        with suppress(OSError):
            place(announced).unlink(missing_ok=True)


def read(announced: Path) -> Attempt | None:
    """Return the note on the start of a server; ``None`` where there is none."""
    try:
        document = json.loads(place(announced).read_bytes())
        return Attempt(int(document["pid"]), document["failure"])
    except (OSError, ValueError, TypeError, LookupError):
        return None
