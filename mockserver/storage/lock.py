"""The claim of one process on a file: two mock servers must never write to the same one."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from mockserver.storage.base import FileInUseError

if TYPE_CHECKING:
    from pathlib import Path

#: Windows locks bytes, and nobody else can read those: this one is behind the text.
LOCKED_BYTE = 1 << 20


class FileLock:
    """A lock file beside the guarded one, which can therefore be replaced while it is held.

    The system releases it when the process ends, however it ends; what stays is an empty claim.
    """

    def __init__(self, guarded: Path) -> None:
        """Claim the file.

        Raises:
            FileInUseError: somebody else holds it, another storage of this process included.
            OSError: the directory is missing or not writable.
        """
        self._guarded = guarded
        self._path = guarded.with_name(f"{guarded.name}.lock")
        self._descriptor = self._claimed()

    def release(self) -> None:
        """Give the file up, and remove the lock file."""
        if sys.platform == "win32":
            os.close(self._descriptor)
            with suppress(OSError):  # claimed by the next one already
                self._path.unlink()
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)

    def _claimed(self) -> int:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(descriptor)
                if self._is_current(descriptor):
                    os.ftruncate(descriptor, 0)
                    os.write(descriptor, b"%d\n" % os.getpid())
                    return descriptor
            except BlockingIOError as error:
                raise self._refusal(descriptor) from error
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _is_current(self, descriptor: int) -> bool:
        """Say whether the file locked is still the one of that name: its holder removes it."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _refusal(self, descriptor: int) -> FileInUseError:
        os.lseek(descriptor, 0, os.SEEK_SET)
        pid = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        holder = f" (pid {pid})" if pid else ""
        return FileInUseError(f"{self._guarded} is in use by another mockserver{holder}.")


def _lock(descriptor: int) -> None:
    """Lock an open file, or raise ``BlockingIOError`` when somebody holds it."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists there only

        os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
