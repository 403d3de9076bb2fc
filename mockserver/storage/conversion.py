"""Take over a plain TinyDB file: it becomes a journal, and stays beside it as it was."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.storage.base import StorageError
from mockserver.storage.claim import claim, unusable
from mockserver.storage.journal import HEADER, encode
from mockserver.storage.originals import supersede
from mockserver.storage.plain import check_partitions, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.storage.batches import Tables

log = logging.getLogger(__name__)
#: How many blanks may stand before the brace that a journal does not begin with.
_BEGINNING = 64
RECORDS = "mockserver records"


def convert(path: str | Path, essential: Iterable[str] = ()) -> None:
    """Make a journal of a plain TinyDB file, if that is what it is; the log tells.

    Args:
        path: the file, which need not exist.
        essential: the types that every organization has records of.

    Raises:
        FileInUseError: another process writes to it.
        StorageError: it is JSON, but none of a sandbox, and was left as it is; or it cannot be
            read or written.
    """
    file = Path(os.path.realpath(path))
    if not is_plain(file):
        return
    lock = claim(file)
    fresh = file.with_name(f"{file.name}.new")
    try:
        _write(_read(file, essential), fresh)
        original = supersede(file, fresh, "plain")
    except OSError as error:
        raise unusable(file, "converted", error) from error
    finally:
        fresh.unlink(missing_ok=True)
        lock.release()
    log.warning("%s was a plain TinyDB file and is a journal now; it is kept as %s", file, original)


def is_plain(path: Path) -> bool:
    """Say whether a file begins like JSON, which a journal does not."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(_BEGINNING).lstrip().startswith(b"{")
    except OSError:  # whoever opens it to write says so
        return False


def _read(path: Path, essential: Iterable[str]) -> Tables:
    try:
        tables = tables_of(orjson.loads(path.read_bytes()))
        check_partitions(tables, essential)
    except ValueError as error:
        message = (
            f"{path} is JSON, but not of a sandbox: {error}. It was left as it is; "
            f"'{RECORDS} FILE' stores records of one's own in a sandbox that runs."
        )
        raise StorageError(message) from error
    return tables


def _write(tables: Tables, fresh: Path) -> None:
    with fresh.open("wb") as file:
        file.write(HEADER)
        file.writelines(map(encode, batches(tables)))
        file.flush()
        os.fsync(file.fileno())


def batches(tables: Tables) -> Iterable[Any]:
    """Yield the transactions that make the tables, one for each record."""
    return (
        {name: {id_: document}}
        for name, documents in tables.items()
        for id_, document in documents.items()
    )
