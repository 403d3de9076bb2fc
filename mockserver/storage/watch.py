"""Watch of a file while it is open: whether it is still there, the same, and whole."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from mockserver.storage.base import StorageError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class Watch:
    """Looks after one open file, and says in the log what happens to it: once, not each time."""

    def __init__(self, path: Path) -> None:
        """Watch the file that this path leads to."""
        self._path = path
        self._identity: tuple[int, int] | None = None
        self._told: str | None = None

    def begin(self, descriptor: int) -> None:
        """Take what is open here for the file."""
        self._identity = _identity(os.fstat(descriptor))

    def loss(self, size: int) -> str | None:
        """Describe the damage to the file; ``None`` when it is as it was left, of this size."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return f"{self._path} is gone: it was removed while it was in use."
        except OSError as error:
            return f"{self._path} cannot be looked at: {error.strerror}."
        if _identity(found) != self._identity:
            return f"{self._path} is another file: it was replaced while it was in use."
        if found.st_size != size:
            change = f"it has {found.st_size} bytes instead of {size}"
            return f"{self._path} was changed while it was in use: {change}."
        return None

    def trouble(self, message: str) -> StorageError:
        """Return the error with this message, which the log tells unless it has just done so."""
        if message != self._told:
            log.error(message)
            self._told = message
        return StorageError(message)

    def well(self) -> None:
        """Note that it was written to; the log tells if it could not be before."""
        if self._told:
            log.warning("%s is written again.", self._path)
            self._told = None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
