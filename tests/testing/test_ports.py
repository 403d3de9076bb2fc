"""The ports that go without saying are not said, wherever an address is told."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import MockServer, settings
from mockserver.cli import ready
from mockserver.settings import Settings, netloc
from mockserver.web.sockets import AddressUnavailable


@pytest.mark.parametrize(
    ("told", "parent"),
    [
        ({}, "cl.localhost:8443"),
        ({"tls_port": 443}, "cl.localhost"),
        ({"tls_port": None}, "cl.localhost:8080"),
        ({"tls_port": None, "port": 80}, "cl.localhost"),
        ({"tls_port": 80}, "cl.localhost:80"),
        ({"tls_port": None, "port": 443}, "cl.localhost:443"),
    ],
    ids=str,
)
def test_the_parent_of_the_hosts(told: dict[str, int | None], parent: str, tmp_path: Path) -> None:
    assert Settings(data_directory=tmp_path, **told).parent == parent  # type: ignore[arg-type]


def test_an_address_as_a_url_has_it() -> None:
    assert netloc("::1", 443, "https") == "[::1]"
    assert netloc("::1", 443, "http") == "[::1]:443"
    assert netloc("127.0.0.1", 80, "http") == "127.0.0.1"
    assert netloc("127.0.0.1", 443) == "127.0.0.1:443"


@pytest.fixture(params=[None, "https://auth.cl.localhost"], ids=["derived", "told"])
def server(
    request: pytest.FixtureRequest, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MockServer]:
    """Run a server on the ports of the schemes, which are others here: those may be root's."""
    free = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as sock:
            free.append(sock.getsockname()[1])
    monkeypatch.setattr(settings, "PORTS", {"http": free[0], "https": free[1]})
    words = {"port": free[0], "tls_port": free[1], "data_directory": data_directory}
    with MockServer(host="127.0.0.1", issuer=request.param, **words) as server:
        yield server


def test_a_server_on_the_port_of_https(server: MockServer) -> None:
    """Its issuer, its hosts and what is made of them have no port."""
    assert (server.url, server.tls_url) == ("http://127.0.0.1", "https://127.0.0.1")
    assert server.domain == "cl.localhost"
    world = server.organization("acme")
    payload = world.token().split(".")[1]
    assert (
        json.loads(base64.urlsafe_b64decode(f"{payload}=="))["iss"] == "https://auth.cl.localhost"
    )
    assert server.plane.organizations.retrieve("acme")["url"] == "https://acme.cl.localhost"
    variables = world.environment()
    assert variables["CL_DOMAIN"] == variables["MOCKSERVER_DOMAIN"] == "cl.localhost"
    assert variables["CL_BASE_URL"] == "https://acme.cl.localhost"
    assert "MOCKSERVER_HOST_RESOLVER_RULES" not in variables


def test_an_issuer_that_was_told_beside_a_free_port(data_directory: Path) -> None:
    """Clients are told the port that was taken."""
    words = {"issuer": "https://auth.cl.localhost", "data_directory": data_directory}
    with MockServer(**words) as server:
        url = server.plane.organizations.retrieve("acme")["url"]

    assert url.startswith("https://acme.cl.localhost:")
    assert not url.endswith(":0")


@pytest.mark.parametrize(
    ("https", "others", "rules"),
    [
        ("https://127.0.0.1:8443", (), "MAP *.cl.localhost:443 127.0.0.1:8443"),
        ("https://[::1]:8443", (), "MAP *.cl.localhost:443 [::1]:8443"),
        (
            "https://127.0.0.1:8443",
            ("commercelayer.io", ""),
            "MAP *.cl.localhost:443 127.0.0.1:8443, MAP *.commercelayer.io:443 127.0.0.1:8443",
        ),
        ("https://127.0.0.1", (), ""),
        (None, (), ""),
    ],
    ids=["another port", "IPv6", "mapped hosts", "443", "no https"],
)
def test_rules_for_chromium(https: str | None, others: tuple[str, ...], rules: str) -> None:
    said = {"https": https, "domain": "cl.localhost:8443"}

    assert ready.resolver_rules(said, *others) == rules


@pytest.mark.parametrize(("port", "advised"), [(443, True), (80, True), (8443, False), (0, False)])
def test_a_port_that_may_not_be_had(port: int, *, advised: bool) -> None:
    """One line that says what to do, where that is known."""
    text = str(AddressUnavailable("127.0.0.1", port, PermissionError(13, "Permission denied")))

    assert text.startswith(f"cannot listen on 127.0.0.1:{port}: Permission denied")
    assert (f"net.ipv4.ip_unprivileged_port_start={port}`" in text) is advised
    assert ("mockserver run" in text) is advised
    assert "\n" not in text
