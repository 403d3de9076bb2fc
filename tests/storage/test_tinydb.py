"""What only the durable backend promises: nothing acknowledged is lost, nothing else is hurt."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mockserver.storage.base import StorageError
from mockserver.storage.conditions import Compare
from mockserver.storage.journal import decode
from mockserver.storage.tinydb import TinyDBStorage
from tests.storage.journal_world import (
    alone,
    contents,
    customer,
    everything,
    fill,
    opened,
    output,
    posix,
    start,
)

# --- a process that dies, a disk that is full

WORK = """
storage = TinyDBStorage(path, {})
acme = storage.partition("acme", "test")
for turn in range(100_000):
    number = acme.next_number("customers")
    with acme.transaction():
        acme.put("customers", customer(number, f"c{number}", text="x" * (number * 37 % 3000)))
        acme.put("groups", customer(1, "g", customers=number))
        acme.remove("customers", f"c{number - 50}")
    os.write(1, b"%d\\n" % number)
    if turn % 40 == 39:
        storage._journal.compact()
"""


@posix
def test_a_killed_process_loses_nothing_it_acknowledged(path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - not a secret
    kept = [0]
    for _ in range(15):
        with start(WORK, path) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert int(first) == kept[-1] + 1
            time.sleep(chance.uniform(0, 0.04))
            process.kill()
            *_, last = [first, *process.stdout.read().split("\n")[:-1]]
        storage = opened(path)
        acme = storage.partition("acme", "test")
        kept = [record["serial"] for record in acme.select("customers")[0]]
        group = acme.get("groups", "g")
        assert group is not None
        assert kept == list(range(max(1, kept[-1] - 49), kept[-1] + 1))
        assert int(last) <= kept[-1] == group["customers"]
        storage.close()


FULL = """
import resource
storage = TinyDBStorage(path, {})
acme = storage.partition("acme", "test")
acme.put("customers", customer(1, "a", text="kept"))
limit = os.path.getsize(path) + 500
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
def refused(action):
    try:
        action()
    except StorageError as error:
        print(error)
    assert acme.select("customers")[0] == [customer(1, "a", text="kept")]
    assert acme.count("groups") == 0
def both():
    with acme.transaction():
        acme.put("groups", customer(1, "g"))
        acme.put("customers", customer(1, "a", text="x" * 1000))
