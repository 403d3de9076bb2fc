"""What a server says of itself, and how the commands find it."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from mockserver import MockServer
from mockserver.cli import main
from mockserver.cli.ready import Document
from tests.cli.processes import ROOT, TIMEOUT, Home, Run, Served, claims, connect, port_of
from tests.cli.processes import run as run_in

#: How the tests call it.
PYTHON = shlex.quote(sys.executable)


def test_the_ready_file_says_what_is_there(server: Served) -> None:
    """Its members are those that were promised, no more."""
    ready = server.ready

    assert set(ready) == {"http", "https", "domain", "ca", "pid", "instance", "organizations"}
    assert ready["pid"] == server.process.pid
    assert ready["domain"] == f"cl.localhost:{port_of(ready['https'])}"
    (organization,) = ready["organizations"]
    assert {"id", "slug", "credentials", "users"} == set(organization)
    members = {"name", "kind", "mode", "client_id", "client_secret", "scope"}
    assert all(members == set(credential) for credential in organization["credentials"])


def test_both_listeners_answer_when_it_is_ready(server: Served) -> None:
    """The one for https with a certificate that the authority has signed."""
    context = ssl.create_default_context(cafile=server.ready["ca"])
    netloc = urlsplit(server.ready["https"]).netloc
    secure = http.client.HTTPSConnection(netloc, timeout=TIMEOUT, context=context)
    for connection in (secure, connect(server.ready["http"])):
        connection.request("GET", "/.well-known/jwks.json")

        assert connection.getresponse().status == 200

        connection.close()


def test_the_screen(home: Home) -> None:
    """Read without a terminal, it is plain and says what the ready file says."""
    with Served(home, "--no-seed") as served:
        status, out, err = served.end()

    assert (status, err) == (0, "")
    assert "\x1b" not in out
    organization = served.ready["organizations"][0]
    texts = {served.ready[name] for name in ("http", "https", "ca")} | {organization["id"]}
    for credential in organization["credentials"]:
        texts |= {credential["client_id"], credential["client_secret"] or credential["scope"]}
    assert {text for text in texts if text not in out} == set()


def test_the_token_command_of_the_screen_can_be_pasted(home: Home) -> None:
    """It is there before the ready file is."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    with Served(home, "--no-seed", "--no-tls") as served:
        screen = iter(served.process.stdout or ())
        command = next(line for line in screen if "/oauth/token" in line) + next(screen)

        done = subprocess.run(command, shell=True, capture_output=True, check=True)  # noqa: S602

    assert claims(json.loads(done.stdout)["access_token"])["test"] is True


def test_every_command_of_the_screen_can_be_pasted(home: Home) -> None:
    """In another terminal, where no variable says what this server was told."""
    with Served(home, "--no-seed", "--no-tls") as served, Served(home, "--no-seed", "--no-tls"):
        lines = []
        for line in served.process.stdout or ():
            lines.append(line)
            if line.startswith("Stop with"):
                break
        text = "".join(lines).replace("\\\n", "")
        commands = [c.strip() for c in text.splitlines() if c.startswith(("  curl", f"  {PYTHON}"))]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MOCKSERVER_")}
        printed = [
            subprocess.run(  # noqa: S602 - as somebody would
                command, shell=True, capture_output=True, check=True, cwd=ROOT, env=clean
            ).stdout
            for command in commands
        ]

    token, customers, users = printed
    assert "access_token" in json.loads(token)
    assert json.loads(customers)["data"] == []
    assert claims(users.decode())["application"]["kind"] == "webapp"


def test_the_commands_find_the_running_server(home: Home, run: Run) -> None:
    """They need no option, and nothing is left of a server that has ended."""
    with Served(home, "--no-seed", "--no-tls") as served:
        place = home / "running" / f"{port_of(served.ready['http'])}.json"

        assert served.ready == json.loads(place.read_text())
        assert served.ready == json.loads(run("credentials", "--format", "json").stdout)

    assert not place.exists()
    assert not served.ready_file.exists()
    assert run("credentials").returncode == 2


