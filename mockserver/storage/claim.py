"""Conditions on a file that a storage is to use, and the words in which it is refused."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from mockserver.storage.base import StorageError
from mockserver.storage.lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path


def claim(path: Path) -> FileLock:
    """Lock a journal, which may not exist yet.

    Raises:
        FileInUseError: another process writes to it.
        StorageError: it is not a file, or its directory cannot be written.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            message = f"{path} is not a file."
            raise StorageError(message)
        return FileLock(path)
    except OSError as error:
        raise unusable(path, "opened", error) from error


def unusable(path: Path, done: str, error: OSError) -> StorageError:
    """Return the error that says what could not be done to the file, and why."""
    return StorageError(f"{path} cannot be {done}: {error.strerror or error}.")
