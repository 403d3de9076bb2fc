"""Plain http on the port of https: a sentence that says so, and where to ask instead."""

from __future__ import annotations

import asyncio
import re
from email.utils import format_datetime
from typing import TYPE_CHECKING

from mockserver.clock import Clock
from mockserver.settings import netloc
from mockserver.web.phases import Farewell, Phase

if TYPE_CHECKING:
    from mockserver.web.connections import Address
    from mockserver.web.phases import Transports

#: So much of a request is read, to find its host.
HEAD_LIMIT = 16 * 1024

_LAST_PORT = 65535
# A request begins with a method, perhaps after empty lines, and its head ends with one.
_BEGIN = re.compile(rb"[\r\nA-Za-z]")
_END = re.compile(rb"(?<=[^\r\n])\r?\n\r?\n")
_HOSTS = re.compile(rb"^host:(.*)$", re.IGNORECASE | re.MULTILINE)
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::([0-9]{1,5}))?", re.IGNORECASE)


class Misdirected(Phase, asyncio.Protocol):
    """A client that speaks something else than TLS: it is told so at the end of its head."""

    def __init__(self, transports: Transports, seconds: float, plain_port: int) -> None:
        """Wait for the head of its request.

        Args:
            transports: where the connection is noted as long as it is open.
            seconds: the time that the head may take.
            plain_port: where the same server speaks http.
        """
        super().__init__(transports, seconds)
        self._plain_port = plain_port
        self._head = b""

    def data_received(self, data: bytes) -> None:
        """Tell, once there is nothing more to wait for."""
        self._head = (self._head + data)[:HEAD_LIMIT]
        if not _BEGIN.match(self._head) or len(self._head) == HEAD_LIMIT or _END.search(self._head):
            self.overdue()

    def eof_received(self) -> None:
        """Tell what has sent less than a head."""
        self._tell()

    def overdue(self) -> None:
        """Tell who has sent enough, or takes too long."""
        self._tell()
        self.followed_by(Farewell(self.transports))

    def _tell(self) -> None:
        reached = self.transport.get_extra_info("sockname")[:2]
        self.transport.write(answer(self._head, reached, self._plain_port))


def answer(head: bytes, reached: Address, plain_port: int) -> bytes:
    """Return the answer to a request for http.

    Args:
        head: as much of the request as there is.
        reached: the address that it was sent to, in case it names no host.
        plain_port: where the same server speaks http.
    """
    host, port = _named(head, reached[1]) or reached
    https, http = netloc(host, port, "https"), netloc(host, plain_port, "http")
    text = f"This port speaks https: ask https://{https}, or http://{http} for plain http.\n"
    lines = (
        "HTTP/1.1 400 Bad Request",
        f"Date: {format_datetime(Clock().now(), usegmt=True)}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text)}",
        "Connection: close",
    )
    body = "" if head.startswith(b"HEAD ") else text
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def _named(head: bytes, own_port: int) -> Address | None:
    """Return the host and the port that a request names, if it names one, and one only.

    A client is given the port that it knows: it may be mapped to that of the server.
    """
    lines = _END.split(head, 1)[0]
    named = [_HOST.fullmatch(found.strip().decode("latin-1")) for found in _HOSTS.findall(lines)]
    if len(named) != 1 or named[0] is None:
        return None
    host, port = named[0].groups()
    return (host.strip("[]"), int(port or own_port)) if int(port or 0) <= _LAST_PORT else None