def test_of_several_servers_one_has_to_be_chosen(home: Home, run: Run) -> None:
    """By its URL, or by its port."""
    with Served(home, "--no-seed") as one, Served(home, "--no-seed", "--no-tls") as other:
        undecided = run("token")
        by_url = run("credentials", "--format", "json", "--url", one.ready["https"])
        port = str(port_of(other.ready["http"]))
        by_port = run("credentials", "--format", "json", MOCKSERVER_PORT=port)

    assert undecided.returncode == 2
    assert one.ready["http"] in undecided.stderr
    assert one.ready == json.loads(by_url.stdout)
    assert other.ready == json.loads(by_port.stdout)


def test_a_server_has_many_names(home: Home, run: Run) -> None:
    """Any of them will do, with a path behind it or without; and it is the whole of it."""
    with Served(home, "--no-seed") as served:
        port, tls_port = port_of(served.ready["http"]), port_of(served.ready["https"])
        said = [
            json.loads(run("credentials", "--format", "json", "--url", url).stdout)
            for url in (
                f"http://localhost:{port}/",
                f"http://127.0.0.1:{port}/api/customers",
                f"https://localhost:{tls_port}",
                f"https://acme.cl.localhost:{tls_port}/api",
            )
        ]

    assert said == [served.ready] * 4


def test_a_server_that_is_in_no_list_is_asked_itself(home: Home, run: Run) -> None:
    """As one in a container: what answers at the URL, or on the port, runs."""
    elsewhere = {"MOCKSERVER_DATA_DIRECTORY": str(home / "elsewhere")}
    with Served(home, "--no-seed") as served:
        port = port_of(served.ready["http"])
        tokens = [
            run("token", *which, **elsewhere).stdout
            for which in (("--url", f"http://localhost:{port}"), ("--port", str(port)))
        ]
        healthy = run("health", "--port", str(port), **elsewhere)
        known = run("credentials", "--format", "json", "--port", str(port), **elsewhere)
        silent = run("token", MOCKSERVER_PORT=str(port), **elsewhere)
        stopped = run("stop", "--port", str(port), **elsewhere)

    assert [claims(token)["application"]["kind"] for token in tokens] == ["integration"] * 2
    assert json.loads(healthy.stdout)["instance"] == served.ready["instance"]
    assert json.loads(known.stdout)["domain"] == served.ready["domain"]
    assert f"but one answers at --url http://127.0.0.1:{port}" in silent.stderr
    assert (silent.returncode, stopped.returncode) == (2, 2)
    assert "is in no list here: end it where it was started" in stopped.stderr


