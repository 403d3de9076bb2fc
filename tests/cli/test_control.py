"""The control plane from the command line: the same names, the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mockserver import MockServer
from mockserver.cli.asking import Asking
from mockserver.cli.commands import commands
from mockserver.cli.control import Refused, _follow
from mockserver.cli.verb import Verb
from mockserver.cli.verbs import VERBS
from mockserver.traffic.journal_stream import LAST_WORD
from tests.webhooks.receiver import Receiver


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


def mockserver(
    server: MockServer, *words: str, said: str | None = None, cwd: Path | None = None
) -> tuple[int, str, str]:
    """Run a command of the control plane; return its status and what it prints."""
    ready = server.settings.data_directory / "ready.json"
    which = ["--ready-file", str(ready), "--control-token", "let-me-in"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *words, *which],
        input=said,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def printed(
    server: MockServer, *words: str, said: str | None = None, cwd: Path | None = None
) -> Any:
    """Run a command that succeeds; return the JSON it prints, ``None`` for nothing."""
    status, output, errors = mockserver(server, *words, said=said, cwd=cwd)
    assert (0, "") == (status, errors)
    return json.loads(output) if output else None


def test_worlds(server: MockServer) -> None:
    """Create one, look at it, seed it, put it back, remove it."""
    made = printed(server, "organizations", "create", "shop", "--customers", "3")
    assert ("shop", 10) == (made["slug"], len(made["credentials"]))
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


def test_jobs(server: MockServer) -> None:
    """List, do, fail; a job that is not there is refused in one line."""
    jane = {"type": "customers", "id": "jane", "attributes": {"email": "jane@example.com"}}
    job = {"job": "anonymization_start", "resource_type": "customers", "resource": "jane"}
    later = [
        {"type": "jobs", "id": id_, "attributes": {**job, "due_at": 4102444800}}
        for id_ in ("first", "second", "third")
    ]
    printed(server, "records", "-", said=json.dumps({"data": [jane, *later]}))
    some = ["--organization", "acme", "--mode", "test", "--type", "customers"]

    listed = printed(server, "jobs", *some, "--resource", "jane")
    assert ["first", "second", "third"] == [job["id"] for job in listed]
    assert "done" == printed(server, "jobs", "run-one", "first")["outcome"]
    assert "failed" == printed(server, "jobs", "fail", "second", *some)["outcome"]
    assert ["third"] == [job["id"] for job in printed(server, "jobs", "run", *some)]
    assert [] == printed(server, "jobs", "list")
    status, _, errors = mockserver(server, "jobs", "fail", "third")
    assert (1, "mockserver: There is no job 'third'.\n") == (status, errors)


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


def test_faults_in_words(server: MockServer) -> None:
    """The words of the header do, with conditions and a count; what means nothing is refused."""
    added = printed(
        server,
        *("faults", "add", "503; delay=2", "--times", "1"),
        *("--match", "type=customers", "--match", 'method=["GET", "HEAD"]'),
    )
    assert {"status": 503, "delay": 2.0} == added["effect"]
    assert {"type": "customers", "method": ["GET", "HEAD"]} == added["match"]
    assert 1 == added["times"]
    printed(server, "faults", "clear")
    status, _, errors = mockserver(server, "faults", "add", "50x")
    assert (1, True) == (status, "/effect '50x' is not an error code" in errors)


def test_outage(server: MockServer) -> None:
    """On, seen by a client, off."""
    printed(server, "outage", "on")
    assert ["outage"] == [outage["id"] for outage in printed(server, "outage")]
    with server.organization().session() as session:
        assert 503 == session.get("/api/customers").status_code
        printed(server, "outage", "off")
        assert 200 == session.get("/api/customers").status_code
    printed(server, "journal", "clear")


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
    "a bad duration": (["clock", "advance", "soon"], 1),
    "nothing to seed": (["seed"], 1),
    "an unknown locale": (["seed", "--customers", "1", "--locale", "jp"], 1),
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
    command = [sys.executable, "-m", "mockserver", "metrics", "--ready-file", str(ready)]
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


def test_a_group_alone_is_its_first_command(server: MockServer) -> None:
    """With or without options; an unknown word is none of its commands."""
    assert printed(server, "settings") == printed(server, "settings", "show")
    assert printed(server, "faults", "--organization", "acme") == []
    assert "now" in printed(server, "clock")
    assert mockserver(server, "clock", "stop") == (2, "", "mockserver: No such command 'stop'.\n")
    for word in ("--help", "-h"):
        assert "  freeze " in CliRunner().invoke(commands, ["clock", word]).output


def test_a_clock_stops_where_it_is(server: MockServer) -> None:
    assert printed(server, "clock", "freeze")["frozen_at"]
    assert printed(server, "clock", "thaw")["frozen_at"] is None


def test_conditions(server: MockServer) -> None:
    """Of a search, as the parameters of the URL."""
    with server.organization().session() as session:
        session.get("/api/tags")
        session.get("/api/custmers")

    def found(*words: str) -> list[str]:
        exchanges = printed(server, "journal", *words)["exchanges"]
        return [exchange["request"]["path"] for exchange in exchanges]

    assert found("list", "type=tags", "--organization", "acme") == ["/api/tags"]
    assert found("list", "status=4xx", "order=newest", "--limit", "1") == ["/api/custmers"]
    assert found("unmatched", "method=GET") == ["/api/custmers"]
    assert mockserver(server, "journal", "curl", "type=tags")[1].count("\n") == 1
    assert mockserver(server, "journal", "list", "tags") == (
        2,
        "",
        "mockserver: 'tags' is not NAME=VALUE\n",
    )
    assert mockserver(server, "journal", "follow", "nope=1")[::2] == (
        1,
        "mockserver: /nope Unknown field.\n",
    )


def test_deliveries(server: MockServer) -> None:
    """Waited for, shown, sent once more, forgotten; what does not come is a failure."""
    world = server.create_organization("hooked")
    with Receiver() as receiver:
        world.test.create("webhooks", topic="customers.create", callback_url=receiver.url)
        world.test.create("customers", email="jane@example.com")
        one = ["--organization", "hooked"]
        page = printed(server, "deliveries", "--wait", "1", "topic=customers.create", *one)
        (delivery,) = page["deliveries"]
        again = printed(server, "deliveries", "replay", delivery["id"], *one)
        late = mockserver(server, "deliveries", "list", "--wait", "3", "--timeout", "0.1", *one)
        shown = printed(server, "deliveries", "show", again["id"])

    said = "mockserver: the time is over: what was waited for has not come\n"
    assert (1, False, said) == (late[0], json.loads(late[1])["complete"], late[2])
    assert ("delivered", delivery["id"]) == (shown["status"], shown["replay_of"])
    assert printed(server, "deliveries", "clear", *one) is None
    assert [] == world.deliveries()
    world.delete()


def test_settings_of_an_organization(server: MockServer) -> None:
    words = ["--setting", "tags_max_name_length=3", "--setting", "name=My shop"]
    made = printed(server, "organizations", "create", "own", *words)

    assert made["settings"] == {"tags_max_name_length": 3, "name": "My shop"}
    server.delete_organization("own")


def test_customers_from_elsewhere(server: MockServer) -> None:
    """Of a new organization, of further ones, and of one alone."""
    words = ["--customers", "20", "--locale", "it-IT", "--locale", "el_GR"]
    made = printed(server, "organizations", "create", "own", *words)
    world = ("--organization", "own")
    printed(server, "seed", "--customers", "1", "--locale", "ja_JP", *world)
    words = ["--email", "ada@example.com", "--locale", "ja_JP", "--addresses", "1"]
    printed(server, "customer", "add", *words, *world)
    (newest, *_) = server.organization("own").test.list("addresses", sort="-created_at")

    assert made["locale"] == ["it_IT", "el_GR"]
    assert newest["country_code"] == "JP"
    server.delete_organization("own")


def test_strict_filters(server: MockServer) -> None:
    """Of one organization, and of the server."""
    words = ["--setting", "strict_filters=true"]
    made = printed(server, "organizations", "create", "strict", *words)
    told = printed(server, "settings", "set", "strict_filters=true")
    printed(server, "settings", "set", "strict_filters=false")

    assert (made["settings"], told["strict_filters"]) == ({"strict_filters": True}, True)
    with server.organization("strict").session() as session:
        assert session.get("/api/tags?filter[q][nope_eq]=x").status_code == 400
    with server.organization("acme").session() as session:
        assert session.get("/api/tags?filter[q][nope_eq]=x").status_code == 200
    server.delete_organization("strict")


def test_a_scenario_file_is_one_of_this_machine(server: MockServer, tmp_path: Path) -> None:
    """The server stands elsewhere; what is wrong with it names the file."""
    (tmp_path / "own.json").write_text('{"meta": {"customers": 2}}')
    (tmp_path / "bad.json").write_text('{"meta":\n{"customers": -1}}')
    made = printed(server, "organizations", "create", "own", "--scenario", "own.json", cwd=tmp_path)
    status, _, errors = mockserver(server, "seed", "--scenario", "bad.json", cwd=tmp_path)

    assert made["scenario"] == str((tmp_path / "own.json").resolve())
    assert status == 1
    assert f"{tmp_path.resolve() / 'bad.json'} /meta/customers: Not a number" in errors
    server.delete_organization("own")


def test_a_file_that_is_no_json_is_named(server: MockServer, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text("{")

    status, _, errors = mockserver(server, "restore", str(file))

    assert (status, errors.startswith(f"mockserver: {file} is not JSON: ")) == (2, True)


def test_organizations_created_since_the_start(server: MockServer) -> None:
    """Tokens and credentials of theirs can be had like those of the first."""
    printed(server, "organizations", "create", "late")
    token = mockserver(server, "token", "--organization", "late")[1].strip()
    known = printed(server, "credentials", "--format", "json", "--organization", "late")

    assert token.count(".") == 2
    assert [o["slug"] for o in known["organizations"]] == ["late"]
    assert [c.client_id for c in server.organization("late").credentials] == [
        c["client_id"] for c in known["organizations"][0]["credentials"]
    ]
    server.delete_organization("late")
    status, _, errors = mockserver(server, "token", "--organization", "late")
    assert (status, "there is no organization 'late'" in errors) == (2, True)


def test_follow(server: MockServer) -> None:
    """One object for each exchange as it happens; the end of the server is the end."""
    with MockServer(tls_port=None, data_directory=server.settings.data_directory) as other:
        ready = {"http": other.url, "domain": "x:1", "pid": os.getpid(), "organizations": []}
        file = Path(server.settings.data_directory) / "other.json"
        file.write_text(json.dumps(ready))
        command = ["journal", "follow", "type=tags", "--json", "--ready-file", str(file)]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "mockserver", *command], stdout=subprocess.PIPE, text=True
        )
        _until(lambda: other.app.journal._listeners)
        with other.organization().session() as session:
            session.get("/api/customers")
            session.get("/api/tags")
        assert process.stdout
        line = process.stdout.readline()
    out, _ = process.communicate(timeout=30)

    assert (json.loads(line)["request"]["path"], out) == ("/api/tags", "")
    assert process.returncode == 0


def _until(happened: Any) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def test_a_server_without_a_control_plane(server: MockServer) -> None:
    directory = server.settings.data_directory
    with MockServer(tls_port=None, control=False, data_directory=directory) as other:
        ready = {"http": other.url, "domain": "x:1", "pid": os.getpid(), "organizations": []}
        (Path(directory) / "closed.json").write_text(json.dumps(ready))
        file = str(Path(directory) / "closed.json")
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "mockserver", "metrics", "--ready-file", file],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    expected = "mockserver: the server has no control plane: it was started with --no-control\n"
    assert (done.returncode, done.stderr) == (1, expected)


def test_a_reader_that_was_dropped_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came before is printed; the end is an error, as something is missing."""
    printed_line = b'data: {"id": 1}\n'
    lines = [b"id: 1\n", b"event: exchange\n", printed_line, b"\n", *LAST_WORD.splitlines(True)]
    asking = Asking("http://127.0.0.1:9", {})
    monkeypatch.setattr(asking, "lines", lambda _: (200, iter(lines)))

    with pytest.raises(Refused, match="You read too slowly"):
        _follow(asking, "/_mock/journal/stream", is_text=False)
    assert capsys.readouterr().out == '{"id": 1}\n'


