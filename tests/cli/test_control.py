"""The control plane from the command line: the same names, the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.cli.control import VERBS, Verb


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    """Run a server that asks for a control token."""
    directory = tmp_path_factory.mktemp("data")
    with MockServer(tls_port=None, control_token="let-me-in", data_directory=directory) as running:
        ready = {
            "http": running.url,
            "domain": running.domain,
            "pid": os.getpid(),
            "organizations": [],
        }
        (directory / "ready.json").write_text(json.dumps(ready))
        yield running


def mockserver(server: MockServer, *words: str, said: str | None = None) -> tuple[int, str, str]:
    """Run a command of the control plane; return its status and what it prints."""
    ready = server.settings.data_directory / "ready.json"
    which = ["--ready-file", str(ready), "--control-token", "let-me-in"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *words, *which],
        input=said,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def printed(server: MockServer, *words: str, said: str | None = None) -> Any:
    """Run a command that succeeds; return the JSON it prints, ``None`` for nothing."""
    status, output, errors = mockserver(server, *words, said=said)
    assert (0, "") == (status, errors)
    return json.loads(output) if output else None


def test_worlds(server: MockServer) -> None:
    """Create one, look at it, seed it, put it back, remove it."""
    made = printed(server, "organizations", "create", "shop", "--customers", "3")
    assert ("shop", 8) == (made["slug"], len(made["credentials"]))
    assert "shop" in [o["slug"] for o in printed(server, "organizations", "list")]
    world = ["--organization", "shop"]
    assert 5 == printed(server, "seed", "--customers", "2", *world)["test"]["customers"]
    printed(server, "reset", *world)
    assert 3 == server.organization("shop").test.count("customers")
    assert made["id"] == printed(server, "organizations", "show", "shop")["id"]
    assert printed(server, "organizations", "delete", "shop") is None
    assert (1, "") == mockserver(server, "organizations", "show", "shop")[:2]


def test_snapshots_and_records(server: MockServer, tmp_path: Path) -> None:
    """What goes out to a file comes back in from it."""
    file = tmp_path / "before.json"
    printed(server, "snapshot", "--output", str(file))
    customer = {"type": "customers", "attributes": {"email": "a@b.c", "status": "repeat"}}
    stored = printed(server, "records", "-", said=json.dumps({"data": [customer]}))
    assert "customers" == stored["data"][0]["type"]
    assert "repeat" == server.organization().test.list("customers")[0]["status"]
    printed(server, "restore", str(file))
    assert 0 == server.organization().test.count("customers")


def test_time(server: MockServer) -> None:
    """Freeze, advance in either notation, and thaw."""
    printed(server, "clock", "freeze", "2026-01-15T10:00:00Z")
    printed(server, "clock", "advance", "P1DT2H")
    printed(server, "clock", "advance", "30")
    assert "2026-01-16T12:00:30.000Z" == printed(server, "clock", "show")["now"]
    assert 60 == printed(server, "clock", "shift", "60")["offset"]
    assert {"frozen_at": None, "offset": 0} == {
        name: printed(server, "clock", "thaw")[name] for name in ("frozen_at", "offset")
    }


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("faults", {"effect": {"status": 503}}),
        ("stubs", {"response": {"status": 204}, "match": {"path": "/api/coupons"}}),
    ],
)
def test_rules(server: MockServer, kind: str, rule: dict[str, Any]) -> None:
    """Add, list, remove, clear."""
    added = printed(server, kind, "add", json.dumps(rule), "--organization", "acme")
    assert [added["id"]] == [r["id"] for r in printed(server, kind, "list")]
    printed(server, kind, "remove", added["id"])
    printed(server, kind, "add", json.dumps(rule))
    printed(server, kind, "clear")
    assert [] == printed(server, kind, "list")


def test_journal(server: MockServer) -> None:
    """What was asked can be listed, counted, exported and forgotten."""
    with server.organization().session() as session:
        session.get("/api/customers")
    search = json.dumps({"match": {"type": "customers", "action": "list"}})
    assert {"count": 1} == printed(server, "journal", "count", search)
    assert 1 == printed(server, "journal", "find", search)["total"]
    assert 1 == len(printed(server, "journal", "list", "--limit", "1")["exchanges"])
    assert printed(server, "journal", "har")["log"]["entries"]
    assert "curl" in mockserver(server, "journal", "curl")[1]
    assert "exchanges" in printed(server, "journal", "unmatched")
    printed(server, "journal", "clear")
    assert {"count": 0} == printed(server, "journal", "count")


def test_settings_and_health(server: MockServer) -> None:
    """Values are JSON where they are, else texts."""
    assert (
        7 == printed(server, "settings", "set", "journal_size=7", "rate_limits=off")["journal_size"]
    )
    assert 7 == printed(server, "settings", "show")["journal_size"]
    assert printed(server, "health")["ready"]
    assert "mockserver_uptime_seconds" in mockserver(server, "metrics")[1]
    assert "demo" in [s["name"] for s in printed(server, "scenarios")]


REFUSED = {
    "not JSON": (["faults", "add", "{"], 2),
    "an unknown effect": (["faults", "add", '{"effect": {"boom": 1}}'], 1),
    "no pair": (["settings", "set", "journal_size"], 2),
    "a bad value": (["settings", "set", "journal_size=-1"], 1),
    "a bad moment": (["clock", "freeze", "yesterday"], 1),
    "a bad duration": (["clock", "advance", "P1Y"], 1),
    "nothing to seed": (["seed"], 1),
    "an unknown organization": (["reset", "--organization", "nobody"], 1),
    "an unknown rule": (["stubs", "remove", "stub-99"], 1),
    "an unknown scenario": (["seed", "--scenario", "nope"], 1),
    "a missing file": (["restore", "missing.json"], 2),
}


@pytest.mark.parametrize(("words", "status"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_line(server: MockServer, words: list[str], status: int) -> None:
    """One clear line: 1 when the server refuses, 2 when it is not asked."""
    found, output, errors = mockserver(server, *words)

    assert (status, "", 1) == (found, output, errors.count("\n"))
    assert errors.startswith("mockserver: ")


def test_without_the_token(server: MockServer) -> None:
    """A server that asks for a token is not told anything without."""
    ready = server.settings.data_directory / "ready.json"
    command = [sys.executable, "-m", "mockserver", "health", "--ready-file", str(ready)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own command

    assert (1, "") == (done.returncode, done.stdout)


def test_the_table_is_complete() -> None:
    """Every verb says what it does in one sentence."""
    verbs = [
        verb
        for what in VERBS.values()
        for verb in ([what] if isinstance(what, Verb) else what[1].values())
    ]

    assert all(verb.help.endswith(".") and "\n" not in verb.help for verb in verbs)
