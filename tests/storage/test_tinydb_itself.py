"""TinyDB itself opens the stored file: ``TinyDB(path, storage=JournalStorage)``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from mockserver.storage.base import StorageError
from mockserver.storage.tinydb import JournalStorage
from tests.storage.journal_world import alone, contents, customer, fill, opened

CUSTOMERS = "acme/test/customers"


@pytest.fixture
def database(path: Path) -> Iterator[TinyDB]:
    """Return the database of a file that holds two customers."""
    fill(path)
    with TinyDB(path, storage=JournalStorage) as found:
        yield found


def test_it_reads_documents_under_their_numbers(database: TinyDB) -> None:
    table = database.table(CUSTOMERS)

    assert database.tables() == {"partitions", "numbers", CUSTOMERS}
    assert table.get(doc_id=1) == customer(1, "z")
    assert [d.doc_id for d in table.search(where("id") == "y")] == [2]
    assert database.table("partitions").all() == [{"name": "acme/test"}]
    assert database.table("numbers").all() == [{"name": CUSTOMERS, "last": 2}]


def test_it_writes_what_the_server_reads(path: Path, database: TinyDB) -> None:
    """A document that says no number has the one that TinyDB gives it."""
    table = database.table(CUSTOMERS)
    assert table.insert({"id": "x", "tags": ["a"]}) == 3
    table.update({"name": "Z"}, doc_ids=[1])
    table.update({"name": "late"}, where("serial") > 1)
    table.upsert(Document(customer(4, "w"), doc_id=4))
    table.remove(doc_ids=[2])
    with pytest.raises(ZeroDivisionError):
        table.update(lambda document: document["tags"].append(1 / 0), doc_ids=[3])
    database.close()

    assert contents(path)["acme", "test"]["customers"] == [
        customer(1, "z", name="Z"),
        customer(3, "x", tags=["a"], name="late"),
        customer(4, "w"),
    ]


@pytest.mark.parametrize(
    ("table", "document", "says"),
    [
        ("_default", {"id": "x"}, "a table '_default'; those of a sandbox are called"),
        ("customers", {"id": "x"}, "called ORGANIZATION/MODE/TYPE"),
        ("a/b/c", {"id": "x"}, "called ORGANIZATION/MODE/TYPE"),
        (CUSTOMERS, {}, "document 3 of 'acme/test/customers' has no id, which is a text"),
        (CUSTOMERS, {"id": 7}, "has no id, which is a text"),
        (CUSTOMERS, {"id": "z"}, "has the id or serial of another one"),
        (CUSTOMERS, {"id": "x", "serial": 1}, "has the id or serial of another one"),
        (CUSTOMERS, {"id": "x", "serial": "1"}, "a serial that is no number of a record"),
        (CUSTOMERS, {"id": "x", "value": {1, 2}}, "holds JSON only"),
        ("partitions", {}, "has no name, which is a text"),
    ],
)
def test_what_is_no_record_is_refused(
    path: Path, database: TinyDB, table: str, document: dict[str, object], says: str
) -> None:
    """And nothing has changed."""
    before = path.read_bytes()
    with pytest.raises(StorageError, match=says):
        database.table(table).insert(document)

    assert path.read_bytes() == before


def test_only_what_changed_is_appended(path: Path, database: TinyDB) -> None:
    before = path.read_bytes()
    database.table(CUSTOMERS).update({"serial": 2}, where("id") == "y")
    database.table(CUSTOMERS).remove(where("id") == "nobody")
    assert path.read_bytes() == before
    database.table(CUSTOMERS).update({"name": "Y"}, where("id") == "y")

    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"\n") == before.count(b"\n") + 1


def test_it_drops_tables(path: Path, database: TinyDB) -> None:
    database.table(CUSTOMERS).truncate()
    assert len(database.table(CUSTOMERS)) == 0
    database.table("acme/test/notes").insert(customer(1, "n"))
    database.drop_table(CUSTOMERS)
    assert database.tables() == {"partitions", "numbers", "acme/test/notes"}
    database.close()
    assert contents(path) == {("acme", "test"): {"notes": [customer(1, "n")]}}
    with TinyDB(path, storage=JournalStorage) as again:
        again.drop_tables()

    assert contents(path) == {}


def test_what_a_server_writes_to_can_be_read_only(path: Path) -> None:
    """The reader sees what is written meanwhile; the server is not disturbed."""
    fill(path)
    server = opened(path)
    try:
        with TinyDB(path, storage=JournalStorage) as database:
            server.partition("acme", "test").put("customers", customer(3, "late"))
            assert [d["id"] for d in database.table(CUSTOMERS)] == ["z", "y", "late"]
            server._journal.compact()
            server.partition("acme", "test").remove("customers", "z")
            assert [d["id"] for d in database.table(CUSTOMERS)] == ["y", "late"]
            with path.open("ab") as file:
                file.write(b"0000")  # a line that is still being written
            assert [d["id"] for d in database.table(CUSTOMERS)] == ["y", "late"]
            with path.open("rb+") as file:
                file.truncate(path.stat().st_size - 4)
            with pytest.raises(StorageError, match=r"in use .*Until that ends, it can be read"):
                database.table(CUSTOMERS).remove(doc_ids=[2])
    finally:
        server.close()

    assert alone(path)
    assert [r["id"] for r in contents(path)["acme", "test"]["customers"]] == ["y", "late"]


def test_a_server_does_not_start_on_what_somebody_has_opened(path: Path, database: TinyDB) -> None:
    """It would not see what is written there."""
    assert database.tables()
    with pytest.raises(StorageError, match="in use"):
        opened(path)
