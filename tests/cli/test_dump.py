"""``mockserver dump`` writes plain TinyDB files, and ``serve`` starts with one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where

from mockserver.storage.journal import HEADER, decode
from mockserver.storage.plain import tables_of
from mockserver.storage.tinydb import JournalStorage
from tests.cli.processes import ROOT, Home, Run, Served

PAGE = (ROOT / "docs" / "storage.md").read_text()
CUSTOMERS = "acme/test/customers"
FEW = ("--customers", "14", "--no-tls")


def emails(database: TinyDB) -> list[str]:
    """Return those of all customers of test mode."""
    return [document["email"] for document in database.table(CUSTOMERS)]


def test_a_server_in_memory_is_dumped_and_served_again(home: Home, run: Run) -> None:
    """Edited by TinyDB on the way, with its data, credentials and ids."""
    plain = home / "plain.json"
    with Served(home, *FEW) as server:
        done = run("dump", "--ready-file", str(server.ready_file), "--tinydb", str(plain))
        said = run("credentials", "--ready-file", str(server.ready_file)).stdout
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with TinyDB(plain) as database:
        assert len(emails(database)) == 14
        change = {"email": "jane@example.com"}
        database.table(CUSTOMERS).update(change, where("email") == "john@example.com")
    edited = plain.read_bytes()

    with Served(home, "--storage", f"tinydb:{plain}", "--no-tls") as server:
        which = ("--ready-file", str(server.ready_file))
        assert run("credentials", *which).stdout == said
        with TinyDB(plain, storage=JournalStorage) as database:
            assert emails(database)[0] == "jane@example.com"
        # While a server runs on it.
        assert run("dump", str(plain), "--tinydb", str(home / "file.json")).returncode == 0
        dumped = run("dump", *which, "--tinydb", "-").stdout
    assert (home / "plain.json.plain").read_bytes() == edited
    assert tables(json.loads(dumped)) == tables(json.loads((home / "file.json").read_bytes()))


def tables(plain: Any) -> Any:
    """Return what they stand for, however it is numbered; tokens are made all the time."""
    return {name: table for name, table in tables_of(plain).items() if "token" not in name}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.json", "--tinydb", "out.json"], "missing.json does not exist"),
        (["plain.json", "--tinydb", "out.json"], "plain.json is plain already, or no stored file"),
        (["text.txt", "--tinydb", "out.json"], "is not a mockserver journal"),
        (["--tinydb", "out.json"], "no server runs"),
        (["sandbox.json", "--tinydb", "no/where.json"], "cannot write no/where.json: No such"),
        (["sandbox.json"], "Missing option '--tinydb'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_dumped(home: Home, run: Run, arguments: list[str], says: str) -> None:
    """One line, status 2, and no file is made or changed."""
    (home / "plain.json").write_text('{"a": {}}')
    (home / "text.txt").write_text("Dear diary")
    JournalStorage(home / "sandbox.json").close()
    before = sorted(home.rglob("*"))
    done = run("dump", *arguments)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    assert sorted(home.rglob("*")) == before
    assert (home / "plain.json").read_text() == '{"a": {}}'


def test_a_plain_file_that_is_no_sandbox_does_not_start(home: Home, run: Run) -> None:
    """It would be forgotten in silence otherwise."""
    path = home / "plain.json"
    path.write_text(json.dumps({CUSTOMERS: {"1": {"id": "a", "serial": 1}}}))
    done = run("serve", "--port", "0", "--no-tls", "--storage", f"tinydb:{path}")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no table 'acme/test/organizations'" in done.stderr


# --- docs/storage.md


def block(language: str) -> str:
    """Return the first block of the page in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_page_shows_a_file_that_reads(tmp_path: Path) -> None:
    """Header, checksums and all; and the same as plain TinyDB has it."""
    text = block("text").encode()
    lines = text.splitlines(keepends=True)
    assert lines[0] == HEADER
    assert all(decode(line) for line in lines)
    path = tmp_path / "sandbox.json"
    path.write_bytes(b"".join(lines[:-1]))
    with TinyDB(path, storage=JournalStorage) as database:
        read = database.storage.read()

    plain = json.loads(block("json"))
    plain["partitions"].pop("2")
    assert read == plain


def test_the_page_opens_a_file_with_tinydb(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The code of the page, on a file that a server has left."""
    with Served(home, *FEW, "--storage", f"tinydb:{home / 'sandbox.json'}"):
        pass
    monkeypatch.chdir(home)
    exec(compile(block("python"), "docs/storage.md", "exec"), {})  # noqa: S102 - our own page

    assert re.fullmatch(r"\w{10} 1 repeat\n", capsys.readouterr().out)
    assert run("dump", "sandbox.json", "--tinydb", "plain.json").returncode == 0
