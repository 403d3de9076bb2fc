"""What only the durable backend promises: nothing acknowledged is lost, nothing else is hurt."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from mockserver.storage import tinydb
from mockserver.storage.base import StorageError
from mockserver.storage.conditions import Compare
from mockserver.storage.journal import HEADER, decode, encode
from mockserver.storage.repair import repair
from mockserver.storage.tinydb import JournalDatabase, TinyDBStorage

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def opened(path: Path, **options: Any) -> TinyDBStorage:
    return TinyDBStorage(path, {}, **options)


def customer(number: int, id_: str, **values: Any) -> dict[str, Any]:
    return {"id": id_, "serial": number, **values}


def everything(storage: TinyDBStorage) -> Any:
    """Return all that a storage holds."""
    partitions = {key: storage.partition(*key) for key in list(storage._partitions)}
    return {
        key: {type_: partition.select(type_)[0] for type_ in partition.types()}
        for key, partition in partitions.items()
    }


def contents(path: Path) -> Any:
    storage = opened(path)
    try:
        return everything(storage)
    finally:
        storage.close()


def alone(path: Path) -> bool:
    """Say whether nothing was left beside the file: no lock, no half of another file."""
    return list(path.parent.iterdir()) == [path]


def fill(path: Path) -> list[tuple[int, Any]]:
    """Do some of everything; return the size of the file and what it holds after each step."""
    storage = opened(path)
    states = [(path.stat().st_size, everything(storage))]

    def step(action: Any) -> None:
        action()
        states.append((path.stat().st_size, everything(storage)))

    step(lambda: storage.partition("acme", "test"))
    acme = storage.partition("acme", "test")
    step(lambda: acme.put("customers", customer(1, "a", email="ä@b.c", nested={"k": [1]})))
    step(lambda: acme.load("customers", [customer(n, f"{n}") for n in range(2, 5)]))
    step(lambda: storage.partition("other", "live"))

    def transaction() -> None:
        with acme.transaction():
            acme.remove("customers", "3")
            acme.put("groups", customer(acme.next_number("groups"), "g", name="Gold"))

    step(transaction)
    step(lambda: storage.partition("other", "live").put("customers", customer(1, "a")))
    step(lambda: acme.remove("customers", "a"))
    step(acme.clear)
    step(lambda: acme.put("customers", customer(1, "z")))
    step(lambda: storage.drop("other"))
    step(lambda: acme.put("customers", customer(2, "y")))
    storage.close()
    return states


# --- a cut or a damaged file


def become(path: Path, content: bytes) -> None:
    """Make the file anew: file systems flush one that is overwritten, which takes its time."""
    path.unlink()
    path.write_bytes(content)


def test_a_file_cut_anywhere_gives_the_transactions_before_the_cut(path: Path) -> None:
    states = fill(path)
    whole = path.read_bytes()
    assert len(whole) == states[-1][0]
    for cut in range(len(HEADER), len(whole)):
        become(path, whole[:cut])
        expected = [state for size, state in states if size <= cut][-1]
        assert contents(path) == expected
        assert path.stat().st_size == max(size for size, _ in states if size <= cut)


@pytest.mark.parametrize("cut", [0, 1, 9, len(HEADER) // 2, len(HEADER) - 1])
def test_a_file_cut_in_its_header_is_new(path: Path, cut: int) -> None:
    path.write_bytes(HEADER[:cut])

    assert contents(path) == {}
    assert path.read_bytes() == HEADER


def test_after_a_cut_writing_goes_on(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes()[:-5])
    storage = opened(path)
    storage.partition("acme", "test").put("customers", customer(3, "x"))
    expected = everything(storage)
    storage.close()

    assert contents(path) == expected
    assert set(expected["acme", "test"]) == {"customers"}


def test_a_flipped_bit_anywhere_is_an_error_and_changes_nothing(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        become(path, damaged)
        with pytest.raises(StorageError, match=r"is damaged|is not a mockserver journal"):
            opened(path)
        assert path.read_bytes() == damaged


def test_every_bit_of_the_last_lines(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    for position in range(len(whole) - 100, len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << bit
            become(path, damaged)
            with pytest.raises(StorageError, match="is damaged"):
                opened(path)


def test_the_error_names_the_line_and_the_way_out(path: Path) -> None:
    fill(path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"customers", b"customerz")
    path.write_bytes(b"".join(lines))

    with pytest.raises(StorageError) as caught:
        opened(path)
    assert str(caught.value) == (
        f"line 4 of {path} is damaged: "
        f"'mockserver repair {path}' keeps the other lines and names what is lost."
    )


# --- repair


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


# --- files that cannot be used


def stock_tinydb(path: Path) -> None:
    with TinyDB(path) as database:
        database.insert({"a": 1})


FOREIGN: dict[str, Any] = {
    "a stock TinyDB file": stock_tinydb,
    "text": lambda path: path.write_text("Dear diary,\n\ntoday\n"),
    "JSON": lambda path: path.write_text('{"data": []}'),
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(5000)),  # noqa: S311 - not a secret
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "a line of ours without header": lambda path: path.write_bytes(encode({"a": {"b": {}}})),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_file_is_refused_and_left_alone(path: Path, make: Any) -> None:
    make(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(StorageError) as caught:
        opened(path)

    assert str(caught.value) == f"{path} is not a mockserver journal; it was left as it is."
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert alone(path)


def test_another_format_version_is_refused(path: Path) -> None:
    path.write_bytes(encode({"format": "mockserver journal", "version": 2}) + encode({}))
    with pytest.raises(StorageError, match=r"has format 2, this mockserver reads 1 only\.$"):
        opened(path)


def test_a_directory_or_a_pipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"is not a file\.$"):
        opened(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(StorageError, match=r"is not a file\.$"):
            opened(tmp_path / "pipe")


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "journal"
    with pytest.raises(StorageError) as caught:
        opened(path)

    assert str(caught.value) == f"{path} cannot be opened: No such file or directory."
    assert not path.parent.exists()


# --- other processes

PRELUDE = """
import os, sys
from mockserver.storage.base import StorageError
from mockserver.storage.tinydb import TinyDBStorage
path = sys.argv[1]
def customer(number, id_, **values): return {"id": id_, "serial": number, **values}
"""


def start(script: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Run a script in another process, which can talk back by printing."""
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", PRELUDE + script, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def output(script: str, *arguments: object, **options: Any) -> str:
    with start(script, *arguments, **options) as process:
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return text


