"""The port of https: TLS passes, plain http is told where to ask, and nobody is waited for."""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from mockserver import MockServer
from mockserver.web import backlog
from mockserver.web.bridge import STREAM, Delivery
from mockserver.web.certificates import Certificate, issue
from mockserver.web.connections import accepted
from mockserver.web.misdirected import HEAD_LIMIT, answer
from mockserver.web.server import Server
from tests.cli.processes import until

LARGE = 8_000_000
#: What the kernel and the passage may hold of a connection that nobody reads.
BUFFERS = 24 * 1024 * 1024
#: Seconds: less than a drain, which is what a hang would take.
SOON = 8.0
PATIENCE = 0.4

ANSWER = re.compile(
    rb"HTTP/1\.1 400 Bad Request\r\n"
    rb"Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n"
    rb"Content-Type: text/plain; charset=utf-8\r\n"
    rb"Content-Length: (\d+)\r\n"
    rb"Connection: close\r\n\r\n(.*)",
    re.DOTALL,
)


class Answering:
    """An app that tells who asks, and whose stream counts what it was asked for."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.streamed = 0
        self.ended: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer by the path."""
        path = environ["PATH_INFO"]
        if path == "/stream":
            environ[STREAM] = self._stream()
        if path in {"/before", "/during"}:
            environ["mockserver.delivery"] = Delivery(drop=path[1:])  # type: ignore[arg-type]
        start_response("200 OK", [("Content-Type", "text/plain")])
        if path == "/large":
            return [b"x" * LARGE]
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        return [environ["wsgi.input"].read() or json.dumps(told).encode()]

    async def _stream(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                self.streamed += 65536
                yield b"x" * 65536
        except TimeoutError:
            self.ended.append("too slow")
        finally:
            self.ended.append("over")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(["acme"], directory=tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def context(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.ca)


@pytest.fixture
def app() -> Answering:
    return Answering()


@pytest.fixture
def server(app: Answering, certificate: Certificate) -> Iterator[Server]:
    with Server(app, certificate=certificate, patience=PATIENCE) as server:
        yield server


@pytest.fixture
def sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.tls_port or 0), timeout=SOON)


def everything(sock: socket.socket) -> bytes:
    """Read until the other end closes, which it is to do in order."""
    received = b""
    while data := sock.recv(65536):
        received += data
    return received


def exchange(server: Server, sent: bytes, *, end: bool = False) -> bytes:
    with connected(server) as sock:
        sock.sendall(sent)
        if end:
            sock.shutdown(socket.SHUT_WR)
        return everything(sock)


def sentence(server: Server, host: str = "127.0.0.1", port: int | None = None) -> str:
    """The sentence of a server, for who has asked for a host and a port."""
    https, http = f"https://{host}:{port or server.tls_port}", f"http://{host}:{server.port}"
    return f"This port speaks https: ask {https}, or {http} for plain http.\n"


def told(answer: bytes) -> str:
    """The body of an answer that is whole."""
    found = ANSWER.fullmatch(answer)
    assert found, answer
    assert int(found[1]) == len(found[2])
    return found[2].decode()


# who does not speak TLS


@pytest.mark.parametrize(
    ("lines", "host", "port"),
    [
        pytest.param("Host: acme.cl.localhost:9443", "acme.cl.localhost", 9443, id="as mapped"),
        pytest.param("hOST:\tacme.localhost \r\nA: b", "acme.localhost", None, id="without a port"),
        pytest.param("A: b\r\nHost: [::1]:9443", "[::1]", 9443, id="IPv6"),
        pytest.param("Host: mock_server:9443", "mock_server", 9443, id="underscore"),
        pytest.param("A: b", "127.0.0.1", None, id="no host"),
        pytest.param("Host:", "127.0.0.1", None, id="empty"),
        pytest.param("Host: a\r\nHost: b", "127.0.0.1", None, id="two hosts"),
        pytest.param("Host: a:65536", "127.0.0.1", None, id="no port"),
        pytest.param("Host: a b", "127.0.0.1", None, id="no name"),
        pytest.param("Host: <b>evil</b>", "127.0.0.1", None, id="markup"),
        pytest.param("Host: caf\xe9.localhost", "127.0.0.1", None, id="not ASCII"),
        pytest.param(f"Host: {'a' * 254}", "127.0.0.1", None, id="too long"),
    ],
)
def test_plain_http_is_told_where_to_ask(
    server: Server, lines: str, host: str, port: int | None
) -> None:
    answer = exchange(server, f"GET /api/customers HTTP/1.1\r\n{lines}\r\n\r\n".encode("latin-1"))

    assert told(answer) == sentence(server, host, port)


