"""A plain TinyDB file becomes a journal at the start, and stays beside it as it was."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from mockserver.storage.base import StorageError
from mockserver.storage.plain import plain, tables_in
from mockserver.storage.tinydb import JournalStorage, TinyDBStorage
from tests.storage.journal_world import alone, contents, customer, everything, fill, opened

RECORD = {"id": "a", "serial": 1}


def test_a_plain_file_is_taken_over(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Made by TinyDB with its own storage; the log says where it is kept."""
    with TinyDB(path) as database:
        database.table("_default")
        database.table("acme/test/customers").insert({"id": "a", "email": "ä@b.c"})
        database.table("acme/live/customers").insert(customer(7, "b"))
    before = path.read_bytes()
    path.chmod(0o640)
    with caplog.at_level(logging.WARNING):
        found = contents(path)

    kept = path.with_name("journal.plain")
    assert found == {
        ("acme", "test"): {"customers": [{"id": "a", "email": "ä@b.c", "serial": 1}]},
        ("acme", "live"): {"customers": [customer(7, "b")]},
    }
    assert kept.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert [r.getMessage() for r in caplog.records] == [
        f"{path} was a plain TinyDB file and is a journal now; it is kept as {kept}"
    ]
    assert contents(path) == found
    assert sorted(path.parent.iterdir()) == [path, kept]


def test_the_plain_form_and_back_is_the_same(path: Path, tmp_path: Path) -> None:
    """Numbers of what is gone included: no id is given twice."""
    fill(path)
    storage = opened(path)
    acme = storage.partition("acme", "test")
    acme.remove("customers", "y")
    storage.partition("acme", "live")
    before = everything(storage)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(plain(tables_in(storage)), indent=2))
    storage.close()

    again = opened(other)
    assert everything(again) == before
    assert again.organizations() == ["acme"]
    assert again.partition("acme", "test").next_number("customers") == 3
    again.close()


def test_tinydb_reads_the_plain_form_as_it_reads_the_journal(path: Path, tmp_path: Path) -> None:
    fill(path)
    storage = opened(path)
    storage.partition("acme", "live")
    other = tmp_path / "other.json"
    other.write_text(json.dumps(plain(tables_in(storage))))
    storage.close()

    with TinyDB(path, storage=JournalStorage) as ours, TinyDB(other) as theirs:
        assert theirs.tables() == ours.tables()
        for name in ours.tables():
            assert theirs.table(name).all() == ours.table(name).all()


def test_no_earlier_original_is_overwritten(path: Path) -> None:
    for _ in range(2):
        path.write_text(json.dumps({"acme/test/customers": {"1": RECORD}}))
        contents(path)

    assert sorted(p.name for p in path.parent.iterdir()) == [
        "journal",
        "journal.plain",
        "journal.plain-2",
    ]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"_default": {"1": {"a": 1}}}, "a table '_default'; those of a sandbox"),
        ({"data": {}}, "a table 'data'; those of a sandbox"),
        ({"data": []}, "a table 'data'; those of a sandbox"),
        ({"acme/test/customers": []}, "is no object of documents"),
        ({"customers": {"1": RECORD}}, "a table 'customers'; those of a sandbox are called ORG"),
        ({"acme/test/customers": {"x": RECORD}}, "document x of 'acme/test/customers' is no"),
        ({"acme/test/customers": {"1": 5}}, "is no object under a number"),
        ({"acme/test/customers": [5]}, "is no object of documents"),
        ({"acme/test/customers": {"1": {}}}, "has no id"),
        ({"acme/test/customers": {"1": RECORD, "2": RECORD}}, "of another one"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_json_that_is_no_sandbox_is_left_as_it_is(path: Path, document: Any, says: str) -> None:
    """The error says what is wrong, and how records of one's own are stored."""
    text = json.dumps(document)
    path.write_text(text)
    with pytest.raises(StorageError, match=says) as raised:
        opened(path)

    assert "'mockserver records FILE'" in str(raised.value)
    assert path.read_text() == text
    assert alone(path)


def test_json_that_does_not_read_is_left_as_it_is(path: Path) -> None:
    path.write_text('{"acme/test/customers": {')
    with pytest.raises(StorageError, match="is JSON, but not of a sandbox: unexpected end"):
        opened(path)

    assert alone(path)


def test_an_organization_without_what_makes_one_is_refused(path: Path) -> None:
    """It would be forgotten in silence otherwise, and another one seeded in its place."""
    path.write_text(json.dumps({"acme/test/customers": {"1": RECORD}}))
    with pytest.raises(StorageError, match="no table 'acme/test/organizations', without which"):
        TinyDBStorage(path, {}, essential=["organizations"])

    assert alone(path)
