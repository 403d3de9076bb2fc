"""The storage backends that what matters on each of them is tested on.

One more joins by its name here, and by where it keeps records (``storage_at``).
"""

from __future__ import annotations

from pathlib import Path

BACKENDS = ("memory", "tinydb")


def storage_at(storage: str, path: Path) -> str:
    """Return the value of ``--storage`` for records of a kind of storage, kept at a path."""
    return storage if storage == "memory" else f"{storage}:{path}"