@pytest.mark.parametrize("port", ["https", "http"])
def test_usual_ports_are_left_out(port: str) -> None:
    usual = {"https": ("https://a", "http://a:8080"), "http": ("https://a:8443", "http://a")}[port]
    own, plain = {"https": (443, 8080), "http": (8443, 80)}[port]
    body = answer(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", ("127.0.0.1", own), plain)

    assert told(body) == "This port speaks https: ask {}, or {} for plain http.\n".format(*usual)


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete", "options"])
def test_libraries_read_it(server: Server, method: str) -> None:
    response = requests.request(method, f"http://127.0.0.1:{server.tls_port}/a", timeout=SOON)

    assert (response.status_code, response.text) == (400, sentence(server))


def test_head_has_no_body(server: Server) -> None:
    answer = exchange(server, b"HEAD / HTTP/1.1\r\nHost: acme.localhost\r\n\r\n")

    assert answer.endswith(b"\r\n\r\n")
    length = len(sentence(server, "acme.localhost"))
    assert f"Content-Length: {length}\r\n".encode() in answer


def test_a_body_is_no_obstacle(server: Server) -> None:
    """A client that sends before it reads is not reset, and finds the answer afterwards."""
    response = requests.post(
        f"http://127.0.0.1:{server.tls_port}/", data=b"x" * LARGE, timeout=SOON
    )

    assert response.text == sentence(server)


def test_a_host_in_a_body_is_none(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"

    assert told(exchange(server, head + b"Host: evil\r\n")) == sentence(server)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10", id="SSL 2"),
        pytest.param(b"\x00" * 50, id="zeros"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", id="another protocol"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2 without TLS"),
        pytest.param(b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", id="empty lines first"),
        pytest.param(b"GET / HTTP/1.0\n\n", id="bare line feeds"),
        pytest.param(b"GET /" + b"a" * HEAD_LIMIT, id="no end"),
        pytest.param(b"GET / HTTP/1.1\r\nX-A: " + b"a" * LARGE + b"\r\n\r\n", id="large head"),
    ],
)
def test_whatever_is_not_tls_is_told_the_same(server: Server, sent: bytes) -> None:
    assert told(exchange(server, sent)) == sentence(server)


def test_a_head_that_ends_early_is_answered(server: Server) -> None:
    answer = exchange(server, b"GET / HTTP/1.1\r\nHost: acme.localhost\r\nX", end=True)

    assert told(answer) == sentence(server, "acme.localhost")


def test_a_head_may_come_in_pieces(server: Server) -> None:
    with connected(server) as sock:
        for piece in (b"G", b"ET / HTTP/1.1\r\nHost: acme.loc", b"alhost\r\n", b"\r\n"):
            sock.sendall(piece)
            time.sleep(0.02)

        assert told(everything(sock)) == sentence(server, "acme.localhost")


def test_silence_ends(server: Server) -> None:
    """Who sends nothing is not answered, but closed."""
    began = time.monotonic()

    assert exchange(server, b"") == b""
    assert PATIENCE - 0.1 < time.monotonic() - began < SOON


def test_who_is_slow_is_told_in_the_end(server: Server) -> None:
    with connected(server) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: acme.localhost\r\nX-Slow")

        assert told(everything(sock)) == sentence(server, "acme.localhost")


def test_who_never_closes_is_closed(
    certificate: Certificate, app: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.web.phases._LINGER", 0.2)
    with Server(app, certificate=certificate) as server, connected(server) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert told(everything(sock)) == sentence(server)

        def is_closed() -> bool:
            try:
                sock.sendall(b"still here")
            except OSError:
                return True
            return False

        until(is_closed)


# who speaks TLS


@pytest.mark.parametrize("http2", [False, True])
def test_the_client_is_who_asks(server: Server, context: ssl.SSLContext, *, http2: bool) -> None:
    """Not the server, which passes the connection on to itself."""
    with httpx.Client(http1=not http2, http2=http2, verify=context) as client:
        response = client.get(f"{server.tls_url}/", headers={"x-a": "b"})
        own = response.extensions["network_stream"].get_extra_info("client_addr")
        environ = response.json()

    assert (environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])) == own
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", str(server.tls_port))
    assert environ["wsgi.url_scheme"] == "https"


def test_rate_limits_are_those_of_each_client(tmp_path: Path) -> None:
    """Two clients of https are two, though one process passes both on (conventions.md §14)."""
    with MockServer(data_directory=tmp_path, auth=False, rate_limits=True) as server:
        remaining = [
            int(asked(server, address).headers["x-ratelimit-remaining"])
            for address in ("127.0.0.1", "127.0.0.1", "127.0.0.2")
        ]

    assert remaining[0] == remaining[1] + 1 == remaining[2]


