"""What cannot be: one clear line, status 2, no traceback."""

from __future__ import annotations

import os
import shlex
import socket
import sys

import pytest

from tests.cli.processes import Home, Run, Served, port_of

FREE = ("--port", "0", "--tls-port", "0")

ARGUMENTS = {
    "srve": "No such command 'srve'",
    "serve --prt 1": "No such option",
    "serve --port": "'--port' requires an argument",
    "serve --port abc": "'abc' is not a valid integer",
    "serve --port 65536": "65536 is not in the range",
    "serve --tls-port -1": "-1 is not in the range",
    "serve --host 300.0.0.1/8": "'300.0.0.1/8' is neither an address",
    "serve --host no-such-host.invalid": "cannot listen on no-such-host.invalid",
    "serve --host 192.0.2.1": "cannot listen on 192.0.2.1",
    "serve --domain https://cl.localhost": "is not a domain name",
    "serve --domain localhost.": "is not a domain name",
    "serve --issuer auth": "'auth' is not a URL",
    "serve --storage sql": "unknown storage 'sql'",
    "serve --storage tinydb:": "unknown storage 'tinydb:'",
    "serve --storage tinydb:missing/db": "missing/db",
    "serve --storage tinydb:ca": "ca",
    "serve --control-token=": "the control token is empty, so no header can carry it",
    "serve --control-token €": "has a character beyond Latin-1 in it",
    "serve --control-token a\x07b": "has a control character, or a blank other than a space",
    "credentials --control-token €": "has a character beyond Latin-1 in it",
    "serve --reset-daily 3am": "'3am' is not a time of day like 03:00",
    "serve --baseline missing.json": "There is no readable file 'missing.json'",
    "serve --control-host https://demo.example": "is neither an address nor a host name",
    "serve --cors-origin shop.example": "'shop.example' is not an origin like https://",
    "serve --cors-origin https://a.test/": "'https://a.test/' is not an origin",
    "serve --cors-origin https://a.test --cors-origin null": "'null' is the origin of every",
    "serve --cors-origin=": "'' is not an origin",
    "serve --customers -1": "-1 is not in the range",
    "serve --locale it_TI": "names, addresses and phones; the nearest is it_IT.\n",
    "serve --auth maybe": "'maybe' is not one of",
    "serve --config missing.toml": "cannot read missing.toml",
    "serve --config ca": "cannot read ca",
    "serve --ready-file missing/ready": "cannot write the ready file missing/ready",
    "serve --ready-file ca": "'ca' is a directory",
    "serve --data-directory signing_key.pem": "'signing_key.pem' is a file",
    "serve extra": "unexpected extra argument",
    "serve --scenario emty": "mockserver: There is no scenario 'emty'; did you mean 'empty'?",
    "run --scenario nothing true": "mockserver: There is no scenario 'nothing'; there are: b2b",
    "serve --scenario nothing.json": "mockserver: There is no file '",
    "token": "no server runs",
    "token --port 1": "no server runs on port 1; start one with: mockserver serve",
    "token --url 127.0.0.1:8080": "'127.0.0.1:8080' is not a URL like http://127.0.0.1:8080",
    "token --kind user": "'user' is not one of",
    "credentials": "no server runs",
    "credentials --format xml": "'xml' is not one of",
    "credentials --ready-file missing": "missing",
    "credentials --ready-file signing_key.pem": "signing_key.pem",
    "hosts --url http://127.0.0.1:1": "no server runs at http://127.0.0.1:1",
    "resources x": "there is no resource type 'x'",
    "resources custmers": "did you mean 'customers'?",
}

FILES = {
    "mockserver.toml: prt = 1": ": unknown key 'prt'; did you mean 'port'? there are host, ",
    "mockserver.toml: tls_prt = 1": ": unknown key 'tls_prt'; did you mean 'tls-port'?",
    "mockserver.toml: x = 1": ": unknown key 'x'; there are host, ",
    "mockserver.toml: port = 'abc'": ": port must be an integer, not 'abc'",
    "mockserver.toml: control_token = ' a'": ": control_token: the control token begins or ends",
    "mockserver.toml: cors_origin = []": ": cors_origin: '' is not an origin",
    "mockserver.toml: cors_origin = ['*', 'x y']": ": cors_origin: 'x y' is not an origin",
    "mockserver.toml: locale = ['it_IT', 'jp_JP']": ": locale: 'jp_JP' is not a locale of Faker",
    "pyproject.toml: [tool.mockserver]\nlocale = 'jp_JP'": ": locale: 'jp_JP' is not a locale",
    "mockserver.toml: control-token = ''": ": control-token: the control token is empty",
    "pyproject.toml: [tool.mockserver]\nprt = 1": ": unknown key 'prt'",
    "pyproject.toml: [tool": " is not TOML",
}


def _refused(run: Run, *arguments: str, **variables: str) -> str:
    """Return the one line of a command that ends with status 2."""
    done = run(*arguments, **variables)

    assert done.stderr.count("\n") == 1, done.stderr
    assert done.returncode == 2
    return done.stderr


