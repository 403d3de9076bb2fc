"""What tools that wait for a server find: ``/`` and the health, without a token, under any name."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver import __version__
from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.web.server import Server

Make = Callable[..., Client]
HEALTH = "/_mock/health"

#: By what it was told, a server that probes have to get on with.
TOLD: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "with a control token": {"control_token": "secret"},
    "without a control plane": {"control": False},
}
#: What is asked by whom.
HOSTS = {
    "wait-on": "localhost:8080",
    "a probe of a pod": "10.1.2.3:8080",
    "a container": "mockserver:8080",
    "a service of CI": "mock-server",
    "an address of IPv6": "[2001:db8::1]:8080",
}


@pytest.fixture
def make(data_directory: Path) -> Make:
    told = {"seeded": False, "data_directory": data_directory}
    return lambda **words: Client(create_app(Settings(**{**told, **words})))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", HEALTH])
@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_probes_are_answered(
    make: Make, told: dict[str, Any], host: str, path: str, method: str
) -> None:
    answer = make(**told).open(path, method=method, headers={"Host": host})

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert bool(answer.data) is (method == "GET")


def test_an_introduction(make: Make) -> None:
    """Which server it is, and where to go on."""
    answer = make().get("/", headers={"Host": "localhost:8080"})

    assert answer.json == {
        "name": "mockserver",
        "version": __version__,
        "docs": "http://localhost:8080/_mock/docs",
        "health": "http://localhost:8080/_mock/health",
        "credentials": {
            "command": "mockserver credentials",
            "url": "http://localhost:8080/_mock/organizations/acme",
        },
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_where_it_leads_is_there(make: Make) -> None:
    client = make()
    said = client.get("/", headers={"Host": "localhost"}).json

    assert client.get(said["docs"]).status_code == 200
    assert client.get(said["health"]).json["ready"] is True
    assert client.get(said["credentials"]["url"]).json["credentials"]


def test_an_introduction_without_a_control_plane(make: Make) -> None:
    """It leads nowhere that is not there."""
    assert make(control=False).get("/").json["credentials"] == {"command": "mockserver credentials"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", HEALTH])
@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_nothing_can_be_done_there(
    make: Make, told: dict[str, Any], path: str, method: str
) -> None:
    answer = make(**told).open(path, method=method, json={})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


def test_pages_may_ask_who_is_there(make: Make) -> None:
    """As everything outside the control plane."""
    answer = make().options("/", headers={"Origin": "https://shop.example"})

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_health_tells_no_page_and_no_place(make: Make, tmp_path: Path) -> None:
    """Whoever may read it learns nothing of the machine, and no page of another origin may."""
    answer = make(storage=f"tinydb:{tmp_path / 'records'}").get(HEALTH)

    assert answer.json["storage"] == "tinydb"
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_the_rest_of_the_control_plane_asks_for_its_token(make: Make) -> None:
    """And for its own hosts; a name that only begins like the health is none."""
    client = make(control_token="secret")

    assert client.get("/_mock/healthy").status_code == 404
    assert client.get("/_mock/metrics", headers={"Host": "localhost"}).status_code == 401
    assert client.get("/_mock/metrics", headers={"Host": "10.1.2.3"}).status_code == 403


@pytest.mark.parametrize("path", ["/", HEALTH])
def test_a_probe_that_names_no_host(data_directory: Path, path: str) -> None:
    """Load balancers ask in HTTP/1.0."""
    app = create_app(Settings(seeded=False, data_directory=data_directory))
    with (
        Server(app, tls_port=None) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock,
    ):
        sock.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())

        assert sock.recv(12) in (b"HTTP/1.0 200", b"HTTP/1.1 200")
    app.close()
