"""A transaction that is paused: others read what there was before it, and do not write."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest

from mockserver.storage.base import SERIAL, Indexes, Record
from mockserver.storage.conditions import Compare
from mockserver.storage.memory import MemoryPartition


@pytest.fixture
def partition() -> MemoryPartition:
    """Return a partition with two records."""
    partition = MemoryPartition({"tags": Indexes()})
    partition.load("tags", [tag("a", 1), tag("b", 2)])
    return partition


def tag(id_: str, number: int, **fields: Any) -> Record:
    """Return a record."""
    return {"id": id_, SERIAL: number, "name": id_, **fields}


def elsewhere(look: Callable[[], Any]) -> Any:
    """Return what another thread sees."""
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(look()))
    thread.start()
    thread.join(5)
    assert found, "it had to wait"
    return found[0]


def names(partition: MemoryPartition) -> list[str]:
    """Return the names there are."""
    return [record["name"] for record in partition.select("tags")[0]]


def change(partition: MemoryPartition) -> None:
    """Change, remove and add a record."""
    partition.put("tags", tag("a", 1, name="A"))
    partition.remove("tags", "b")
    partition.put("tags", tag("c", 3))


def test_others_read_what_there_was(partition: MemoryPartition) -> None:
    """And who goes on finds what it has done, by every way."""
    with partition.transaction():
        change(partition)
        with partition.paused():
            assert elsewhere(lambda: names(partition)) == ["a", "b"]
        assert names(partition) == ["A", "c"]
        assert partition.count("tags", Compare("name", "eq", "b")) == 0

    assert elsewhere(lambda: names(partition)) == ["A", "c"]


def test_others_write_later(partition: MemoryPartition) -> None:
    """They wait until the transaction has ended."""
    written = Event()

    def write() -> None:
        partition.put("tags", tag("d", 4))
        written.set()

    with partition.transaction():
        change(partition)
        writer = Thread(target=write)
        with partition.paused():
            writer.start()
            assert not written.wait(0.05)
    writer.join(5)

    assert names(partition) == ["A", "c", "d"]


@pytest.mark.parametrize("inner", [True, False])
def test_it_can_still_be_undone(partition: MemoryPartition, *, inner: bool) -> None:
    """As a whole, or a part of it that was paused."""

    def fail() -> None:
        with partition.transaction():
            change(partition)
            with partition.paused():
                pass
            raise KeyError

    with partition.transaction():
        partition.put("tags", tag("e", 5))
        if inner:
            with pytest.raises(KeyError):
                fail()
    if not inner:
        with pytest.raises(KeyError):
            fail()

    assert names(partition) == ["a", "b", "e"]


def test_what_fails_meanwhile_ends_the_pause(partition: MemoryPartition) -> None:
    """The transaction fails with it."""

    def fail() -> None:
        with partition.transaction():
            change(partition)
            with partition.paused():
                raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert names(partition) == ["a", "b"]
    assert elsewhere(lambda: names(partition)) == ["a", "b"]


def test_nothing_to_pause(partition: MemoryPartition) -> None:
    """Without a transaction, and where everything is new, nothing is paused."""
    with partition.paused():
        assert names(partition) == ["a", "b"]
    with partition.transaction():
        partition.clear()
        partition.put("tags", tag("f", 6))
        with partition.paused():
            pass
        assert names(partition) == ["f"]

    assert names(partition) == ["f"]
