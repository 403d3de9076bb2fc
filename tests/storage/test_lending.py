"""Records that are lent: the object is the version, so that nobody can hold an old one for new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.storage.base import SERIAL, Holding, Indexes, Record, looking
from mockserver.storage.conditions import Compare
from mockserver.storage.memory import MemoryPartition, MemoryStorage
from mockserver.storage.tinydb import TinyDBStorage


def memory(_: Path) -> MemoryStorage:
    """Return a storage in memory."""
    return MemoryStorage({"tags": Indexes()})


def tinydb(path: Path) -> MemoryStorage:
    """Return one in a file."""
    return TinyDBStorage(path / "records", {"tags": Indexes()})


@pytest.fixture(params=[memory, tinydb])
def partition(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryPartition]:
    """Return a partition with a record."""
    made: Callable[[Path], MemoryStorage] = request.param
    storage = made(tmp_path)
    found = storage.partition("acme", "test")
    assert isinstance(found, Holding)
    found.put("tags", tag("a"))
    yield found
    storage.close()


def tag(name: str) -> Record:
    """Return a record with this name."""
    return {"id": "x", SERIAL: 1, "name": name, "metadata": {"names": [name]}}


def test_the_same_object_until_it_is_written(partition: MemoryPartition) -> None:
    """However it is asked for; whoever has it sees what there was."""
    held = partition.held("tags", "x")
    found, total = partition.held_page("tags", Compare("name", "eq", "a"))
    assert total == 1
    assert found[0] is held
    assert looking(partition)("tags", "x") is held
    partition.put("tags", tag("b"))

    assert held == tag("a")
    assert partition.held("tags", "x") is not held
    assert partition.held("tags", "x") == tag("b")


def test_what_is_taken_back_is_what_there_was(partition: MemoryPartition) -> None:
    """The object from before, which is the same version."""
    held = partition.held("tags", "x")

    def fail() -> None:
        with partition.transaction():
            partition.put("tags", tag("b"))
            assert partition.held("tags", "x") is not held
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    assert partition.held("tags", "x") is held


def test_what_is_put_or_given_out_is_not_what_is_held(partition: MemoryPartition) -> None:
    """Who changes it changes nothing that is stored."""
    mine = tag("b")
    partition.put("tags", mine)
    mine["metadata"]["names"].append("c")
    copy = partition.get("tags", "x")
    assert copy
    copy["metadata"]["names"].append("d")

    assert partition.held("tags", "x") == tag("b")


def test_none_of_what_is_gone(partition: MemoryPartition) -> None:
    """Nor of a type that there never was."""
    partition.remove("tags", "x")

    assert partition.held("tags", "x") is None
    assert partition.held("nothing", "x") is None
    assert partition.held_page("tags") == ([], 0)
