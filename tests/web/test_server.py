"""How servers start, stop, drain and withstand their clients, over real sockets and processes."""

from __future__ import annotations

import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests

from mockserver.web.bridge import Delivery
from mockserver.web.certificates import issue
from mockserver.web.server import Server
from mockserver.web.sockets import AddressUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse

    from mockserver.web.certificates import Certificate

ROOT = Path(__file__).parents[2]
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
LARGE = 5_000_000

#: So many seconds are far more than any stop or start should take, and far less than a drain.
#: Seconds: no measure of speed, but less than the drain, which is what a hang would take.
SOON = 8.0


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path.startswith("/delay/"):
        environ["mockserver.delivery"] = Delivery(delay=float(path.removeprefix("/delay/")))
    if path == "/never":
        environ["mockserver.delivery"] = Delivery(never=True)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * LARGE if path == "/large" else environ["wsgi.input"].read() or b"hello"]


#: The servers that their own app is to stop.
stoppable: list[Server] = []


def stopping_app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    stoppable.pop().stop()
    return app(environ, start_response)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(["acme"], directory=tmp_path_factory.mktemp("ca"))


@pytest.fixture
def server(certificate: Certificate) -> Iterator[Server]:
    with Server(app, certificate=certificate, drain=0.5) as server:
        yield server


@pytest.fixture
def sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def connect(server: Server, sent: bytes, *, tls_port: bool = False) -> socket.socket:
    port = server.tls_port if tls_port else server.port
    sock = socket.create_connection(("127.0.0.1", port or 0), timeout=5)
    sock.sendall(sent)
    return sock