def asked(server: MockServer, address: str) -> httpx.Response:
    context = ssl.create_default_context(cafile=server.ca)
    transport = httpx.HTTPTransport(verify=context, local_address=address)
    with httpx.Client(transport=transport) as client:
        return client.get(f"{server.tls_url}/api/customers")


@pytest.mark.parametrize("size", [1, 9_000_000])
def test_bodies_pass_untouched(server: Server, certificate: Certificate, size: int) -> None:
    sent = bytes(range(256)) * (size // 256) + b"end"
    with requests.Session() as session:
        for _ in range(2):
            response = session.post(f"{server.tls_url}/", sent, verify=str(certificate.ca))
            assert response.content == sent


def secured(server: Server, context: ssl.SSLContext, path: str) -> ssl.SSLSocket:
    sock = context.wrap_socket(connected(server), server_hostname="localhost")
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return sock


@pytest.mark.parametrize("path", ["/before", "/during"])
def test_dropped_connections_are_closed(server: Server, context: ssl.SSLContext, path: str) -> None:
    with secured(server, context, path) as sock:
        try:
            received = everything(sock)
        except (ssl.SSLEOFError, ConnectionResetError):
            received = b""

    assert path == "/during" or received == b""
    assert b"wsgi.url_scheme" not in received


def test_a_stream_is_no_faster_than_its_reader(
    server: Server, context: ssl.SSLContext, app: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "PATIENCE", 0.5)
    with secured(server, context, "/stream"):
        until(lambda: "too slow" in app.ended)

    assert app.streamed < BUFFERS


def test_a_stream_ends_with_its_client(
    server: Server, context: ssl.SSLContext, app: Answering
) -> None:
    with secured(server, context, "/stream") as sock:
        assert sock.recv(1000)
    until(lambda: "over" in app.ended)

    assert app.ended == ["over"]


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_who_leaves_leaves_nothing(
    server: Server, context: ssl.SSLContext, leave: Callable[[socket.socket], None]
) -> None:
    """At whatever point."""
    assert server._run
    (front,) = server._run._fronts
    ports = {server.tls_port, front._address[1]}
    for sent in (b"", b"G", b"GET / HTTP/1.1\r\n\r\n", b"\x16", b"\x16\x03\x01\x02\x00\x01"):
        sock = connected(server)
        sock.sendall(sent)
        leave(sock)
    for path in ("/", "/large", "/stream"):
        leave(secured(server, context, path))

    until(lambda: not accepted(ports) and not front.transports._open)


# the end


def test_an_answer_on_its_way_arrives_though_the_server_stops(
    app: Answering, certificate: Certificate, context: ssl.SSLContext
) -> None:
    with (
        Server(app, certificate=certificate) as server,
        secured(server, context, "/large") as sock,
        ThreadPoolExecutor(1) as pool,
    ):
        received = len(sock.recv(1000))
        stopping = pool.submit(server.stop)
        while received < LARGE and (data := sock.recv(200_000)):
            received += len(data)
            time.sleep(0.005)
        sock.close()
        stopping.result()

    assert received > LARGE


def test_nobody_is_waited_for(
    app: Answering, certificate: Certificate, context: ssl.SSLContext, sockets: ExitStack
) -> None:
    with Server(app, certificate=certificate) as server:
        for sent in (b"", b"G", b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\n\r\n"):
            sockets.enter_context(connected(server)).sendall(sent)
        idle = sockets.enter_context(secured(server, context, "/"))
        assert idle.recv(1000)
        with ThreadPoolExecutor(1) as pool:
            stream = sockets.enter_context(secured(server, context, "/stream"))
            reading = pool.submit(everything, stream)
            time.sleep(0.1)
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < SOON / 2
            reading.exception()


def test_who_does_not_read_is_waited_for_as_long_as_said(
    app: Answering, certificate: Certificate, context: ssl.SSLContext
) -> None:
    with (
        Server(app, certificate=certificate, drain=0.5) as server,
        secured(server, context, "/large"),
    ):
        time.sleep(0.1)
        began = time.monotonic()
        server.stop()

    assert time.monotonic() - began < 0.5 + SOON / 2


def test_who_comes_at_the_last_moment_is_no_error(
    app: Answering, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    def come(server: Server) -> None:
        while True:
            connected(server).close()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(2):
            with Server(app, certificate=certificate) as server:
                coming = [pool.submit(come, server) for _ in range(4)]
                time.sleep(0.05)
            for each in coming:
                assert isinstance(each.exception(), OSError)

    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []
