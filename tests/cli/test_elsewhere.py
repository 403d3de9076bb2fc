"""Servers that no list names: commands ask them by their URL."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockserver import MockServer
from mockserver.cli import main
from mockserver.cli.finding import _as_others_reach

TOKEN = "let-me-in"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    """Run a server as on another machine: with a control token, and a directory of its own."""
    told: dict[str, Any] = {
        "control_token": TOKEN,
        "control_host": "demo.example",
        "data_directory": tmp_path_factory.mktemp("there"),
    }
    with MockServer(customers=1, **told) as running:
        yield running


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where no server runs, and nothing is set."""
    monkeypatch.setenv("MOCKSERVER_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("MOCKSERVER_CONTROL_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int | str | None, str, str]:
    """Run a command; return its status and what it prints."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code, *capsys.readouterr()


pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.parametrize("variable", [False, True], ids=["--url", "MOCKSERVER_URL"])
def test_control(
    server: MockServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    variable: bool,
) -> None:
    """The control plane of a server that is known by its URL alone."""
    which = ["--url", f"{server.url}/"]
    if variable:
        which = []
        monkeypatch.setenv("MOCKSERVER_URL", server.url)
    status, out, err = said(capsys, "organizations", "list", *which)

    assert (status, err) == (0, "")
    assert ["acme"] == [organization["slug"] for organization in json.loads(out)]


def test_over_https(
    server: MockServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the authority of the server, and not without."""
    assert server.tls_url
    which = ("--url", server.tls_url)
    status, _, err = said(capsys, "scenarios", *which)
    assert (status, "SSL_CERT_FILE names the server's ca.pem" in err) == (2, True)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca))
    assert said(capsys, "scenarios", *which)[0] == 0


def test_the_certificate_is_for_its_names(server: MockServer) -> None:
    """Those it was told are checked as the domain's are."""
    context = ssl.create_default_context(cafile=str(server.ca))
    address = urlsplit(server.tls_url or "")
    place = (str(address.hostname), address.port)
    for name in ("demo.example", "acme.cl.localhost"):
        with (
            socket.create_connection(place) as connection,
            context.wrap_socket(connection, server_hostname=name) as secure,
        ):
            assert secure.version()


def test_tokens_and_credentials(server: MockServer, capsys: pytest.CaptureFixture[str]) -> None:
    """The organizations are those the control plane names, also those of today."""
    which = ("--url", server.url)
    with server.create_organization("today") as today:
        status, token, _ = said(capsys, "token", *which)
        assert (status, len(token.split("."))) == (0, 3)
        assert said(capsys, "token", "--organization", "today", *which)[0] == 0
        _, out, _ = said(capsys, "credentials", "--format", "json", *which)
        assert ["acme", today.slug] == [o["slug"] for o in json.loads(out)["organizations"]]
        assert json.loads(out)["domain"] == server.domain
        _, out, _ = said(capsys, "hosts", "--address", "192.0.2.7", *which)
        names = " ".join(f"{name}.cl.localhost" for name in ("acme", "today", "auth"))
        assert f"192.0.2.7 {names}\n" == out


@pytest.mark.parametrize("url", ["http://demo.example:8080", "https://demo.example:8443"])
def test_what_others_are_told_of_a_server_of_this_machine(url: str) -> None:
    """The name that they know, on both ports, and no path of this machine."""
    said = {"http": "http://127.0.0.1:8080", "https": "https://127.0.0.1:8443", "ca": "/ca.pem"}

    assert _as_others_reach(said, urlsplit(url)) == {
        "http": "http://demo.example:8080",
        "https": "https://demo.example:8443",
        "ca": None,
    }


def test_without_the_token(
    server: MockServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for in the words of the server."""
    monkeypatch.delenv("MOCKSERVER_CONTROL_TOKEN")
    for command in ("reset", "token", "credentials", "hosts"):
        status, out, err = said(capsys, command, "--url", server.url)
        assert (status, out) == (1, "")
        assert "Give the control token as a bearer." in err


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1", "no server runs at http://127.0.0.1:1: Connection refused"),
        ("https://127.0.0.1:1", "no server runs at https://127.0.0.1:1: Connection refused"),
        ("demo.example:8080", "'demo.example:8080' is not a URL like http://"),
        ("ftp://demo.example", "is not a URL like"),
        ("http://demo.example:port", "is not a URL like"),
        ("http://demo.example:99999", "is not a URL like"),
    ],
)
def test_a_url_that_leads_nowhere(capsys: pytest.CaptureFixture[str], url: str, says: str) -> None:
    """One line says what is wrong with it."""
    status, _, err = said(capsys, "reset", "--url", url)

    assert (status, says in err) == (2, True)


def test_another_program(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no mockserver is told from one."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}"
        status, _, err = said(capsys, "reset", "--url", url)
        other.shutdown()

    assert (status, f"no server runs at {url}, but another program" in err) == (2, True)


def test_hosts_by_name(server: MockServer, capsys: pytest.CaptureFixture[str]) -> None:
    """A hosts file needs an address, and says so before anything is written into it."""
    url = server.url.replace("127.0.0.1", "localhost")
    status, out, err = said(capsys, "hosts", "--url", url)
    assert (status, out) == (2, "")
    assert "a hosts file needs an address, not localhost: give --address" in err
    status, out, err = said(capsys, "hosts", "--address", "demo.example", "--url", url)
    assert (status, out) == (2, "")
    assert "'demo.example' is not an address, like 192.0.2.7." in err
