"""A repair keeps what reads, names what does not, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.storage.base import StorageError
from mockserver.storage.journal import encode
from mockserver.storage.repair import repair
from tests.storage.journal_world import alone, contents, customer, fill, opened


def test_a_repair_keeps_what_reads_and_names_what_does_not(path: Path) -> None:
    storage = opened(path)
    acme = storage.partition("acme", "test")
    for number, id_ in enumerate("abcd", 1):
        acme.put("customers", customer(number, id_))
    storage.close()
    damaged = path.read_bytes().replace(b'"id":"b"', b'"id":"X"')[:-3]
    path.write_bytes(damaged)

    done = repair(path)

    assert done.kept == 3
    assert [loss.line for loss in done.lost] == [4, 6]
    assert '"acme/test/customers":{"b"' in str(done.lost[0])
    assert done.original is not None
    assert done.original.read_bytes() == damaged
    assert [r["id"] for r in contents(path)["acme", "test"]["customers"]] == ["a", "c"]
    assert repair(path) == type(done)(3, (), None)


def test_a_repair_never_overwrites_an_earlier_original(path: Path) -> None:
    originals = []
    for _ in range(3):
        fill(path)
        path.write_bytes(path.read_bytes() + b"garbage\n")
        originals.append(repair(path).original)
        path.unlink()

    assert len(set(originals)) == 3


def test_a_damaged_header_can_be_repaired(path: Path) -> None:
    states = fill(path)
    path.write_bytes(b"X" + path.read_bytes()[1:])
    with pytest.raises(StorageError, match=r"line 1 of .* is damaged"):
        opened(path)

    assert [loss.line for loss in repair(path).lost] == [1]
    assert contents(path) == states[-1][1]


def test_a_lost_partition_line_does_not_lose_its_records(path: Path) -> None:
    storage = opened(path)
    storage.partition("acme", "test").put("customers", customer(1, "a"))
    storage.close()
    path.write_bytes(path.read_bytes().replace(b'"partitions"', b'"partitionz"'))
    repair(path)

    assert contents(path) == {("acme", "test"): {"customers": [customer(1, "a")]}}


def test_what_is_not_a_journal_is_not_repaired(path: Path) -> None:
    with pytest.raises(StorageError, match="does not exist"):
        repair(path)
    later = encode({"format": "mockserver journal", "version": 2})
    for text in (b"hello\nworld\n", later, later + encode({"a/b/c": {}})):
        path.write_bytes(text)
        with pytest.raises(StorageError, match=r"is not a mockserver journal|has format 2"):
            repair(path)
        assert path.read_bytes() == text
    assert alone(path)