def seconds(action: Callable[[], object]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


# start


@pytest.mark.parametrize("http2", [False, True])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_both_ports_serve_both_protocols(
    server: Server, certificate: Certificate, host: str, *, http2: bool
) -> None:
    trusting = ssl.create_default_context(cafile=certificate.ca)
    with httpx.Client(http1=not http2, http2=http2, verify=trusting) as client:
        for url in (f"http://{host}:{server.port}/", f"https://{host}:{server.tls_port}/"):
            response = client.post(url, content=b"echo")
            assert (response.text, response.http_version) == (
                "echo",
                "HTTP/2" if http2 else "HTTP/1.1",
            )


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_older_clients_may_use_tls_1_2(
    server: Server, certificate: Certificate, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=certificate.ca)
    context.minimum_version = context.maximum_version = version

    with (
        connect(server, b"", tls_port=True) as sock,
        context.wrap_socket(sock, server_hostname="acme.cl.localhost") as wrapped,
    ):
        assert wrapped.version() == version.name.replace("_", ".")


def test_where_it_serves_is_told(certificate: Certificate) -> None:
    server = Server(app, hosts=["0.0.0.0"], tls_port=0, certificate=certificate)  # noqa: S104
    assert (server.port, server.tls_port) == (0, 0)
    with server:
        assert server.port
        assert server.tls_port not in {None, 0, server.port}
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.tls_url == f"https://127.0.0.1:{server.tls_port}"
        assert requests.get(server.url, timeout=5).text == "hello"


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_any_loop_will_do(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    """The faster one where it is installed, else the standard library's."""
    if loop == "asyncio":
        monkeypatch.setattr("mockserver.web.listeners.find_spec", lambda _: None)
    with Server(app, certificate=certificate) as server:
        urls = (server.url, server.tls_url or "")
        answers = [httpx.get(url, verify=False) for url in urls]  # noqa: S501 - our own

    assert [answer.content for answer in answers] == [b"hello", b"hello"]


def test_https_can_be_left_out() -> None:
    with Server(app, tls_port=None) as server:
        assert (server.tls_port, server.tls_url) == (None, None)
        assert requests.get(server.url, timeout=5).text == "hello"


@pytest.mark.parametrize("taken", ["port", "tls_port"])
def test_a_taken_port_is_reported_to_who_starts(
    server: Server, certificate: Certificate, taken: str
) -> None:
    ports = {"port": free_port(), "tls_port": free_port(), taken: server.port}
    second = Server(app, port=ports["port"], tls_port=ports["tls_port"], certificate=certificate)

    with pytest.raises(AddressUnavailable, match="Address already in use") as refusal:
        second.start()
    assert (refusal.value.host, refusal.value.port) == ("127.0.0.1", server.port)
    assert str(refusal.value).startswith(f"cannot listen on 127.0.0.1:{server.port}: ")
    for port in set(ports.values()) - {server.port}:
        socket.create_server(("127.0.0.1", port)).close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_reported(host: str) -> None:
    with pytest.raises(AddressUnavailable, match=f"cannot listen on {host}:0: "):
        Server(app, hosts=[host], tls_port=None).start()


def test_a_broken_certificate_is_reported_and_frees_the_ports(
    certificate: Certificate, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_text("nonsense")
    broken = type(certificate)(certificate.ca, tmp_path / "cert.pem", certificate.key)
    port = free_port()

    with pytest.raises(ssl.SSLError):
        Server(app, port=port, certificate=broken).start()
    socket.create_server(("127.0.0.1", port)).close()


def test_a_running_server_cannot_be_started(server: Server) -> None:
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()


def test_the_logging_of_the_program_is_left_alone(tmp_path: Path) -> None:
    """Granian would close every handler there is."""
    handler = logging.FileHandler(tmp_path / "log", mode="w")
    logger = logging.getLogger("of.the.program")
    logger.addHandler(handler)
    try:
        with Server(app, tls_port=None):
            logger.error("still here")
    finally:
        logger.removeHandler(handler)
        handler.close()

    assert (tmp_path / "log").read_text() == "still here\n"


def test_several_servers_run_at_once(certificate: Certificate) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(app, certificate=certificate)) for _ in range(5)]

        assert len({port for each in servers for port in (each.port, each.tls_port)}) == 10
        for each in servers:
            assert requests.get(each.url, timeout=5).text == "hello"


def test_restarts_are_quick_and_leave_nothing_behind(certificate: Certificate) -> None:
    server = Server(app, certificate=certificate)
    serve_once(server)
    time.sleep(0.1)
    before = threading.active_count(), descriptors()
    per_cycle = seconds(lambda: [serve_once(server) for _ in range(20)]) / 20
    time.sleep(0.1)

    assert (threading.active_count(), descriptors()) == before
    assert per_cycle < 0.2


def serve_once(server: Server) -> None:
    with server, connect(server, GET) as sock:
        assert sock.recv(1000).endswith(b"hello")


def descriptors() -> int:
    for directory in (Path("/proc/self/fd"), Path("/dev/fd")):
        if directory.exists():
            return len(list(directory.iterdir()))
    return 0


def test_a_port_can_be_had_again_at_once(certificate: Certificate) -> None:
    port = free_port()
    for _ in range(3):
        with (
            Server(app, port=port, certificate=certificate) as server,
            connect(server, GET) as sock,
        ):
            assert sock.recv(1000).endswith(b"hello")
            assert server.port == port


# stop


def test_stop_is_harmless_when_there_is_nothing_to_stop(certificate: Certificate) -> None:
    server = Server(app, certificate=certificate)
    server.stop()
    with server:
        server.stop()

    with pytest.raises(OSError, match="refused"):
        connect(server, b"")


def test_requests_in_flight_are_finished(certificate: Certificate) -> None:
    with Server(app, certificate=certificate) as server, ThreadPoolExecutor(2) as pool:
        urls = [f"{server.url}/delay/0.4", f"{server.tls_url}/delay/0.4"]
        answers = [pool.submit(requests.get, url, verify=str(certificate.ca)) for url in urls]
        time.sleep(0.2)
        server.stop()

        assert [answer.result().text for answer in answers] == ["hello"] * 2


def test_a_slow_reader_gets_the_whole_answer(certificate: Certificate) -> None:
    """The answer has left the app, but it is still on its way to the client."""
    with (
        Server(app, certificate=certificate) as server,
        connect(server, GET.replace(b"/", b"/large", 1)) as sock,
        ThreadPoolExecutor(1) as pool,
    ):
        received = len(sock.recv(1000))
        stopping = pool.submit(server.stop)
        while data := sock.recv(200_000):
            received += len(data)
            time.sleep(0.005)
        stopping.result()

    assert received > LARGE


@pytest.mark.parametrize(
    ("sent", "tls_port"),
    [
        pytest.param(b"", False, id="nothing sent"),
        pytest.param(b"G", False, id="one byte"),
        pytest.param(b"GET / HTTP/1.1\r\nHos", False, id="half a head"),
        pytest.param(GET, False, id="kept alive"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", False, id="silent HTTP/2"),
        pytest.param(b"", True, id="no handshake"),
        pytest.param(b"\x16\x03\x01\x02", True, id="half a handshake"),
        pytest.param(GET.replace(b"/", b"/never", 1), False, id="never answered"),
    ],
)
def test_clients_who_ask_for_nothing_are_not_waited_for(
    certificate: Certificate, sent: bytes, *, tls_port: bool
) -> None:
    with (
        Server(app, certificate=certificate) as server,
        connect(server, sent, tls_port=tls_port),
    ):
        time.sleep(0.05)

        assert seconds(server.stop) < SOON


def test_idle_http2_connections_are_not_waited_for(certificate: Certificate) -> None:
    trusting = ssl.create_default_context(cafile=certificate.ca)
    with (
        Server(app, certificate=certificate) as server,
        httpx.Client(http2=True, verify=trusting) as client,
    ):
        client.get(str(server.tls_url))

        assert seconds(server.stop) < SOON


@pytest.mark.parametrize("sent", [HALF_BODY, GET.replace(b"/", b"/delay/60", 1)])
def test_the_wait_for_requests_in_flight_is_bounded(server: Server, sent: bytes) -> None:
    with connect(server, sent) as sock:
        time.sleep(0.05)

        assert 0.4 < seconds(server.stop) < 0.5 + SOON
        assert sock.recv(1000) == b""


def test_the_wait_can_be_cut_short(certificate: Certificate) -> None:
    with (
        Server(app, certificate=certificate) as server,
        ThreadPoolExecutor(1) as pool,
        connect(server, HALF_BODY),
    ):
        time.sleep(0.05)
        patient = pool.submit(server.stop)
        time.sleep(0.05)

        assert seconds(lambda: server.stop(0)) < SOON
        patient.result(timeout=SOON)


def test_the_app_may_stop_its_own_server() -> None:
    stopping = Server(stopping_app, tls_port=None)
    stoppable.append(stopping)
    stopping.start()
    with connect(stopping, GET) as sock:
        assert sock.recv(1000).endswith(b"hello")
        assert sock.recv(1000) == b""


# clients that misbehave


def test_stalled_clients_keep_nobody_out(
    server: Server, certificate: Certificate, sockets: ExitStack
) -> None:
    stalled = [
        (HALF_BODY, False),
        (b"GET / HTTP/1.1\r\nHos", False),
        (GET.replace(b"/", b"/never", 1), False),
        (b"", True),
    ]
    for sent, tls_port in stalled:
        for _ in range(150):
            sockets.enter_context(connect(server, sent, tls_port=tls_port))

    for url in (server.url, str(server.tls_url)):
        response = requests.get(url, verify=str(certificate.ca), timeout=5)
        assert response.text == "hello"
        assert response.elapsed.total_seconds() < SOON
    assert seconds(lambda: server.stop(0)) < SOON


def request(head: bytes, body: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(request(b"Content-Length: 3\r\nContent-Length: 4", b"abcd"), id="two lengths"),
        pytest.param(request(b"Content-Length: +3", b"abc"), id="signed length"),
        pytest.param(request(b"Content-Length: -3", b"abc"), id="negative length"),
        pytest.param(request(b"Content-Length: x", b"abc"), id="no number"),
        pytest.param(request(b"Content-Length: 99999999999999999999", b"abc"), id="endless"),
        pytest.param(request(b"Transfer-Encoding: gzip", b"abc"), id="not chunked"),
        pytest.param(
            request(b"Transfer-Encoding: gzip, chunked", b"3\r\nabc\r\n0\r\n\r\n"), id="gzip"
        ),
        pytest.param(request(b"Transfer-Encoding: chunked", b"zz\r\n"), id="malformed chunk"),
        pytest.param(request(b"X-A: a\0b"), id="NUL in a header"),
        pytest.param(b"GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n", id="NUL in the path"),
        pytest.param(b"GET /caf\xe9 HTTP/1.1\r\nHost: x\r\n\r\n", id="latin path"),
        pytest.param(request(b"\r\n".join(b"X-%d: 1" % i for i in range(150))), id="150 headers"),
        pytest.param(request(b"X-A: " + b"a" * 1_000_000), id="large header"),
        pytest.param(b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", id="long path"),
        pytest.param(request(b"X-A : 1"), id="space before the colon"),
        pytest.param(request(b"X-A: 1\r\n folded"), id="folded header"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="two hosts"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", id="no path"),
        pytest.param(b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", id="a tunnel"),
        pytest.param(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", id="unknown version"),
        pytest.param(b"\x16\x03\x01\x00\xa5\x01\x00\x00", id="TLS on the port of http"),
        pytest.param(b"nonsense\r\n\r\n", id="nonsense"),
    ],
)
def test_malformed_requests_are_refused(server: Server, sent: bytes) -> None:
    with connect(server, sent) as sock:
        try:
            answer = sock.recv(1000)
        except ConnectionResetError:
            answer = b""

    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert requests.get(server.url, timeout=5).text == "hello"


def test_a_length_beside_chunks_ends_the_connection(server: Server) -> None:
    """RFC 9112, 6.3: the chunks count, and nothing after them may be taken for a request."""
    sent = request(b"Content-Length: 3\r\nTransfer-Encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n")
    with connect(server, sent + GET) as sock:
        received = b""
        while data := sock.recv(1000):
            received += data

    assert received.count(b"HTTP/1.1 ") == 1
    assert received.endswith(b"hello")


# the foreground


PROGRAM = """
import sys, warnings
warnings.simplefilter("error")
from pathlib import Path
from mockserver.web.bridge import Delivery
from mockserver.web.certificates import issue
from mockserver.web.server import Server

def app(environ, start_response):
    environ["mockserver.delivery"] = Delivery(delay=float(environ["PATH_INFO"][1:] or 0))
    start_response("200 OK", [])
    return [b"hello"]

server = Server(app, certificate=issue(directory=Path(sys.argv[1])), drain=1)
"""
FOREGROUND = "server.serve(lambda server: print(server.port, flush=True))"


@pytest.fixture
def program(certificate: Certificate) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a process that has a server and does with it what it is told."""
    with ExitStack() as stack:

        def start(last_line: str) -> subprocess.Popen[str]:
            started = subprocess.Popen(  # noqa: S603 - our own text
                [sys.executable, "-c", PROGRAM + last_line, certificate.ca.parents[1]],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(started)
            stack.callback(started.kill)
            return started

        yield start


def get(process: subprocess.Popen[str], path: str) -> socket.socket:
    assert process.stdout
    port = int(process.stdout.readline())
    sock = socket.create_connection(("127.0.0.1", port), timeout=5)
    sock.sendall(GET.replace(b"/", path.encode(), 1))
    time.sleep(0.1)
    return sock


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_foreground_once_requests_are_answered(
    program: Callable[[str], subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = program(FOREGROUND)
    with get(process, "/0.5") as sock:
        process.send_signal(number)

        assert sock.recv(1000).endswith(b"hello")
    assert (process.wait(5), process.communicate()[1]) == (0, "")


def test_a_second_signal_ends_the_wait(
    program: Callable[[str], subprocess.Popen[str]],
) -> None:
    process = program(FOREGROUND)
    with get(process, "/60") as sock:
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        process.terminate()

        assert sock.recv(1000) == b""
    assert (process.wait(5), process.communicate()[1]) == (0, "")


@pytest.mark.parametrize(
    "last_line",
    [
        pytest.param("input()", id="running"),
        pytest.param("input(); server.stop()", id="stopped"),
        pytest.param("input(); sys.exit(0)", id="exiting"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/60"])
def test_a_program_may_end_without_ado(
    program: Callable[[str], subprocess.Popen[str]], path: str, last_line: str
) -> None:
    """Granian's threads would abort it if they outlived the interpreter."""
    process = program(f"server.start(); print(server.port, flush=True); {last_line}")
    with get(process, path):
        output = process.communicate("\n", timeout=15)

    assert (process.returncode, output) == (0, ("", ""))


def test_the_foreground_gives_the_signals_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    server = Server(app, tls_port=None)
    answers = []

    def ready(running: Server) -> None:
        answers.append(requests.get(running.url, timeout=5).text)
        os.kill(os.getpid(), signal.SIGTERM)

    server.serve(ready)

    assert answers == ["hello"]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_the_foreground_returns_when_the_app_stops_the_server() -> None:
    stopping = Server(stopping_app, tls_port=None)
    stoppable.append(stopping)
    answers = []
    stopping.serve(lambda running: answers.append(requests.get(running.url, timeout=5).text))

    assert answers == ["hello"]