refused(lambda: acme.put("customers", customer(2, "b", text="x" * 1000)))
refused(both)
refused(lambda: acme.load("customers", [customer(n, str(n)) for n in range(100)]))
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
refused(storage._journal.compact)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
acme.put("customers", customer(2, "b", text="fits"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
acme.put("customers", customer(3, "c", text="x" * 1000))
print([r["id"] for r in acme.select("customers")[0]])
"""


@posix
def test_a_full_disk_refuses_the_transaction_and_nothing_else(path: Path) -> None:
    *errors, rest = output(FULL, path).splitlines()

    written, rewritten = (
        f"{path} cannot be {word}: File too large." for word in ("written", "rewritten")
    )
    assert errors == [written, written, written, rewritten]
    assert rest == "['a', 'b', 'c']"
    assert [r["id"] for r in contents(path)["acme", "test"]["customers"]] == ["a", "b", "c"]
    assert alone(path)


# --- the file


def test_a_person_can_read_the_file(path: Path) -> None:
    fill(path)
    header, *lines = path.read_text("utf-8").splitlines()

    assert json.loads(header[9:])["format"] == "mockserver journal"
    assert json.loads(header[9:])["version"] == 1
    records = json.loads(lines[1][9:])["acme/test/customers"]
    assert records == {"a": customer(1, "a", email="ä@b.c", nested={"k": [1]})}


def test_a_transaction_is_one_line(path: Path) -> None:
    storage = opened(path)
    acme = storage.partition("acme", "test")
    before = path.read_bytes().count(b"\n")
    with acme.transaction():
        for number in range(1, 50):
            acme.put("customers", customer(number, f"{number}"))
            acme.put("groups", customer(number, f"{number}"))
        acme.get("customers", "1")
    acme.get("customers", "1")
    assert path.read_bytes().count(b"\n") == before + 1
    storage.close()


def churn(storage: TinyDBStorage, times: int) -> None:
    acme = storage.partition("acme", "test")
    acme.load("customers", [customer(n, f"{n}") for n in range(1, 21)])
    acme.put("groups", customer(acme.next_number("groups"), "gone"))
    acme.remove("groups", "gone")
    for turn in range(times):
        acme.put("customers", customer(turn % 20 + 1, f"{turn % 20 + 1}", turn=turn))


def test_garbage_is_removed_on_close_and_nothing_else(path: Path) -> None:
    storage = opened(path)
    storage.partition("other", "live")
    path.chmod(0o640)
    churn(storage, 2000)
    before = everything(storage)
    large = path.stat().st_size
    storage.close()

    lines = path.read_bytes().splitlines(keepends=True)
    assert path.stat().st_size < large / 20
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(lines) == 1 + 2 + 2 + 20
    assert all(len(table) == 1 for line in lines[1:] for table in decode(line).values())
    storage = opened(path)
    assert everything(storage) == before
    assert storage.partition("acme", "test").next_number("groups") == 2
    assert storage.organizations() == ["other", "acme"]
    storage.close()


def test_garbage_of_a_killed_process_is_removed_on_open(path: Path) -> None:
    storage = opened(path)
    churn(storage, 2000)
    before = everything(storage)
    shutil.copy(path, path.with_name("copy"))
    storage.close()

    copy = path.with_name("copy")
    assert contents(copy) == before
    assert copy.stat().st_size == path.stat().st_size


def test_a_little_garbage_is_left(path: Path) -> None:
    storage = opened(path)
    churn(storage, 100)
    storage.close()

    assert path.read_bytes().count(b"\n") > 100


def test_creating_makes_no_garbage(path: Path) -> None:
    storage = opened(path)
    acme = storage.partition("acme", "test")
    for _ in range(1500):
        number = acme.next_number("customers")
        acme.put("customers", customer(number, f"{number}"))
    for number in range(1, 700):
        acme.put("customers", customer(number, f"{number}", late=True))
    inode = path.stat().st_ino
    storage.close()

    assert path.stat().st_ino == inode


def test_what_an_interrupted_compaction_left_is_removed(path: Path) -> None:
    states = fill(path)
    path.with_name("journal.new").write_bytes(b"half")

    assert contents(path) == states[-1][1]
    assert alone(path)


@pytest.mark.parametrize("value", [2**64, datetime.now(UTC), {1: "a"}, "\ud800", {"a"}])
def test_what_is_not_json_is_refused_and_rolled_back(path: Path, value: Any) -> None:
    storage = opened(path)
    acme = storage.partition("acme", "test")
    records = [customer(1, "a"), customer(2, "b", value=value)]
    with pytest.raises(StorageError, match=r"holds JSON only: .*\.$"):
        acme.load("customers", records)
    assert acme.count("customers") == 0
    acme.put("customers", customer(1, "a"))
    storage.close()

    assert contents(path) == {("acme", "test"): {"customers": [customer(1, "a")]}}


def test_with_fsync_the_same_is_written(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for where_, fsync in ((path, False), (other, True)):
        storage = opened(where_, fsync=fsync)
        churn(storage, 30)
        storage.close()

    assert path.read_bytes() == other.read_bytes()


# --- handles that outlive what they lead to


def test_a_closed_storage_refuses_to_write(path: Path) -> None:
    storage = opened(path)
    acme = storage.partition("acme", "test")
    acme.put("customers", customer(1, "a"))
    storage.close()
    with pytest.raises(StorageError, match=r"is closed\.$"):
        acme.put("customers", customer(2, "b"))

    assert acme.select("customers") == ([customer(1, "a")], 1)


def test_a_partition_of_a_dropped_organization_refuses_to_write(path: Path) -> None:
    storage = opened(path)
    old = storage.partition("acme", "test")
    storage.drop("acme")
    storage.partition("acme", "test").put("customers", customer(1, "new"))
    with pytest.raises(StorageError, match="was dropped"):
        old.put("customers", customer(1, "old"))
    storage.close()

    assert contents(path) == {("acme", "test"): {"customers": [customer(1, "new")]}}


def write_until_refused(storage: TinyDBStorage, name: str, done: dict[str, int]) -> None:
    """Write two records at a time, noting how many are acknowledged."""
    partition = storage.partition(name, "test")
    try:
        for number in range(1, 1_000_000):
            with partition.transaction():
                partition.put("customers", customer(number, f"{number}"))
                partition.put("groups", customer(number, f"{number}"))
                storage.partition(name, "live")
            done[name] = number
    except StorageError as error:
        assert re.search(r"was dropped|is closed", str(error))  # noqa: PT017 - in a thread


def test_dropping_and_closing_while_others_write_neither_hangs_nor_tears(path: Path) -> None:
    storage = opened(path)
    done: dict[str, int] = {}
    names = ["one", "two", "one ", "two "]
    work = partial(write_until_refused, storage, done=done)
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    while len(done) < len(names):
        time.sleep(0.001)
    storage.drop("one")
    storage.close()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()

    kept = contents(path)
    for name in names[1:]:
        records = kept[name, "test"]
        assert len(records["customers"]) == len(records["groups"]) == done[name]
    assert ("one", "test") not in kept


def test_what_a_table_gives_is_indexed_after_opening(path: Path) -> None:
    fill(path)
    storage = opened(path)
    records, _ = storage.partition("acme", "test").select("customers", Compare("id", "eq", "y"))
    assert records == [customer(2, "y")]
    storage.close()
