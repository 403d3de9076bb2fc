"""Save what can be read of a damaged journal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from mockserver.late_dataclass import dataclass
from mockserver.storage.base import StorageError
from mockserver.storage.claim import claim, unusable
from mockserver.storage.journal import HEADER, has_header, is_beheaded, is_readable
from mockserver.storage.originals import supersede

EXCERPT = 100


@dataclass(frozen=True, slots=True)
class Loss:
    """A line that could not be read; its text begins with the table and the id of a record."""

    line: int
    size: int
    start: str

    def __str__(self) -> str:
        """Return the sentence that names it."""
        return f"line {self.line} ({self.size} bytes) is lost: {self.start}"


@dataclass(frozen=True, slots=True)
class Repair:
    """Outcome of a repair: how many transactions it kept, which are lost, where the original is."""

    kept: int
    lost: tuple[Loss, ...]
    original: Path | None


def repair(path: str | Path) -> Repair:
    """Keep the lines of a journal that read, in place; the original stays beside it.

    A lost line is a lost transaction: records may be missing, old, or back from removal. A file
    without damage is left as it is.

    Raises:
        StorageError: the file is missing, in use, not a journal, or cannot be written.
    """
    journal = Path(os.path.realpath(path))
    if not journal.exists():
        message = f"{journal} does not exist."
        raise StorageError(message)
    lock = claim(journal)
    fresh = journal.with_name(f"{journal.name}.new")
    try:
        return _repaired(journal, fresh)
    except OSError as error:
        raise unusable(journal, "repaired", error) from error
    finally:
        fresh.unlink(missing_ok=True)
        lock.release()


def _repaired(journal: Path, fresh: Path) -> Repair:
    with journal.open("rb") as damaged, fresh.open("wb") as readable:
        kept, lost = _sorted_out(journal, damaged, readable)
        readable.flush()
        os.fsync(readable.fileno())
    if not lost:
        return Repair(kept, (), None)
    return Repair(kept, tuple(lost), supersede(journal, fresh, "damaged"))


def _sorted_out(path: Path, damaged: IO[bytes], readable: IO[bytes]) -> tuple[int, list[Loss]]:
    """Copy the lines that read; return how many there are and those that do not."""
    readable.write(HEADER)
    kept, lost = 0, []
    if not _begins_well(path, damaged):
        damaged.seek(0)
        header = damaged.readline()
        lost.extend([_loss(1, header)] if header else [])
    for number, line in enumerate(damaged, 2):
        if is_readable(line):
            readable.write(line)
            kept += 1
        else:
            lost.append(_loss(number, line))
    return kept, lost


def _begins_well(path: Path, damaged: IO[bytes]) -> bool:
    """Say whether the header reads; it may be what is damaged, if a journal follows."""
    try:
        return has_header(path, damaged)
    except StorageError:
        damaged.seek(0)
        first = damaged.readline()
        if is_beheaded(first):
            return False
        if is_readable(first) or not any(map(is_readable, damaged)):
            raise
        return False


def _loss(number: int, line: bytes) -> Loss:
    return Loss(number, len(line), line[:EXCERPT].decode("utf-8", "replace").rstrip("\n"))
