"""Where deliveries may go."""

from __future__ import annotations

import socket
from threading import Event
from typing import Any

import pytest

from mockserver.clock import monotonic
from mockserver.webhooks.destinations import (
    Destination,
    DestinationRefused,
    destination,
    is_near,
)

ADDRESSES = {
    "127.0.0.1": True,
    "127.9.9.9": True,
    "10.0.0.1": True,
    "172.16.0.1": True,
    "172.31.255.255": True,
    "192.168.1.1": True,
    "0.0.0.0": True,  # noqa: S104 - this machine, to who connects
    "::": True,
    "::1": True,
    "fd00::1": True,
    "::ffff:127.0.0.1": True,
    "::ffff:8.8.8.8": False,
    "8.8.8.8": False,
    "172.32.0.1": False,
    "169.254.169.254": False,
    "100.64.0.1": False,
    "192.0.2.1": False,
    "2001:4860:4860::8888": False,
    "fe80::1%eth0": False,
}


@pytest.mark.parametrize(("address", "near"), ADDRESSES.items())
def test_addresses(address: str, near: bool) -> None:  # noqa: FBT001 - a row of the table
    """Loopback and private ones; neither those of a provider's metadata nor of examples."""
    assert near == is_near(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to these addresses."""
    found = [(0, 0, 0, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("host", ["localhost", "app.localhost"])
def test_localhost(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is this machine, whatever a resolver says."""
    resolving(monkeypatch, "8.8.8.8")

    assert Destination(("127.0.0.1", "::1"), is_near=True) == destination(
        host, anywhere=False, within=1
    )


def test_a_private_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "10.0.0.7", "10.0.0.7", "fd00::7")

    assert Destination(("10.0.0.7", "fd00::7"), is_near=True) == destination(
        "receiver.internal", anywhere=False, within=1
    )


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("8.8.8.8", "8.8.8.8 is no loopback or private address"),
        ("receiver.example", "receiver.example leads to 8.8.8.8, which is no loopback"),
    ],
)
def test_beyond(host: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address beyond is enough to refuse, unless all are allowed."""
    resolving(monkeypatch, "10.0.0.7", "8.8.8.8")

    with pytest.raises(DestinationRefused, match=said):
        destination(host, anywhere=False, within=1)
    assert not destination(host, anywhere=True, within=1).is_near


def test_a_slow_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for no longer than everything else."""
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    began = monotonic()
    with pytest.raises(TimeoutError):
        destination("receiver.test", anywhere=False, within=0.05)
    took = monotonic() - began
    over.set()

    assert took < 1


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(OSError, match="Name or service not known"):
        destination("receiver.test", anywhere=False, within=1)


@pytest.mark.parametrize("host", ["hooks.example.com", "hooks.example.com.", "Acme.IO"])
def test_a_public_name_that_nobody_knows(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network as with one it is refused, unless all are allowed."""

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(DestinationRefused, match="cannot be looked up"):
        destination(host, anywhere=False, within=1)
    with pytest.raises(OSError, match="Temporary failure"):
        destination(host, anywhere=True, within=1)


@pytest.mark.parametrize("host", ["receiver", "host.docker.internal", "app.test", "printer.local"])
def test_a_local_name_that_is_not_there_yet(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an ordinary failure: the container of the receiver may be about to start."""

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(OSError, match="Name or service not known"):
        destination(host, anywhere=False, within=1)


def test_no_name_at_all() -> None:
    """What cannot be a name is an error of the same kind."""
    with pytest.raises(OSError, match="is no name of a host"):
        destination(f"{'a' * 70}.test", anywhere=False, within=1)