@pytest.mark.parametrize(("text", "named"), ARGUMENTS.items())
def test_a_wrong_argument(run: Run, text: str, named: str) -> None:
    command, *arguments = text.split()
    free = FREE if command == "serve" else ()

    assert named in _refused(run, command, *free, *arguments)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("NO_TLS", "maybe"),
        ("AUTH", "maybe"),
        ("CUSTOMERS", "1.5"),
        ("CONTROL_TOKEN", "a\tb"),
        ("CONTROL_TOKEN", " a"),
        ("CONTROL_TOKEN", "日本"),
    ],
)
def test_a_wrong_variable(run: Run, name: str, value: str) -> None:
    """It is named, because nobody sees it on the command line."""
    line = _refused(run, "serve", **{f"MOCKSERVER_{name}": value})

    assert line.startswith(f"mockserver: MOCKSERVER_{name}: Invalid value")


UNKNOWN = {
    "PROT": "did you mean MOCKSERVER_PORT?",
    "TLS_PROT": "did you mean MOCKSERVER_TLS_PORT?",
    "MAP_PRODUCTON": "did you mean MOCKSERVER_MAP_PRODUCTION?",
    "IMAGE_OF_DOCKER": "there is no setting of that name",
}


@pytest.mark.parametrize("command", ["serve", "run"])
@pytest.mark.parametrize(("name", "hint"), UNKNOWN.items())
def test_an_unknown_variable(run: Run, command: str, name: str, hint: str) -> None:
    """It is ignored, but not in silence: nothing else tells of a typing error."""
    words = ("true",) if command == "run" else ()
    done = run(command, "--storage", "sql", *words, **{f"MOCKSERVER_{name}": "1"})
    known = run("run", "--no-seed", "--no-tls", "true", MOCKSERVER_URL="x", MOCKSERVER_SEED="2")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"mockserver: MOCKSERVER_{name} is ignored: {hint}"
    assert (known.returncode, known.stderr) == (0, "")


@pytest.mark.parametrize("command", [("reset",), ("faults", "list"), ("token",), ("docs",)])
def test_an_unknown_variable_of_any_command(run: Run, command: tuple[str, ...]) -> None:
    """Else a command asks another server than the one that was meant."""
    first, *_ = run(*command, MOCKSERVER_ULR="http://demo.example").stderr.splitlines()
    known = run(*command, MOCKSERVER_STORAGE="memory", MOCKSERVER_TLS_URL="x").stderr

    assert first == "mockserver: MOCKSERVER_ULR is ignored: did you mean MOCKSERVER_URL?"
    assert "is ignored" not in known


@pytest.mark.parametrize("command", ["serve", "token"])
@pytest.mark.parametrize(("file", "named"), FILES.items())
def test_a_wrong_file(run: Run, home: Home, command: str, file: str, named: str) -> None:
    """The file and the key are named, whichever command reads it."""
    name, _, text = file.partition(": ")
    (home / name).write_text(text)

    assert f"mockserver: {name}{named}" in _refused(run, command)


def test_taken_ports(home: Home, run: Run) -> None:
    """Both are told at once, with who has them, and what to do about it; nothing is announced."""
    with Served(home, "--no-seed") as served, socket.create_server(("127.0.0.1", 0)) as other:
        port, tls_port = port_of(served.ready["http"]), port_of(served.ready["https"])
        pid, ours = served.process.pid, other.getsockname()[1]
        both = _refused(run, "serve", "--port", str(port), "--tls-port", str(tls_port))
        mixed = _refused(run, "serve", "--port", str(ours), "--tls-port", str(tls_port))
        alone = _refused(run, "run", "--port", str(ours), "true")

    command = f"{shlex.quote(sys.executable)} -m mockserver"
    stop = f"{command} stop --port {port} ends the mockserver that has it"
    for taken in (port, tls_port):
        assert f"cannot listen on 127.0.0.1:{taken}: Address already in use, by pid {pid} (" in both
    assert both.endswith(f"…); {stop}; --port 0 --tls-port 0 takes what is free\n")
    assert f"127.0.0.1:{ours}: Address already in use, by pid {os.getpid()} (" in mixed
    assert mixed.endswith(f"{stop}; --port 0 --tls-port 0 takes what is free\n")
    assert alone.startswith(f"mockserver: cannot listen on 127.0.0.1:{ours}: Address already in")
    assert alone.endswith("; --port 0 takes what is free\n")


def test_a_storage_that_another_server_uses(home: Home, run: Run) -> None:
    """Two servers never write to the same file."""
    storage = ("--storage", "tinydb:db.json")
    with Served(home, "--no-seed", "--no-tls", *storage):
        line = _refused(run, "serve", *FREE, *storage)

    assert "db.json is in use by another mockserver" in line


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("signing_key.pem", "signing_key.pem is not an unencrypted private key"),
        ("ca/ca.pem", "cannot use the certificate authority"),
    ],
)
def test_a_damaged_data_directory(home: Home, run: Run, path: str, named: str) -> None:
    """The file is named."""
    (home / path).write_text("damaged")

    assert named in _refused(run, "serve", *FREE)