def test_a_port_that_is_named_is_the_only_one_that_will_do(home: Home, run: Run) -> None:
    """As a variable it is the one to prefer."""
    with Served(home, "--no-seed", "--no-tls") as served, socket.create_server(("", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        named = run("token", "--port", str(port))
        preferred = run("token", MOCKSERVER_PORT=str(port))
        at_url = run("token", "--url", f"http://127.0.0.1:{port}")

    there = f"there runs: {served.ready['http']}\n"
    assert (named.returncode, preferred.returncode, at_url.returncode) == (2, 0, 2)
    assert named.stderr == f"mockserver: no server runs on port {port}; {there}"
    assert at_url.stderr == (
        f"mockserver: no server runs at http://127.0.0.1:{port}: Connection refused; {there}"
    )


def test_what_a_dead_server_has_left(home: Home, run: Run) -> None:
    """The commands do not find it, and clear it away; who insists on it is told that it is gone."""
    with Served(home, "--no-seed", "--no-tls") as served:
        served.end(signal.SIGKILL)
    left = list((home / "running").iterdir())

    done = run("credentials")
    insisted = run("token", "--ready-file", str(served.ready_file))

    assert len(left) == 1
    assert (done.returncode, list((home / "running").iterdir())) == (2, [])
    assert insisted.returncode == 2
    assert f"mockserver: no server answers at {served.ready['http']}: " in insisted.stderr
    assert insisted.stderr.count("\n") == 1


#: Commands that speak of a running server.
SPEAKING = (
    ("credentials",),
    ("credentials", "--format", "env"),
    ("token",),
    ("token", "--customer", "john@example.com"),
    ("health",),
    ("clock",),
    ("journal", "follow"),
)


class Impostor(BaseHTTPRequestHandler):
    """Another program, which answers everything."""

    def do_GET(self) -> None:
        """Answer as if all were well."""
        self.answer(b'{"ready": true}')

    def do_POST(self) -> None:
        """Hand out a token."""
        self.answer(b'{"access_token": "theirs"}')

    def answer(self, body: bytes) -> None:
        """Answer with JSON."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def endless(port: int) -> Iterator[None]:
    """Answer like a stream of events, which does not end."""

    class Stream(Impostor):
        def answer(self, _: bytes) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"x" * 1000)

    yield from answering(port, Stream)


def answering(port: int, handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    """Run another program on a port."""
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as program:
        program.daemon_threads = True
        thread = threading.Thread(target=program.serve_forever, args=(0.01,))
        thread.start()
        yield
        program.shutdown()
        thread.join()


def nothing(_: int) -> Iterator[None]:
    """Leave the port alone: nobody has it."""
    yield


def impostor(port: int) -> Iterator[None]:
    """Run another program that answers everything."""
    yield from answering(port, Impostor)


def successor(port: int) -> Iterator[None]:
    """Run another mockserver, which is not the one that has died."""
    with MockServer(port=port, tls_port=None):
        yield


@pytest.fixture
def killed(home: Home, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Return what a server says that was killed, where its record and its ready file still are."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("MOCKSERVER_DATA_DIRECTORY", str(home))
    with Served(home, "--no-seed", "--no-tls") as served:
        served.end(signal.SIGKILL)
    shutil.copy(served.ready_file, home / "ready.json")
    return served.ready


@pytest.mark.parametrize("there", [nothing, impostor, endless, successor])
@pytest.mark.parametrize("way", ["record", "ready file"])
def test_no_dead_server_is_taken_for_a_live_one(
    home: Home,
    killed: Document,
    there: Callable[[int], Iterator[None]],
    way: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not by any command, though its port has been given to another program, and its pid too."""
    record = home / "running" / f"{port_of(killed['http'])}.json"
    posing = {**killed, "pid": os.getpid()}
    which = ("--ready-file", "ready.json") if way == "ready file" else ()
    with contextmanager(there)(port_of(killed["http"])):
        for words in SPEAKING:
            for path in (record, home / "ready.json"):
                path.write_text(json.dumps(posing))

            with pytest.raises(SystemExit) as ended:
                main([*words, *which])

            out, err = capsys.readouterr()
            assert (ended.value.code, out, err.count("\n")) == (2, "", 1), words
            assert err.startswith("mockserver: no server "), words
            assert record.exists() is bool(which), words


def test_a_server_that_is_silent(home: Home, run: Run) -> None:
    """It may be busy, so that its record stays; who asks is told."""
    with Served(home, "--no-seed", "--no-tls") as served:
        served.process.send_signal(signal.SIGSTOP)
        done = run("credentials")
        served.process.send_signal(signal.SIGCONT)
        again = run("credentials", "--format", "json")

    message = f"mockserver: no server answers at {served.ready['http']}: timed out\n"
    assert (done.returncode, done.stderr) == (2, message)
    assert served.ready == json.loads(again.stdout)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"http": 5, "domain": "", "pid": 1, "organizations": []}']
    + [
        f'{{"http": "{url}", "domain": "x:1", "pid": 1, "organizations": []}}'
        for url in ("", "http://", "http://127.0.0.1:99999", "http://[", "http://" + "x" * 70)
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_ready_file(home: Home, run: Run, text: str) -> None:
    """It speaks of no server; as a record it is cleared away."""
    record = home / "running" / "8080.json"
    record.parent.mkdir()
    for path in (record, home / "ready.json"):
        path.write_text(text)

    for which in ((), ("--ready-file", "ready.json")):
        done = run("credentials", *which)

        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert done.stderr.startswith("mockserver: no server ")
    assert not record.exists()


# --- before it is ready --------------------------------------------------------------------------
#: Starts that fail, each at another moment.
FAILING: dict[str, tuple[str, ...]] = {
    "a bad value": ("--port", "many"),
    "a value that is out of range": ("--seed", "1", "--customers", "-1"),
    "an unknown option": ("--prot", "1"),
    "no such settings": ("--config", "nowhere.toml"),
    "bad settings": ("--config", "bad.toml"),
    "no such storage": ("--storage", "drawer"),
    "no such scenario": ("--no-tls", "--scenario", "nothing"),
    "a taken port": ("--no-tls", "--no-seed", "--port", "{taken}"),
}


@pytest.mark.parametrize("arguments", FAILING.values(), ids=FAILING)
def test_a_start_that_fails_leaves_no_ready_file(
    home: Home, run: Run, arguments: tuple[str, ...]
) -> None:
    """Whoever waits for it must not find that of an earlier server."""
    (home / "here.json").write_text("{}")
    (home / "bad.toml").write_text("port = 'many'\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [word.replace("{taken}", port) for word in arguments]

        done = run("serve", *words, "--ready-file", "here.json")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert not (home / "here.json").exists()


@pytest.mark.parametrize("words", [("--port", "many"), ("--storage", "drawer")], ids=str)
@pytest.mark.parametrize("told", ["variable", "file"])
def test_nor_where_it_is_told_otherwise(
    home: Home, run: Run, told: str, words: tuple[str, ...]
) -> None:
    """The ready file may be named by a variable, or in the file of settings."""
    (home / "here.json").write_text("{}")
    if told == "file":
        (home / "mockserver.toml").write_text("ready-file = 'here.json'\n")
    variables = {"MOCKSERVER_READY_FILE": "here.json"} if told == "variable" else {}

    assert run("serve", *words, **variables).returncode == 2
    assert not (home / "here.json").exists()


@pytest.mark.parametrize("arguments", [("--no-such-option",), ("--storage", "drawer")], ids=str)
def test_a_run_that_fails_leaves_no_ready_file(
    home: Home, run: Run, arguments: tuple[str, ...]
) -> None:
    """A ready file of the command is its own business."""
    ours, theirs = home / "ours.json", home / "theirs.json"
    for path in (ours, theirs):
        path.write_text("{}")

    done = run(
        "run", "--ready-file", "ours.json", *arguments, "echo", "--ready-file", "theirs.json"
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert (ours.exists(), theirs.exists()) == (False, True)


def test_the_ready_file_is_gone_while_the_server_starts(home: Home) -> None:
    """Before anything else: the storage is still locked by another server."""
    storage = ("--no-seed", "--no-tls", "--storage", "tinydb:db.json")
    with Served(home, *storage):
        (home / "stale.json").write_text("{}")
        done = run_in(home, "serve", *storage, "--port", "0", "--ready-file", "stale.json")

    assert done.returncode == 2
    assert not (home / "stale.json").exists()


def test_help_touches_nothing(home: Home, run: Run) -> None:
    (home / "here.json").write_text("{}")

    assert run("serve", "--ready-file", "here.json", "--help").returncode == 0
    assert (home / "here.json").exists()


def test_a_ready_file_that_cannot_be_removed(home: Home, run: Run) -> None:
    """Nothing is started that would pass for ready before it is."""
    place = home / "directory.json"
    place.mkdir()

    done = run("serve", "--ready-file", "directory.json")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_ready_file_of_another_server_stays(home: Home) -> None:
    """Two servers may be told the same place by mistake: each takes back its own."""
    with Served(home, "--no-seed", "--no-tls") as served:
        theirs = {**served.ready, "instance": "another"}
        served.ready_file.write_text(json.dumps(theirs))

    assert theirs == json.loads(served.ready_file.read_text())
