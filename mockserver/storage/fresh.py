"""Fresh file: written beside a journal, it takes its place at once."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Bytes that are copied at a time.
PIECE = 1 << 20


def fresh_path(path: Path) -> Path:
    """Return where what is to replace a file is written."""
    return path.with_name(f"{path.name}.new")


class FreshFile:
    """A file with the access rights of another one, removed unless it takes its place."""

    def __init__(self, path: Path) -> None:
        """Begin one that is to replace the file at this path.

        Raises:
            OSError: it cannot be made; so with every method that writes.
        """
        self._path = path
        self._own = fresh_path(path)
        self._file: BinaryIO = self._own.open("wb")
        self._copy_access()

    def __enter__(self) -> Self:
        """Have it removed at the end if it has not taken its place."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what is left of it."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._own.unlink(missing_ok=True)

    def write(self, lines: Iterable[bytes]) -> None:
        """Add lines."""
        self._file.writelines(lines)

    def copy(self, begin: int, end: int) -> None:
        """Add these bytes of the file that is to be replaced."""
        with self._path.open("rb") as source:
            source.seek(begin)
            while begin < end:
                piece = source.read(min(PIECE, end - begin))
                if not piece:
                    message = f"it ends at {begin} instead of {end}"
                    raise OSError(message)
                self._file.write(piece)
                begin += len(piece)

    def sync(self) -> None:
        """Wait until the disk has what was added."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self) -> int:
        """Add nothing more, and return its size."""
        self._file.flush()
        size = self._file.tell()
        self._file.close()
        return size

    def take_place(self) -> None:
        """Replace the file, which Windows allows for closed ones only."""
        self._own.replace(self._path)

    def _copy_access(self) -> None:
        shutil.copymode(self._path, self._own)
        if sys.platform != "win32":
            now = self._path.stat()
            with suppress(PermissionError):
                os.chown(self._own, now.st_uid, now.st_gid)


def sync_directory(directory: Path) -> None:
    """Make sure that the new name of a file survives a power cut, where the system can."""
    if sys.platform != "win32":
        with suppress(OSError):
            descriptor = os.open(directory, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
