"""The only place that reaches past the server to the sockets of its clients.

Granian accepts connections in Rust and offers no way to close one. Their sockets are descriptors of
this very process all the same, so they are found by their addresses and shut down here. Where the
platform does not list descriptors (Windows), there are none to be found.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

# The first is Linux's, the second that of macOS and the BSDs.
_DESCRIPTORS = (Path("/proc/self/fd"), Path("/dev/fd"))

# Where Linux says, in what it tells of a connection (struct tcp_info), how much was acknowledged.
_BYTES_ACKED = slice(120, 128)

#: A host, in no URL's brackets, and a port.
Address = tuple[str, int]


class Connection(NamedTuple):
    """The two ends of an accepted connection, written as `127.0.0.1:80` or `[::1]:80`."""

    client: str
    server: str


def accepted(ports: Container[int]) -> dict[Connection, int]:
    """The open connections that were accepted on these ports, each with its bytes still to send."""
    return {
        connection: _unsent(sock)
        for sock, connection in _connected()
        if sock.getsockname()[1] in ports
    }


def acknowledged(connection: Connection) -> int | None:
    """The bytes that the other end has taken so far; None where the platform does not say."""
    found = (sock for sock, other in _connected() if other == connection)
    return next((_taken(sock) for sock in found), None)


def cut(doomed: Container[Connection]) -> int:
    """Close these connections, after what they have still to send, and say how many there were."""
    count = 0
    for sock, connection in _connected():
        if connection in doomed:
            # The shutdown acts on the connection, whoever else has it open: this is Granian's.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
                count += 1
    return count


def _connected() -> Iterator[tuple[socket.socket, Connection]]:
    """Every connected internet socket of this process, as a duplicate that closes by itself."""
    for descriptor in _sockets():
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as sock:
            if sock.family in {socket.AF_INET, socket.AF_INET6}:
                yield sock, Connection(text_of(sock.getpeername()), text_of(sock.getsockname()))


def _sockets() -> list[int]:
    for directory in _DESCRIPTORS:
        with suppress(OSError):
            return [int(entry.name) for entry in directory.iterdir() if _is_socket(int(entry.name))]
    return []


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def text_of(address: Address) -> str:
    """Return an address as a `Connection` has it."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _unsent(sock: socket.socket) -> int:
    """The bytes that the other end has not acknowledged; none where the platform does not say."""
    from fcntl import ioctl  # noqa: PLC0415 - does not exist on Windows
    from termios import TIOCOUTQ  # noqa: PLC0415 - the same

    with suppress(OSError):
        return int(struct.unpack("i", ioctl(sock, TIOCOUTQ, struct.pack("i", 0)))[0])
    return 0


def _taken(sock: socket.socket) -> int | None:
    if sys.platform != "linux":
        return None
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _BYTES_ACKED.stop)
    return (
        int.from_bytes(info[_BYTES_ACKED], sys.byteorder)
        if len(info) >= _BYTES_ACKED.stop
        else None
    )