HOLD = """
storage = TinyDBStorage(path, {})
storage.partition("acme", "test").put("customers", customer(1, "a"))
print("ready", flush=True)
sys.stdin.read()
"""
TRY = """
try:
    TinyDBStorage(path, {})
except StorageError as error:
    print(error)
"""


@posix
def test_a_second_process_is_refused_until_the_first_is_gone(path: Path) -> None:
    with start(HOLD, path, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        expected = f"{path} is in use by another mockserver (pid {process.pid})."
        for attempt in (opened, repair):
            with pytest.raises(StorageError) as caught:
                attempt(path)
            assert str(caught.value) == expected
        process.kill()

    assert contents(path)["acme", "test"]["customers"] == [customer(1, "a")]


def test_a_second_storage_of_the_same_process_is_refused(path: Path) -> None:
    link = path.with_name("link")
    first = opened(path)
    link.symlink_to(path)
    for name in (path, link):
        with pytest.raises(StorageError, match=rf"is in use by .* \(pid {os.getpid()}\)\.$"):
            opened(name)
    assert output(TRY, path) == f"{path} is in use by another mockserver (pid {os.getpid()}).\n"
    first.close()

    second = opened(link)
    first.close()
    assert "in use" in output(TRY, path)
    second.close()
    assert output(TRY, path) == ""


def test_the_lock_outlives_a_compaction(path: Path) -> None:
    storage = opened(path)
    storage._journal.write(storage._journal.tables)
    with pytest.raises(StorageError, match="is in use"):
        opened(path)
    assert "is in use" in output(TRY, path)
    storage.close()

    assert alone(path)


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
        storage._journal.write(storage._journal.tables)
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
refused(lambda: storage._journal.write({"t": {str(n): {"x": n} for n in range(100)}}))
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


AS_NOBODY = """
import fcntl  # now: nobody may not read the library of a Python that lives in root's home
os.seteuid(65534)
try:
    TinyDBStorage(path, {})
except StorageError as error:
    print(error)
"""


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root becomes nobody")
@pytest.mark.parametrize("directory_mode", [0o755, 0o777], ids=["directory", "file"])
def test_a_file_that_may_not_be_written_is_refused(directory_mode: int) -> None:
    with tempfile.TemporaryDirectory() as directory:  # nobody may not enter those of pytest
        path = Path(directory) / "journal"
        fill(path)
        path.chmod(0o444)
        path.parent.chmod(directory_mode)
        before = path.read_bytes()

        assert output(AS_NOBODY, path) == f"{path} cannot be opened: Permission denied.\n"
        assert path.read_bytes() == before
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


def test_a_long_running_process_does_not_fill_the_disk(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tinydb, "GARBAGE_WHILE_OPEN", 300)
    storage = opened(path)
    churn(storage, 5000)
    assert path.read_bytes().count(b"\n") < 400
    before = everything(storage)
    storage.close()

    assert contents(path) == before


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


def test_dropping_and_closing_while_others_write_neither_hangs_nor_tears(path: Path) -> None:
    storage = opened(path)
    partitions = {name: storage.partition(name, "test") for name in ("one", "two", "one ", "two ")}
    done: dict[str, int] = {}

    def work(name: str) -> None:
        try:
            for number in range(1, 1_000_000):
                with partitions[name].transaction():
                    partitions[name].put("customers", customer(number, f"{number}"))
                    partitions[name].put("groups", customer(number, f"{number}"))
                    storage.partition(name, "live")
                done[name] = number
        except StorageError as error:
            assert re.search(r"was dropped|is closed", str(error))  # noqa: PT017 - in a thread

    threads = [threading.Thread(target=work, args=(name,)) for name in partitions]
    for thread in threads:
        thread.start()
    while len(done) < len(partitions):
        time.sleep(0.001)
    storage.drop("one")
    storage.close()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()

    kept = contents(path)
    for name in ("two", "one ", "two "):
        assert (
            len(kept[name, "test"]["customers"]) == len(kept[name, "test"]["groups"]) == done[name]
        )
    assert ("one", "test") not in kept


def test_what_a_table_gives_is_indexed_after_opening(path: Path) -> None:
    fill(path)
    storage = opened(path)
    records, _ = storage.partition("acme", "test").select("customers", Compare("id", "eq", "y"))
    assert records == [customer(2, "y")]
    storage.close()


# --- TinyDB itself, over the same file


def test_tinydb_reads_and_writes_the_file(path: Path) -> None:
    fill(path)
    with JournalDatabase(path) as database:
        table = database.table("acme/test/customers")
        assert database.tables() == {"partitions", "numbers", "acme/test/customers"}
        assert table.get(doc_id="z") == customer(1, "z")
        assert [d.doc_id for d in table.search(where("serial") == 2)] == ["y"]

        table.insert(Document(customer(3, "x", tags=["a"]), doc_id="x"))
        table.update({"name": "Z"}, doc_ids=["z"])
        table.update({"name": "late"}, where("serial") > 1)
        table.upsert(Document(customer(4, "w"), doc_id="w"))
        table.remove(doc_ids=["y", "nobody"])
        with pytest.raises(ValueError, match="already exists"):
            table.insert(Document({}, doc_id="x"))
        with pytest.raises(ZeroDivisionError):
            table.update(lambda document: document["tags"].append(1 / 0), doc_ids=["x"])

    expected = [
        customer(1, "z", name="Z"),
        customer(3, "x", tags=["a"], name="late"),
        customer(4, "w"),
    ]
    assert contents(path)["acme", "test"]["customers"] == expected


@pytest.mark.parametrize("table", ["_default", "customers", "a/b/c"])
def test_what_a_person_put_there_is_refused_when_it_is_no_record(path: Path, table: str) -> None:
    with JournalDatabase(path) as database:
        database.table(table).insert(Document({"id": "x"}, doc_id="x"))
    before = path.read_bytes()
    with pytest.raises(StorageError, match="holds a table or a record that is not"):
        opened(path)

    assert path.read_bytes() == before
    assert alone(path)


def test_tinydb_changes_only_what_changed(path: Path) -> None:
    fill(path)
    with JournalDatabase(path) as database:
        before = path.stat().st_size
        database.table("acme/test/customers").update({"serial": 2}, where("id") == "y")
        database.table("acme/test/customers").remove(where("id") == "nobody")
        assert path.stat().st_size == before


def test_tinydb_drops_tables(path: Path) -> None:
    fill(path)
    with JournalDatabase(path) as database:
        database.table("acme/test/customers").truncate()
        assert len(database.table("acme/test/customers")) == 0
        database.table("acme/test/notes").insert(Document(customer(1, "n"), doc_id="n"))
        database.drop_table("acme/test/customers")
        assert database.tables() == {"partitions", "numbers", "acme/test/notes"}
    assert contents(path) == {("acme", "test"): {"notes": [customer(1, "n")]}}
    with JournalDatabase(path) as database:
        database.drop_tables()
    assert contents(path) == {}
