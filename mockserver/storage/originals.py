"""Originals of files that another one takes the place of: they stay beside it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from mockserver.storage.fresh import sync_directory

if TYPE_CHECKING:
    from pathlib import Path


def supersede(path: Path, fresh: Path, word: str) -> Path:
    """Put a fresh file in the place of another one, and return where that one is kept.

    Args:
        path: of the file; the fresh one gets its access rights.
        fresh: what takes its place.
        word: what the name of the one that is kept ends in.

    Raises:
        OSError: it cannot be kept or replaced.
    """
    original = _free_name(path, word)
    shutil.copy2(path, original)
    shutil.copymode(path, fresh)
    fresh.replace(path)
    sync_directory(path.parent)
    return original


def _free_name(path: Path, word: str) -> Path:
    """Return where the original goes: an earlier one is never overwritten."""
    name = path.with_name(f"{path.name}.{word}")
    number = 1
    while name.exists():
        number += 1
        name = path.with_name(f"{path.name}.{word}-{number}")
    return name
