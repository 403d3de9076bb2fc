"""What a client does not read holds nobody else, and does not pile up."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded
from h2.settings import SettingCodes, Settings

from mockserver.web import backlog
from mockserver.web.bridge import STREAM
from mockserver.web.server import Server
from tests.cli.processes import until

BODY = b"x" * 500_000
STREAMS = 100
#: What the kernel may hold of a connection that nobody reads, at both its ends.
BUFFERS = 16 * 1024 * 1024


class Client:
    """A client of HTTP/2 that reads when it is told to."""

    def __init__(self, port: int, window: int) -> None:
        """Connect, and let so many bytes of each answer come."""
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.settimeout(10)
        self._connection = H2Connection(H2Configuration(client_side=True))
        told = {SettingCodes.INITIAL_WINDOW_SIZE: window}
        self._connection.local_settings = Settings(client=True, initial_values=told)
        self._connection.initiate_connection()
        self.heads: list[dict[bytes, bytes]] = []
        self.received: dict[int, int] = {}
        self.ended = 0

    def ask(self, path: str, count: int = 1) -> None:
        """Open streams."""
        for _ in range(count):
            stream = self._connection.get_next_available_stream_id()
            pseudo = {"method": "GET", "path": path, "scheme": "http", "authority": "localhost"}
            headers = [(f":{name}", value) for name, value in pseudo.items()]
            self._connection.send_headers(stream, headers, end_stream=True)
            self.received[stream] = 0
        self._flush()

    def open_windows(self) -> None:
        """Let everything come."""
        for stream in self.received:
            self._connection.increment_flow_control_window(2**30, stream)
        self._connection.increment_flow_control_window(2**30)
        self._flush()

    def read(self, ended: int) -> None:
        """Read until so many answers are complete."""
        while self.ended < ended:
            for event in self._connection.receive_data(self._socket.recv(65536)):
                if isinstance(event, ResponseReceived):
                    self.heads.append(dict(event.headers))  # type: ignore[arg-type]
                elif isinstance(event, DataReceived):
                    self.received[event.stream_id] += len(event.data)
                elif isinstance(event, StreamEnded):
                    self.ended += 1
            self._flush()

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _flush(self) -> None:
        self._socket.sendall(self._connection.data_to_send())


class Answering:
    """An app that counts what it is asked, and whose stream counts what it was asked for."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.calls = 0
        self.streamed = 0
        self.told: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        """Answer with a large body, or without an end."""
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/stream":
            environ[STREAM] = self._stream()
            return []
        self.calls += 1
        return [b"small" if environ["PATH_INFO"] == "/small" else BODY]

    async def _stream(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                self.streamed += 65536
                yield b"x" * 65536
        except TimeoutError:
            self.told.append("too slow")
            yield b"a last word"


@pytest.fixture
def app() -> Answering:
    """Return an app."""
    return Answering()


@pytest.fixture
def server(app: Answering) -> Iterator[Server]:
    """Return its server, on http alone."""
    with Server(app, tls_port=None, drain=0) as server:
        yield server


def test_unread_answers_of_a_connection_are_few(server: Server, app: Answering) -> None:
    """Further requests wait for the client to read, and others are answered meanwhile."""
    client = Client(server.port, window=0)
    client.ask("/", STREAMS)
    until(lambda: app.calls > backlog.UNREAD // len(BODY))
    time.sleep(0.3)
    asked = app.calls
    with urlopen(f"{server.url}/small", timeout=5) as other:  # noqa: S310 - our own server
        assert other.read() == b"small"
    client.open_windows()
    client.read(STREAMS)
    client.close()

    assert asked == backlog.UNREAD // len(BODY) + 1
    assert {len(BODY)} == set(client.received.values())
    assert {str(len(BODY)).encode()} == {head[b"content-length"] for head in client.heads}


def test_who_leaves_its_answers_unread_leaves_nothing(server: Server, app: Answering) -> None:
    """What waited is forgotten."""
    client = Client(server.port, window=0)
    client.ask("/", 5)
    until(lambda: app.calls > backlog.UNREAD // len(BODY))
    client.close()

    assert server._run
    connections = server._run._bridge._backlog._connections
    until(lambda: not connections)


@pytest.mark.parametrize("path", ["/", "/small"])
def test_who_reads_is_not_held(server: Server, app: Answering, path: str) -> None:
    """However much it asks for."""
    client = Client(server.port, window=2**30)
    client.open_windows()
    for turn in range(1, 4):
        client.ask(path, STREAMS)
        client.read(turn * STREAMS)
    client.close()

    assert app.calls == 3 * STREAMS


def over_http1(port: int) -> socket.socket:
    """Ask for the stream, and read nothing of it."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return sock


def over_http2(port: int) -> Client:
    """Do the same with a window of nothing."""
    client = Client(port, window=0)
    client.ask("/stream")
    return client


@pytest.mark.parametrize("over", [over_http1, over_http2])
def test_a_stream_that_nobody_reads_ends(
    server: Server,
    app: Answering,
    over: Callable[[int], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a bounded backlog, with a word."""
    monkeypatch.setattr(backlog, "PATIENCE", 0.3)
    client = over(server.port)
    until(lambda: app.told)
    client.close()

    assert app.told == ["too slow"]
    assert app.streamed < BUFFERS + backlog.AHEAD


def test_a_stream_that_is_read_goes_on(server: Server, app: Answering) -> None:
    """Whatever the bounds are."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock:
        sock.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read = 0
        while read < 5 * BUFFERS:
            read += len(sock.recv(1024 * 1024))

    assert app.told == []
