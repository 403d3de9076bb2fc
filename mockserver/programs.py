"""The only place that asks the system about other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mockserver.late_dataclass import dataclass

_PROC = Path("/proc")
#: What Linux calls a program that has ended, and whose end nobody has asked for yet.
_ZOMBIE = "Z"
_TABLES = (_PROC / "net" / "tcp", _PROC / "net" / "tcp6")
#: How the tables call a socket that listens.
_LISTEN = "0A"
#: How much of a command is shown.
_SHOWN = 100


def is_alive(pid: int) -> bool:
    """Say whether a program runs; where the system cannot be asked, it does."""
    if sys.platform == "win32" or pid <= 0:  # where a signal ends it, whichever
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return _state(pid) != _ZOMBIE


def _state(pid: int) -> str:
    try:
        # Behind the name, which stands in parentheses and may have any characters.
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError, IndexError):
        return ""


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that listens on a port.

    Attributes:
        pid: of it; ``None``: it is another user's, who alone can see that.
        command: what it was started with.
    """

    pid: int | None
    command: str = ""

    def __str__(self) -> str:
        """Return who it is, in words."""
        if self.pid is None:
            return "a program of another user"
        command = self.command
        shown = command if len(command) <= _SHOWN else f"{command[:_SHOWN]}…"
        return f"pid {self.pid} ({shown})" if shown else f"pid {self.pid}"


def holder_of(port: int) -> Holder | None:
    """Return who listens on a TCP port; ``None`` where nobody does, or the system does not say."""
    inodes = {inode for table in _TABLES for inode in _listening(table, port)}
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and wanted & set(_open(entry)):
            return Holder(int(entry.name), _command(entry))
    return Holder(None)


def _listening(table: Path, port: int) -> Iterator[str]:
    """Yield the inodes of the sockets that listen on a port (proc(5), /proc/net/tcp)."""
    with suppress(OSError):
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(descriptor.readlink())


def _command(process: Path) -> str:
    with suppress(OSError):
        words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        return " ".join(word.decode("utf-8", "replace") for word in words)
    return ""
