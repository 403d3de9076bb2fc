"""Where servers listen: one port on every address that is meant, or none."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from mockserver.settings import netloc
from mockserver.web import sockets
from mockserver.web.certificates import Certificate, issue
from mockserver.web.server import Server
from mockserver.web.sockets import AddressUnavailable, listen

#: Of documentation (RFC 3849): no machine has it, and the socket layer says so as it does of a
#: loopback address that is not there.
FOREIGN = "2001:db8::1"
REAL = socket.create_server


def app(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(["acme"], directory=tmp_path_factory.mktemp("ca"))


def loopbacks() -> list[str]:
    """Return what the socket layer of this machine has of the two."""
    found = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            REAL((host, 0), family=family).close()
        except OSError:
            continue
        found.append(host)
    return found


def addresses(listening: list[socket.socket]) -> list[str]:
    return [sock.getsockname()[0] for sock in listening]


def ports(listening: list[socket.socket]) -> set[int]:
    return {sock.getsockname()[1] for sock in listening}


def test_localhost_is_every_loopback_address(stack: ExitStack) -> None:
    """On one port, a free one."""
    listening = [stack.enter_context(sock) for sock in listen(["localhost"], 0)]

    assert addresses(listening) == loopbacks()
    assert len(ports(listening)) == 1


def test_a_server_answers_on_all_of_them(certificate: Certificate) -> None:
    """Over http and https, by whichever address `localhost` is looked up as first."""
    trusting = ssl.create_default_context(cafile=certificate.ca)
    with Server(app, certificate=certificate) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.tls_url == f"https://127.0.0.1:{server.tls_port}"
        for host in ("localhost", *loopbacks()):
            for scheme, port in (("http", server.port), ("https", server.tls_port)):
                url = f"{scheme}://{netloc(host, port or 0)}/"
                assert httpx.get(url, verify=trusting).text == "hello"


def test_nothing_is_left_when_it_stops(certificate: Certificate, stack: ExitStack) -> None:
    """Connections that nobody has asked anything on are closed on all addresses."""
    with Server(app, certificate=certificate) as server:
        idle = [
            stack.enter_context(socket.create_connection((host, port), timeout=5))
            for host in loopbacks()
            for port in (server.port, server.tls_port or 0)
        ]
        used = server.port, server.tls_port or 0

    assert [sock.recv(1) for sock in idle] == [b""] * len(idle)
    for port in used:
        for sock in listen(["localhost"], port):
            sock.close()


@pytest.mark.parametrize("host", loopbacks())
@pytest.mark.parametrize("which", ["port", "tls_port"])
def test_a_port_taken_on_one_is_taken(
    certificate: Certificate, stack: ExitStack, host: str, which: str
) -> None:
    """For http and https; the others are free again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = stack.enter_context(REAL((host, 0), family=family)).getsockname()[1]
    server = Server(app, certificate=certificate, **{which: taken})

    with pytest.raises(AddressUnavailable) as refused:
        server.start()

    shown = netloc(host, taken)
    reason = str(refused.value)
    assert reason.partition(", by pid ")[0] == f"cannot listen on {shown}: Address already in use"
    assert refused.value.taken == (taken,)
    for other in {*loopbacks()} - {host}:
        listen([other], taken)[0].close()


def test_a_free_port_is_free_on_all(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is taken on the second address is not taken on the first."""
    lost: list[int] = []

    def after_somebody_else(address: Any, **words: Any) -> socket.socket:
        if lost or address[1] == 0:
            return REAL(address, **words)
        lost.append(address[1])
        stack.enter_context(REAL(address, **words))
        return REAL(address, **words)

    monkeypatch.setattr(socket, "create_server", after_somebody_else)
    hosts = ["127.0.0.1", "127.0.0.2"]

    listening = [stack.enter_context(sock) for sock in listen(hosts, 0)]

    assert addresses(listening) == hosts
    assert len(lost) == 1
    assert len(ports(listening) - {*lost}) == 1
    REAL(("127.0.0.1", lost[0])).close()


def test_a_machine_that_lacks_one(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """Listens on the other, unless it was told the one it has not."""
    monkeypatch.setattr(sockets, "LOOPBACKS", ("127.0.0.1", FOREIGN))

    listening = [stack.enter_context(sock) for sock in listen(["localhost"], 0)]

    assert addresses(listening) == ["127.0.0.1"]
    with pytest.raises(AddressUnavailable):
        listen(["localhost", FOREIGN], 0)


@pytest.mark.parametrize(
    ("number", "served"),
    [(errno.EADDRNOTAVAIL, True), (errno.EAFNOSUPPORT, True), (errno.EACCES, False)],
    ids=["switched off", "not compiled in", "forbidden"],
)
def test_a_machine_without_ipv6(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack, number: int, *, served: bool
) -> None:
    """Whatever its socket layer says."""

    def without(address: Any, **words: Any) -> socket.socket:
        if words["family"] == socket.AF_INET6:
            raise OSError(number, "no")
        return REAL(address, **words)

    monkeypatch.setattr(socket, "create_server", without)
    if served:
        listening = [stack.enter_context(sock) for sock in listen(["localhost"], 0)]
        assert addresses(listening) == ["127.0.0.1"]
        return
    with pytest.raises(AddressUnavailable):
        listen(["localhost"], 0)


@pytest.mark.parametrize("host", loopbacks())
def test_one_host(host: str) -> None:
    """It is alone, and in the URL."""
    with Server(app, hosts=[host], tls_port=None) as server:
        assert server.url == f"http://{netloc(host, server.port)}"
        assert httpx.get(server.url).text == "hello"


def test_several_hosts(stack: ExitStack) -> None:
    """In their order, each once."""
    hosts = ["127.0.0.2", "localhost", "127.0.0.1"]

    listening = [stack.enter_context(sock) for sock in listen(hosts, 0)]

    assert addresses(listening) == ["127.0.0.2", *loopbacks()]
    with Server(app, hosts=["127.0.0.2", "127.0.0.1"], tls_port=None) as server:
        assert server.url == f"http://127.0.0.2:{server.port}"
        assert httpx.get(f"http://127.0.0.1:{server.port}").text == "hello"
