"""Storages by what a setting calls them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

from mockserver.storage.base import Schema, Storage, StorageError
from mockserver.storage.memory import MemoryStorage

Open = Callable[[str, Schema, Collection[str], bool], Storage]
#: What is installed with the package only where it is asked for, by the kind of storage.
EXTRAS: Mapping[str, str] = {"sqlite": "sqlite", "postgresql": "postgres"}
KINDS = "'memory', 'tinydb:PATH', 'sqlite:PATH', 'postgresql://…' or 'package.module:Class'"


def open_storage(
    text: str, schema: Schema, essential: Collection[str] = (), *, fsync: bool = False
) -> Storage:
    """Return the storage that a setting names.

    Args:
        text: ``memory``, ``tinydb:PATH``, ``sqlite:PATH``, ``postgresql://…``, ``MODULE:CLASS``.
        schema: the indexes of each type.
        essential: the types that every organization has records of.
        fsync: whether a file waits for the disk with each transaction.

    Raises:
        StorageError: there is no such kind, or it cannot be opened.
    """
    kind, _, where = text.partition(":")
    if text == "memory":
        return MemoryStorage(schema)
    if kind in OPENED and where:
        return OPENED[kind](where, schema, essential, fsync)
    if kind not in OPENED and where.isidentifier() and kind.replace(".", "_").isidentifier():
        return _own(kind, where, schema)
    message = f"unknown storage {text!r}: it is {KINDS}"
    raise StorageError(message)


def _tinydb(path: str, schema: Schema, essential: Collection[str], fsync: bool) -> Storage:  # noqa: FBT001 - as all of them are called
    from mockserver.storage.tinydb import TinyDBStorage  # noqa: PLC0415 - only when asked for

    return TinyDBStorage(path, schema, fsync=fsync, essential=essential)


def _sqlite(path: str, schema: Schema, _: Collection[str], fsync: bool) -> Storage:  # noqa: FBT001
    with _installed("sqlite"):
        from mockserver.databases.storage import sqlite  # noqa: PLC0415 - only when asked for

        return sqlite(path, schema, fsync=fsync)


def _postgresql(where: str, schema: Schema, *_: object) -> Storage:
    with _installed("postgresql"):
        from mockserver.databases.storage import postgresql  # noqa: PLC0415 - as above

        return postgresql(f"postgresql:{where}", schema)


OPENED: Mapping[str, Open] = {"tinydb": _tinydb, "sqlite": _sqlite, "postgresql": _postgresql}


@contextmanager
def _installed(kind: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        extra = f"pip install 'commercelayer-mockserver[{EXTRAS[kind]}]'"
        message = f"the storage {kind} needs more than is installed ({error}): {extra}"
        raise StorageError(message) from error


def _own(module: str, name: str, schema: Schema) -> Storage:
    """Return a storage of the user's own, which is told what records are looked up by."""
    try:
        opened: Callable[[Schema], Storage] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        message = f"the storage {module}:{name} cannot be imported: {error}"
        raise StorageError(message) from error
    return opened(schema)
