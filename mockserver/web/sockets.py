"""The only place that listens: one port, on every address that is meant by a host."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mockserver.settings import netloc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mockserver.programs import Holder

#: What `localhost` means: programs ask the one or the other first (RFC 6761, §6.3).
LOCALHOST = "localhost"
LOOPBACKS = ("127.0.0.1", "::1")

#: So many connections may wait to be accepted.
BACKLOG = 1024
#: The machine has no such address, or does not know its family at all.
_NOT_HERE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
#: Ports below are the system's to allow.
_LOW = 1024
_ADVICE = (
    "on Linux `sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}` allows it, or take one "
    "from 1024 on: `mockserver run` leads node there from 443, and prints a rule for Chromium"
)
#: So many ports may be free on one address and taken on another, before free ones are given up.
_TRIES = 100


class AddressUnavailable(OSError):  # noqa: N818 - it says what the address is
    """A listener cannot have its address: it is taken, not permitted or not this machine's."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        """Report why this address cannot be had."""
        # Python adds the address to its own text; what getaddrinfo reports has no errno of its own.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror
        if number == errno.EACCES and 0 < port < _LOW:
            reason = f"{reason}; {_ADVICE.format(port=port)}"
        if number == errno.EADDRINUSE and (holder := _holder_of(port)):
            reason = f"{reason}, by {holder}"
        super().__init__(error.errno, f"cannot listen on {netloc(host, port)}: {reason}")
        self.host = host
        self.port = port
        #: Every port that is taken.
        self.taken: tuple[int, ...] = (port,) if number == errno.EADDRINUSE else ()

    def also(self, other: AddressUnavailable) -> None:
        """Tell of another address in one go, so that nobody finds out step by step."""
        self.strerror = f"{self}; {other}"
        self.taken += other.taken

    def __str__(self) -> str:
        """The address and the reason, without the number of the error."""
        return str(self.strerror)


def _holder_of(port: int) -> Holder | None:
    from mockserver.programs import holder_of  # noqa: PLC0415 - only where a port is taken

    return holder_of(port)


def listen(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Return listening sockets, so that connections are accepted from here on.

    Args:
        hosts: addresses and names; `localhost` is every loopback address the machine has.
        port: of all of them; 0 takes one that is free on each.

    Raises:
        AddressUnavailable: one of them cannot be had; none is left open.
    """
    for _ in range(_TRIES if port == 0 else 1):
        try:
            return _listen_together(hosts, port)
        except AddressUnavailable as error:
            # Of what was asked for no other will do; a free one may be taken on the next address.
            if port != 0 or error.errno != errno.EADDRINUSE:
                raise
            unavailable = error
    raise unavailable


def _listen_together(hosts: Sequence[str], port: int) -> list[socket.socket]:
    with ExitStack() as undo:
        sockets: list[socket.socket] = []
        for host in dict.fromkeys(_expanded(hosts)):
            try:
                sock = undo.enter_context(_listen(host, port))
            except AddressUnavailable as error:
                if sockets and host in LOOPBACKS and host not in hosts and error.errno in _NOT_HERE:
                    continue
                raise
            sockets.append(sock)
            port = sock.getsockname()[1]
        undo.pop_all()
    return sockets


def _expanded(hosts: Iterable[str]) -> Iterator[str]:
    for host in hosts:
        yield from LOOPBACKS if host.lower() == LOCALHOST else (host,)


def _listen(host: str, port: int) -> socket.socket:
    try:
        # Bytes are taken as they are, where Python would import a codec for text.
        asked = host.encode() if host.isascii() else host
        family, _, _, _, address = socket.getaddrinfo(asked, port, type=socket.SOCK_STREAM)[0]
        sock = socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressUnavailable(host, port, error) from error
    # The connections inherit it, and answers leave without waiting for more to send.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
