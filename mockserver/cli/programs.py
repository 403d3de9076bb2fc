"""The only place that asks the system about other programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROC = Path("/proc")
#: What Linux calls a program that has ended, and whose end nobody has asked for yet.
_ZOMBIE = "Z"


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
