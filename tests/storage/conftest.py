"""Every backend under the same fixtures; one is closed and opened between write and read."""
# ruff: noqa: D102, D105, D107 - the methods are those of the contract

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.storage.base import Index, Indexes
from mockserver.storage.memory import MemoryStorage
from mockserver.storage.tinydb import TinyDBStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mockserver.databases.storage import SqlStorage
    from mockserver.storage.base import Partition, Schema, Storage
    from tests.databases import Postgres

SCHEMA: Schema = {
    "customers": Indexes(
        {
            "email": Index(),
            "group": Index(references=("groups",)),
            "tags": Index(references=("tags",), many=True),
        }
    ),
    "groups": Indexes({"name": Index()}),
}
DATABASES = ("sqlite", "postgresql")
READS = frozenset({"get", "get_many", "select", "count", "types", "next_number"})
WRITES = frozenset({"put", "load", "remove", "clear", "next_number"})


class ReopenedStorage:
    """A TinyDB storage that is closed and opened again before each read that follows a write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = TinyDBStorage(path, SCHEMA)
        self.written = False
        self.inside = 0

    def current(self) -> TinyDBStorage:
        if self.written and not self.inside:
            self._open.close()
            self._open = TinyDBStorage(self._path, SCHEMA)
            self.written = False
        return self._open

    def partition(self, organization: str, mode: str) -> Any:
        self._open.partition(organization, mode)
        self.written = True
        return ReopenedPartition(self, organization, mode)

    def drop(self, organization: str) -> None:
        self._open.drop(organization)
        self.written = True

    def organizations(self) -> list[str]:
        return self.current().organizations()

    def close(self) -> None:
        self._open.close()


class ReopenedPartition:
    """A partition of such a storage, looked up anew for each call."""

    def __init__(self, storage: ReopenedStorage, organization: str, mode: str) -> None:
        self._storage = storage
        self._key = (organization, mode)

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            storage = self._storage.current() if name in READS else self._storage._open
            self._storage.written |= name in WRITES
            return getattr(storage.partition(*self._key), name)(*arguments, **named)

        return call

    @contextmanager
    def transaction(self) -> Iterator[None]:
        storage = self._storage
        with storage._open.partition(*self._key).transaction():
            storage.inside += 1
            storage.written = True
            try:
                yield
            finally:
                storage.inside -= 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], SqlStorage]]:
    """Return what opens a storage in a database, with nothing in it; its tables are made once."""
    from mockserver.databases.storage import postgresql, sqlite  # noqa: PLC0415 - an extra

    opened: dict[str, SqlStorage] = {}

    def emptied(kind: str) -> SqlStorage:
        if kind == "sqlite":
            made = opened.get(kind) or sqlite(tmp_path_factory.mktemp(kind) / "records", SCHEMA)
        else:
            server: Postgres = request.getfixturevalue("postgres")
            made = opened.get(kind) or postgresql(server.database(), SCHEMA)
        opened[kind] = made
        for organization in made.organizations():
            made.drop(organization)
        return made

    yield emptied
    for storage in opened.values():
        storage.close()


@pytest.fixture(params=["memory", "tinydb", "tinydb-reopened", *DATABASES])
def storage(
    request: pytest.FixtureRequest, path: Path, databases: Callable[[str], SqlStorage]
) -> Iterator[Any]:
    opened: Storage
    if request.param == "memory":
        opened = MemoryStorage(SCHEMA)
    elif request.param == "tinydb":
        opened = TinyDBStorage(path, SCHEMA)
    elif request.param in DATABASES:
        opened = databases(request.param)
    else:
        opened = ReopenedStorage(path)
    yield opened
    opened.close()


@pytest.fixture
def partition(storage: Storage) -> Partition:
    return storage.partition("acme", "test")
