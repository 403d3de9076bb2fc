"""The journal file: a line for each transaction, with its checksum, only ever appended to.

A line is the CRC-32 of what follows in eight hexadecimal digits, one space, and JSON. It is written
in one call, so a process that is killed leaves all of it or a last line without an end, which
nobody was promised and which the next reader cuts off. Anything else that does not read is damage,
and an error: what follows it must not be lost in silence.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson

from mockserver.storage.base import StorageError
from mockserver.storage.claim import claim, unusable
from mockserver.storage.fresh import FreshFile, fresh_path, sync_directory
from mockserver.storage.watch import Watch

FORMAT = "mockserver journal"
VERSION = 1
#: The longest first line that is looked at: a file that is not ours may have no second one.
FIRST_LINE = 4096
#: Whatever is not JSON by itself is refused rather than changed on the way.
STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
CLOSED = -1
BINARY: int = getattr(os, "O_BINARY", 0)
REPAIR = "mockserver repair"

Apply = Callable[[Any], None]


def encode(content: Any) -> bytes:
    """Return the line that holds the content; ``TypeError`` when it is not JSON."""
    text = orjson.dumps(content, option=STRICT)
    return b"%08x %b\n" % (zlib.crc32(text), text)


def decode(line: bytes) -> Any:
    """Return the content of a line; ``ValueError`` when it is not as it was written."""
    text = line[9:-1]
    if line[:9] != b"%08x " % zlib.crc32(text) or not line.endswith(b"\n"):
        message = "checksum"
        raise ValueError(message)
    return orjson.loads(text)


HEADER = encode(
    {
        "format": FORMAT,
        "version": VERSION,
        "lines": "CRC-32 of the rest, space, transaction: {table: {id: record, or null: removed}}",
    }
)


def is_cut(line: bytes) -> bool:
    """Say whether a line that does not read was cut short, rather than damaged at its end."""
    if line.endswith(b"\n"):
        return False
    try:
        decode(line[:-1] + b"\n")
    except ValueError:
        return True
    return False


def is_beheaded(first: bytes) -> bool:
    """Say whether a first line is what a cut has left of a journal, with all that came after it."""
    return bool(first) and first != HEADER and HEADER.startswith(first)


def has_header(path: Path, file: IO[bytes]) -> bool:
    """Read the first line; return false when the file is empty: a new one.

    Raises:
        StorageError: the file is not a journal, one of another version, or damaged.
    """
    first = file.readline(FIRST_LINE)
    if not first:
        return False
    if is_beheaded(first):
        raise damaged(path, 1)
    try:
        header = decode(first)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise _not_ours(path, file)
    if header["version"] != VERSION:
        message = f"{path} has format {header['version']}, this mockserver reads {VERSION} only."
        raise StorageError(message)
    return True


def _not_ours(path: Path, file: IO[bytes]) -> StorageError:
    try:
        decode(file.readline(FIRST_LINE * 1024))
    except ValueError:
        return StorageError(f"{path} is not a mockserver journal; it was left as it is.")
    return damaged(path, 1)


def damaged(path: Path, number: int) -> StorageError:
    """Return the error that names the line, what can be saved, and the way out."""
    with path.open("rb") as file:
        file.readline()
        found = [(is_readable(line), is_cut(line)) for line in file]
    kept = sum(reads for reads, _ in found)
    others = sum(not reads and not cut for reads, cut in found) - (number > 1)
    also = f", and so are {others} others" if others > 1 else ", and so is another" * others
    return StorageError(
        f"line {number} of {path} is damaged{also}: '{REPAIR} {path}' keeps "
        f"the {kept} that read, and names what is lost."
    )


def is_readable(line: bytes) -> bool:
    """Say whether a line is as it was written."""
    try:
        decode(line)
    except ValueError:
        return False
    return True


def transactions(path: Path, file: IO[bytes]) -> Iterator[tuple[Any, int]]:
    """Yield each transaction behind the header with the size of its line, oldest first.

    A last line that was cut short, or that somebody still writes, is none.

    Raises:
        StorageError: a line is damaged.
    """
    for number, line in enumerate(file, 2):
        try:
            content = decode(line)
        except ValueError as error:
            if not is_cut(line):
                raise damaged(path, number) from error
            return
        yield content, len(line)


class TransactionLog:
    """An open journal that nobody else can open; not for several threads at once."""

    def __init__(self, path: str | Path, apply: Apply, *, fsync: bool = False) -> None:
        """Open or make the file, and apply each transaction in it, oldest first.

        Args:
            path: the file; its directory must exist.
            apply: takes what was appended.
            fsync: wait for the disk with each append. Without it a killed process loses nothing,
                a power cut the last seconds.

        Raises:
            FileInUseError: another process writes to it.
            StorageError: not ours, damaged, not readable or not writable.
        """
        self.path = Path(os.path.realpath(path))
        self._fsync = fsync
        self._watch = Watch(self.path)
        self._size = 0
        self._descriptor = CLOSED
        #: Why nothing more can be appended, if so.
        self._unusable: str | None = None
        with ExitStack() as undo:
            undo.callback(claim(self.path).release)
            undo.callback(self._close_descriptor)
            try:
                fresh_path(self.path).unlink(missing_ok=True)
                self._descriptor = self._opened(os.O_CREAT)
                self._replay(apply)
            except OSError as error:
                raise unusable(self.path, "opened", error) from error
            self._release = undo.pop_all().close

    def append(self, content: Any) -> None:
        """Write one transaction, all or nothing.

        Raises:
            StorageError: it is not JSON, the disk is full or failing, or the file is not as it was
                left: it was removed, replaced or changed.
        """
        self._check()
        try:
            line = encode(content)
        except TypeError as error:
            message = f"{self.path} holds JSON only: {error}."
            raise StorageError(message) from error
        try:
            self._write(line)
        except BaseException as error:
            self._cut_back()
            if isinstance(error, OSError):
                raise self._watch.trouble(str(unusable(self.path, "written", error))) from error
            raise
        self._size += len(line)
        self._watch.well()

    @property
    def size(self) -> int:
        """The bytes that are written."""
        return self._size

    def renew(self, fresh: FreshFile, since: int) -> Callable[[], None]:
        """Have a fresh file, with all that was here when this one had a size, take its place.

        What has been appended since is added to it.

        Returns:
            What lets go of the old file, for which nobody has to wait: a large one takes its time.

        Raises:
            StorageError: as ``append``; the file is as it was.
        """
        self._check()
        try:
            fresh.copy(since, self._size)
            if self._fsync:
                fresh.sync()
            size = fresh.finish()
            let_go = self._replace(fresh)
        except OSError as error:
            raise unusable(self.path, "rewritten", error) from error
        self._size = size
        return let_go

    def close(self) -> None:
        """Release the file; nothing can be appended any more, and a second call does nothing.

        Raises:
            StorageError: it is not as it was left, so that what was written to it is lost.
        """
        loss = None if self._unusable else self._watch.loss(self._size)
        self._unusable = f"{self.path} is closed."
        self._release()
        if loss:
            raise StorageError(loss)

    def _check(self) -> None:
        if self._unusable:
            raise StorageError(self._unusable)
        if loss := self._watch.loss(self._size):
            raise self._watch.trouble(loss)

    def _opened(self, flags: int = 0) -> int:
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | BINARY | flags, 0o600)
        self._watch.begin(descriptor)
        return descriptor

    def _replay(self, apply: Apply) -> None:
        with self.path.open("rb") as file:
            if not has_header(self.path, file):
                self._begin()
                if self._fsync:
                    sync_directory(self.path.parent)
                return
            self._size = file.tell()
            for content, size in transactions(self.path, file):
                apply(content)
                self._size += size
        if os.fstat(self._descriptor).st_size > self._size:
            os.ftruncate(self._descriptor, self._size)

    def _begin(self) -> None:
        try:
            self._write(HEADER)
        except OSError:
            self._cut_back()  # half of it would pass for a file that was cut
            raise
        self._size = len(HEADER)

    def _write(self, line: bytes) -> None:
        written = os.write(self._descriptor, line)
        while written < len(line):  # a full disk takes a part, and refuses the next
            written += os.write(self._descriptor, memoryview(line)[written:])
        if self._fsync:
            getattr(os, "fdatasync", os.fsync)(self._descriptor)

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError as error:
            self._unusable = f"{self.path} ends in half a line that cannot be removed: {error}."

    def _replace(self, fresh: FreshFile) -> Callable[[], None]:
        """Put the fresh file in the place of the old, which Windows allows for closed ones only."""
        with ExitStack() as old:
            old.callback(os.close, self._descriptor)
            self._descriptor = CLOSED
            if sys.platform == "win32":
                old.close()
            self._unusable = f"{self.path} could not be opened again."
            try:
                fresh.take_place()
            finally:
                self._descriptor = self._opened()
                self._unusable = None
            if self._fsync:
                sync_directory(self.path.parent)
            return old.pop_all().close

    def _close_descriptor(self) -> None:
        descriptor, self._descriptor = self._descriptor, CLOSED
        if descriptor != CLOSED:
            os.close(descriptor)
