"""How a server is told what to do, and how it ends."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import time
from functools import partial
from urllib.parse import urlsplit

import pytest

from tests.cli.processes import (
    CUSTOMER,
    PACKAGE,
    TIMEOUT,
    Home,
    Run,
    Served,
    claims,
    connect,
    headers,
    port_of,
    until,
)


def test_without_tls(home: Home) -> None:
    """Names go with the port there is."""
    with Served(home, "--no-tls", "--no-seed", "--domain", "A.test") as served:
        port = port_of(served.ready["http"])

    assert (served.ready["https"], served.ready["ca"]) == (None, None)
    assert served.ready["domain"] == f"a.test:{port}"


def test_an_argument_counts_before_the_environment_before_the_file(home: Home) -> None:
    (home / "mockserver.toml").write_text("domain = 'file.test'\nno-seed = true\nno-tls = true\n")
    variable = {"MOCKSERVER_DOMAIN": "variable.test"}
    domains = []
    for arguments, variables in (
        ((), {}),
        ((), variable),
        (("--domain", "argument.test"), variable),
    ):
        with Served(home, *arguments, **variables) as served:
            domains.append(served.ready["domain"].partition(":")[0])

    assert domains == ["file.test", "variable.test", "argument.test"]


def test_the_issuer_can_be_set(home: Home, run: Run) -> None:
    with Served(home, "--no-seed", "--no-tls", "--issuer", "https://auth.example.com"):
        token = run("token").stdout.strip()

    assert claims(token)["iss"] == "https://auth.example.com"


def test_without_authentication_no_token_is_needed(home: Home) -> None:
    """The screen says so."""
    (home / "pyproject.toml").write_text("[tool.mockserver]\nauth = 'off'\ncustomers = 3\n")
    with Served(home, "--no-tls") as served:
        status, document = served.ask("GET", "/api/customers", "")
        screen = served.end()[1]

    assert (status, document["meta"]["record_count"]) == (200, 3)
    assert "X-Mock-Mode" in screen


@pytest.mark.parametrize(
    "signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda s: s.name
)
def test_requests_in_flight_are_finished(home: Home, run: Run, signum: signal.Signals) -> None:
    """Of one that is half sent the rest is awaited, answered, and stored for the next start."""
    storage = ("--quiet", "--no-seed", "--no-tls", "--storage", "tinydb:db.json")
    with Served(home, *storage) as served:
        body = json.dumps(CUSTOMER).encode()
        connection = connect(served.ready["http"])
        connection.putrequest("POST", "/api/customers")
        for name, value in headers(run("token").stdout.strip()).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:10])
        time.sleep(0.2)  # until it is being read
        served.process.send_signal(signum)
        until(lambda: not _accepts(served.ready["http"]))
        connection.send(body[10:])

        assert connection.getresponse().status == 201
        connection.close()
        assert served.ended()[::2] == (0, "")
    with Served(home, *storage) as again:
        found = again.ask("GET", "/api/customers", run("token").stdout.strip())[1]

    assert [c["attributes"]["email"] for c in found["data"]] == ["late@example.com"]


def test_it_survives_its_terminal_under_nohup(home: Home) -> None:
    """SIGHUP is ignored by who was started to ignore it."""
    ignore = partial(signal.signal, signal.SIGHUP, signal.SIG_IGN)
    with Served(home, "--no-seed", "--no-tls", prepare=ignore) as served:
        served.process.send_signal(signal.SIGHUP)

        assert served.ask("GET", "/_mock/health", "")[0] == 200
        assert served.end()[::2] == (0, "")


def test_a_killed_server_has_stored_what_it_acknowledged(home: Home, run: Run) -> None:
    """Tokens survive too."""
    storage = ("--no-seed", "--no-tls", "--storage", "tinydb:db.json")
    with Served(home, *storage) as served:
        token = run("token").stdout.strip()
        assert served.ask("POST", "/api/customers", token, CUSTOMER)[0] == 201
        served.end(signal.SIGKILL)
    with Served(home, *storage) as again:
        status, document = again.ask("GET", "/api/customers", token)

    assert (status, document["meta"]["record_count"]) == (200, 1)


def test_a_server_ends_with_what_it_has_lost(home: Home, run: Run) -> None:
    """The error names the file, and so does the status."""
    storage = ("--quiet", "--no-seed", "--no-tls", "--storage", "tinydb:db.json")
    with Served(home, *storage) as served:
        token = run("token").stdout.strip()
        (home / "db.json").unlink()
        refused, document = served.ask("POST", "/api/customers", token, CUSTOMER)
        status, _, logged = served.end(signal.SIGTERM)

    message = f"{home / 'db.json'} is gone: it was removed while it was in use."
    assert (507, message) == (refused, document["errors"][0]["detail"])
    assert (2, f"mockserver: {message}") == (status, logged.splitlines()[-1])
    assert not (home / "db.json").exists()
    assert len(logged.splitlines()) == 2


def test_reload(home: Home, tmp_path: Home) -> None:
    """Changed code runs a moment later, and the supervisor ends as the server does."""
    root = tmp_path / "copy"
    shutil.copytree(PACKAGE, root / "mockserver", ignore=shutil.ignore_patterns("__pycache__"))
    with Served(home, "--reload", "--no-seed", "--no-tls", root=root) as served:
        with (root / "mockserver" / "access.py").open("a") as file:
            file.write("# changed\n")
        until(lambda: _pid(served.ready_file) not in (0, served.ready["pid"]))
        status, _, err = served.end()

    assert (status, err) == (0, "mockserver: the code has changed, starting anew\n")
    assert not served.ready_file.exists()


def _accepts(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), TIMEOUT).close()
    except OSError:
        return False
    return True


def _pid(ready_file: Home) -> int:
    try:
        return int(json.loads(ready_file.read_text())["pid"])
    except FileNotFoundError:
        return 0
