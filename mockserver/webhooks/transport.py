"""One HTTP exchange with a receiver: no redirects, and never longer than the limit."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import field
from functools import cached_property
from http.client import HTTPConnection, HTTPException, responses
from io import BufferedReader, RawIOBase
from threading import Lock
from typing import Any, cast
from urllib.parse import SplitResult, quote, unquote, urlsplit

from mockserver.clock import monotonic
from mockserver.late_dataclass import dataclass
from mockserver.webhooks.destinations import Destination, DestinationRefused, destination

#: Seconds a receiver has to answer, from the first byte to the last (customers.md §16).
LIMIT = 5.0
#: Bytes of an answer that are read; what is said beyond is of no interest.
READ = 65_536
#: What a path and a query may contain unescaped.
SAFE = "%/:@!$&'()*+,;=~?"
#: Characters of a receiver's reason that are kept.
REASON = 200

PORTS = {"http": 80, "https": 443}
SUCCESSFUL = range(200, 300)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of an attempt.

    Attributes:
        code: the status of the answer, ``None`` when there was none.
        message: its reason, or why there was none.
        refused: whether it is we who did not send it.
        body: of the answer, as far as it is read.
    """

    code: int | None
    message: str
    refused: bool = False
    body: bytes = field(default=b"", compare=False)

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has said so."""
        return self.code in SUCCESSFUL

    @property
    def kind(self) -> str:
        """Delivered, failed or refused."""
        return "refused" if self.refused else "delivered" if self.is_delivered else "failed"


class Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, limit: float) -> None:
        """Begin to count."""
        self._at = monotonic() + limit

    @property
    def remaining(self) -> float:
        """Seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        left = self._at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Transport:
    """Sends deliveries, each within the limit.

    Attributes:
        limit: seconds of one attempt.
        anywhere: whether receivers may be beyond loopback and private addresses.
        read: bytes of an answer that are read.
    """

    def __init__(self, *, anywhere: bool = False, limit: float = LIMIT, read: int = READ) -> None:
        """Take the settings; nothing is opened before something is sent."""
        self.anywhere = anywhere
        self.limit = limit
        self.read = read
        self._sockets: set[socket.socket] = set()
        self._guard = Lock()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a body and return what came of it; whatever goes wrong is an outcome."""
        deadline = Deadline(self.limit)
        try:
            return self._exchange(urlsplit(url), body, headers, deadline)
        except DestinationRefused as refused:
            return Outcome(None, str(refused), refused=True)
        except TimeoutError:
            return Outcome(None, f"No complete answer within {self.limit:g} seconds")
        except (OSError, HTTPException, ValueError) as error:
            return Outcome(None, _reason(error))

    def cut(self) -> None:
        """End what is under way: nobody waits for it any more."""
        with self._guard:
            for sock in self._sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _exchange(
        self, url: SplitResult, body: bytes, headers: Mapping[str, str], deadline: Deadline
    ) -> Outcome:
        host = url.hostname or ""
        place = destination(host, anywhere=self.anywhere, within=deadline.remaining)
        port = url.port or PORTS[url.scheme]
        context = self._context(place) if url.scheme == "https" else None
        with self._connected(place, port, deadline, context, host) as sock:
            connection = HTTPConnection(host, port)
            connection.sock = cast("socket.socket", Outgoing(sock, deadline))
            sent = {**headers, **_address_headers(url), "Connection": "close"}
            connection.request("POST", _target(url), body, sent)
            with closing(connection.getresponse()) as answer:
                read = answer.read(self.read)
                message = answer.reason.strip() or responses.get(answer.status, "")
                return Outcome(answer.status, _shown(message), body=read)

    @contextmanager
    def _connected(
        self,
        place: Destination,
        port: int,
        deadline: Deadline,
        context: ssl.SSLContext | None,
        host: str,
    ) -> Iterator[socket.socket]:
        """Connect, encrypted if there is a context; what is open can be cut."""
        sock = _connection(place.addresses, port, deadline)
        if context:
            # Takes the socket over; the handshake comes when it can be cut.
            sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        with sock:
            with self._guard:
                self._sockets.add(sock)
            try:
                if isinstance(sock, ssl.SSLSocket):
                    sock.settimeout(deadline.remaining)
                    sock.do_handshake()
                yield sock
            finally:
                with self._guard:
                    self._sockets.discard(sock)

    def _context(self, place: Destination) -> ssl.SSLContext:
        return self._trusting if place.is_near else self._checking

    @cached_property
    def _checking(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def _trusting(self) -> ssl.SSLContext:
        """For receivers of one's own, whose certificates nobody has signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


class Outgoing:
    """A socket as ``http.client`` uses one; each step has what is left of the time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        """Use the socket until the deadline."""
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self._sock.settimeout(self._deadline.remaining)
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> BufferedReader:
        """Return the file that the answer is read from."""
        return BufferedReader(Incoming(self._sock, self._deadline))

    def close(self) -> None:
        """Leave that to who has opened the socket: the answer is still to be read."""


class Incoming(RawIOBase):
    """The bytes of an answer, as long as the deadline has not passed."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        """Read from the socket."""
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there; a receiver that drips gets no more time than another one."""
        self._sock.settimeout(self._deadline.remaining)
        return self._sock.recv_into(buffer)


def _connection(addresses: tuple[str, ...], port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to the first address that takes it.

    Raises:
        OSError: none does; the error is the first one's.
    """
    errors: list[OSError] = []
    for address in addresses:
        try:
            return socket.create_connection((address, port), deadline.remaining)
        except OSError as error:
            errors.append(error)
    raise errors[0]


def _target(url: SplitResult) -> str:
    query = f"?{url.query}" if url.query else ""
    return quote(f"{url.path or '/'}{query}", SAFE)


def _address_headers(url: SplitResult) -> dict[str, str]:
    """Return the headers that follow from the URL: the host, and who it says that we are."""
    who, mark, host = url.netloc.rpartition("@")
    headers = {"Host": host.encode("idna").decode()}
    if mark:
        headers["Authorization"] = f"Basic {b64encode(unquote(who).encode()).decode()}"
    return headers


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return _shown(reason or type(error).__name__)


def _shown(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:REASON]
