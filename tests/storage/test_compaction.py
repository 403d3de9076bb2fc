"""A journal is written anew while it is used: nobody waits, nothing is lost or left behind."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.storage import compaction, tinydb
from mockserver.storage.compaction import Compaction
from mockserver.storage.tinydb import TinyDBStorage
from tests.storage.journal_world import alone, contents, customer, everything, opened, output, posix

LIVE = 50


@pytest.fixture
def storage(path: Path) -> Iterator[TinyDBStorage]:
    """Return a storage with some records; its file is looked at in the end."""
    found = opened(path)
    acme = found.partition("acme", "test")
    acme.load("customers", [customer(n, f"{n}") for n in range(1, LIVE + 1)])
    yield found
    expected = everything(found)
    found.close()
    assert expected == contents(path)
    assert alone(path)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a compaction rest after each record."""
    monkeypatch.setattr(compaction, "GO", 0)
    monkeypatch.setattr(compaction, "REST", 0.02)


def update(storage: TinyDBStorage, times: int, text: str = "") -> None:
    acme = storage.partition("acme", "test")
    for turn in range(times):
        id_ = turn % LIVE + 1
        acme.put("customers", customer(id_, f"{id_}", turn=turn, text=text))


def compacting(storage: TinyDBStorage) -> Compaction:
    """Begin one in the background, and return it once its file is there."""
    found = storage._journal._compaction
    assert found is not None
    with storage._journal.lock:
        found.begin()
    path = storage._journal._path
    while not path.with_name(f"{path.name}.new").exists():
        assert found.is_under_way
        time.sleep(0.001)
    return found


def finish(storage: TinyDBStorage) -> None:
    """Wait for the compaction that is under way, if any."""
    found = storage._journal._compaction
    while found and found.is_under_way:
        time.sleep(0.001)


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def test_a_long_running_process_does_not_fill_the_disk(
    path: Path, storage: TinyDBStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is never much larger than what it holds and what is waited for."""
    monkeypatch.setattr(tinydb, "GARBAGE_WHILE_OPEN", 2000)
    sizes = []
    for _ in range(20):
        update(storage, 1000)
        finish(storage)
        sizes.append(lines(path))

    assert max(sizes) <= 3200
    assert sizes.count(max(sizes)) < len(sizes)


@pytest.mark.usefixtures("slowly")
def test_nobody_waits_for_it(storage: TinyDBStorage, path: Path) -> None:
    """Whatever is done meanwhile is in the fresh file, in whatever order it meets it."""
    inode = path.stat().st_ino
    under_way = compacting(storage)
    acme = storage.partition("acme", "test")
    acme.put("customers", customer(1, "1", late=True))
    acme.remove("customers", "2")
    acme.put("customers", customer(LIVE, f"{LIVE}", late=True))
    acme.remove("customers", f"{LIVE - 1}")
    acme.put("groups", customer(acme.next_number("groups"), "new"))
    acme.put("groups", customer(acme.next_number("groups"), "gone"))
    acme.remove("groups", "gone")
    other = storage.partition("other", "live")
    other.put("customers", customer(1, "a"))
    assert under_way.is_under_way
    finish(storage)

    assert path.stat().st_ino != inode
    before = lines(path)
    acme.put("customers", customer(3, "3", after=True))
    assert lines(path) == before + 1


@pytest.mark.usefixtures("slowly")
@pytest.mark.parametrize("what", ["clear", "drop", "again"])
def test_all_may_go_meanwhile(storage: TinyDBStorage, what: str) -> None:
    """And come again."""
    compacting(storage)
    acme = storage.partition("acme", "test")
    if what == "drop":
        storage.drop("acme")
    else:
        acme.clear()
    if what == "again":
        acme.put("customers", customer(acme.next_number("customers"), "3", again=True))
    finish(storage)


@pytest.mark.usefixtures("slowly")
def test_closing_gives_it_up(storage: TinyDBStorage, path: Path) -> None:
    """The file is the old one, whole."""
    inode = path.stat().st_ino
    compacting(storage)
    storage.close()

    assert path.stat().st_ino == inode
    assert alone(path)


@pytest.mark.usefixtures("slowly")
def test_a_process_that_dies_meanwhile_leaves_the_old_file(
    storage: TinyDBStorage, path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The next one removes what there is of the fresh one."""
    compacting(storage)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("journal", "journal.new"):
        shutil.copy(path.with_name(name), elsewhere / name)
    finish(storage)

    assert contents(elsewhere / "journal") == everything(storage)
    assert alone(elsewhere / "journal")


@pytest.mark.parametrize("fsync", [False, True])
def test_many_write_while_it_goes_on_and_on(path: Path, fsync: bool) -> None:  # noqa: FBT001 - a case
    """Each finds in the end what it was told is stored."""
    storage = opened(path, fsync=fsync)
    kept: dict[str, int] = {}

    def write(name: str) -> None:
        partition = storage.partition(name, "test")
        for number in range(1, 150):
            with partition.transaction():
                partition.put("customers", customer(number, f"{number}", text="x" * 500))
                partition.put("groups", customer(1, "g", last=number))
            if number % 3 == 0:
                partition.remove("customers", f"{number - 1}")
            kept[name] = number

    threads = [threading.Thread(target=write, args=(f"o{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        storage._journal.compact()
    expected = everything(storage)
    storage.close()

    assert expected == contents(path)
    for name, last in kept.items():
        found = expected[name, "test"]
        assert (149, [customer(1, "g", last=149)]) == (last, found["groups"])
        assert [r["serial"] for r in found["customers"]] == [
            n for n in range(1, 150) if (n + 1) % 3 or n == 149
        ]


WITHOUT_ROOM = """
import resource, time
from mockserver.storage import tinydb
tinydb.GARBAGE = tinydb.GARBAGE_WHILE_OPEN = 50
storage = TinyDBStorage(path, {})
acme = storage.partition("acme", "test")
acme.load("customers", [customer(n, f"{n}", text="x" * 1000) for n in range(1, 41)])
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path), resource.RLIM_INFINITY))
def update(number):
    acme.put("customers", customer(number % 40 + 1, f"{number % 40 + 1}"))
def compaction():
    while storage._journal._compaction.is_under_way:
        time.sleep(0.001)
try:
    update(1)
except StorageError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for number in range(40):
    update(number)
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) + 900, resource.RLIM_INFINITY))
for number in range(11):
    update(number)
compaction()
print(acme.count("customers"))
try:
    storage._journal.compact()
    print("compacted")
except StorageError as error:
    print(error)
storage.close()
"""


@posix
def test_without_room_for_a_second_file_the_first_one_serves(path: Path) -> None:
    """A fresh one is smaller: a disk that is full of what is superseded is full no more."""
    first, count, last = output(WITHOUT_ROOM, path).splitlines()

    assert first == f"{path} cannot be written: File too large."
    assert (count, last) == ("40", "compacted")
    assert len(contents(path)["acme", "test"]["customers"]) == 40
    assert alone(path)
