"""Destinations of deliveries: a developer's own machine and network, unless told otherwise."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from mockserver.late_dataclass import dataclass

#: Loopback and private addresses; 0.0.0.0 is this machine as well.
NEAR = tuple(
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/32"),
        *("::1/128", "fc00::/7", "::/128"),
    )
)
#: What names of this machine lead to, wherever the resolver would lead (RFC 6761).
LOCALHOST = "localhost"
LOOPBACK = ("127.0.0.1", "::1")

#: What names end in that are never public (RFC 6762 and 8375, reserved and customary ones).
LOCAL_DOMAINS = frozenset(
    {"arpa", "corp", "docker", "home", "internal", "intranet", "invalid", "lan", "local", "test"}
)

Found = list[str] | OSError


class DestinationRefused(Exception):  # noqa: N818 - what has become of it
    """Nothing is sent to this host; the text says why."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a host is.

    Attributes:
        addresses: to be tried in this order.
        is_near: whether it is a developer's own: certificates there are self-signed.
    """

    addresses: tuple[str, ...]
    is_near: bool


def destination(host: str, *, anywhere: bool, within: float) -> Destination:
    """Return where a host is, looked up once: who connects there connects to what was checked.

    Args:
        host: a name or an address.
        anywhere: whether it may be beyond loopback and private addresses.
        within: seconds that looking it up may take.

    Raises:
        DestinationRefused: it may not, and is.
        OSError: there is no such host.
        TimeoutError: looking it up takes longer.
    """
    try:
        addresses = _addresses(host, within)
    except OSError as error:
        if anywhere or not is_public_name(host):
            raise
        message = f"{host} cannot be looked up, and is no local name; see --webhooks-anywhere"
        raise DestinationRefused(message) from error
    far = [address for address in addresses if not is_near(address)]
    if far and not anywhere:
        leads = "is" if far == [host] else f"leads to {far[0]}, which is"
        message = f"{host} {leads} no loopback or private address; see --webhooks-anywhere"
        raise DestinationRefused(message)
    return Destination(tuple(addresses), is_near=not far)


def is_near(address: str) -> bool:
    """Say whether an address is a loopback or a private one."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    return any(ip in network for network in NEAR)


def is_public_name(host: str) -> bool:
    """Say whether a name is one of the public Internet, whoever can be asked for it or not."""
    *above, last = host.lower().rstrip(".").split(".")
    return bool(above) and all(above) and last.isalpha() and last not in LOCAL_DOMAINS


def _addresses(host: str, within: float) -> list[str]:
    if host == LOCALHOST or host.endswith(f".{LOCALHOST}"):
        return list(LOOPBACK)
    try:
        return [str(ip_address(host))]
    except ValueError:
        return _looked_up(host, within)


def _looked_up(host: str, within: float) -> list[str]:
    """Ask the resolver, which knows no time limit, on a thread that may be left alone."""
    answers: SimpleQueue[Found] = SimpleQueue()
    Thread(target=lambda: answers.put(_resolved(host)), name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=max(within, 0.0))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _resolved(host: str) -> Found:
    try:
        found: list[Any] = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    except UnicodeError:
        return OSError(f"{host} is no name of a host")
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