def test_the_newest_of_the_journal_and_of_the_deliveries(server: MockServer) -> None:
    """As many as are asked for, the newest last; the parameter of a page is another one."""
    with server.organization().session() as client:
        for number in range(5):
            client.get(f"/api/customers?page[size]={number + 1}")
    newest = printed(server, "journal", "list", "--limit", "2", "type=customers")
    page = printed(server, "journal", "list", "type=customers", "limit=2")

    def sizes(said: dict[str, Any]) -> list[str]:
        return [each["request"]["query"].rpartition("=")[2] for each in said["exchanges"]]

    assert sizes(newest) == ["4", "5"]
    assert sizes(page) != sizes(newest)


def test_reset_keeps_what_is_named(server: MockServer) -> None:
    """And nothing else; of all organizations, if all are meant."""
    printed(server, "organizations", "create", "other")
    printed(server, "faults", "add", '{"effect": {"status": 503}}', "--organization", "other")
    printed(server, "clock", "freeze", "2030-01-01T00:00:00Z", "--organization", "other")
    printed(server, "reset", "--organization", "other", "--keep", "faults, stubs")

    assert len(printed(server, "faults", "list", "--organization", "other")) == 1
    assert printed(server, "clock", "show", "--organization", "other")["frozen_at"] is None

    described = printed(server, "reset", "--all")

    assert {"acme", "other"} <= {each["slug"] for each in described}
    assert printed(server, "faults", "list", "--organization", "other") == []
    for words in (("--keep", "records"), ("--all", "--organization", "other")):
        assert mockserver(server, "reset", *words)[0] in (1, 2)
    server.delete_organization("other")
