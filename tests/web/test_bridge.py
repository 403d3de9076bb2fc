"""What the app is told of a request, and how its answer reaches the client, over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import h2.exceptions
import httpx
import pytest
import requests

from mockserver.web.bridge import Delivery
from mockserver.web.certificates import issue
from mockserver.web.server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse

    from mockserver.web.certificates import Certificate

LIMIT = 100_000
JSON_API = "application/vnd.api+json; charset=utf-8"

CHUNKED = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

#: What the streams of the app have come to, newest last.
endings: list[str] = []


async def ticks() -> AsyncIterator[bytes]:
    number = 0
    try:
        while True:
            yield b"data: %d\n\n" % number
            number += 1
            await asyncio.sleep(0.01)
    finally:
        endings.append("closed")


async def three() -> AsyncIterator[bytes]:
    for word in (b"one ", b"two ", b"three"):
        yield word


async def failing() -> AsyncIterator[bytes]:
    yield b"one"
    raise LookupError


DELIVERIES = {
    "/delay": Delivery(delay=0.3),
    "/before": Delivery(drop="before"),
    "/during": Delivery(drop="during"),
    "/never": Delivery(never=True),
    "/late-drop": Delivery(delay=0.1, drop="before"),
    "/during-204": Delivery(drop="during"),
    "/fails-late": Delivery(delay=0.1),
}
STREAMS = {"/ticks": ticks, "/three": three, "/failing": failing, "/fails-streaming": three}
HEADS: dict[str, tuple[str, Any]] = {
    "/204": ("204 No Content", [("Content-Length", "5")]),
    "/during-204": ("204 No Content", []),
    "/304": ("304 Not Modified", []),
    "/lies": ("200 OK", [("Content-Length", "99"), ("Transfer-Encoding", "chunked")]),
    "/latin": ("200 OK", [("X-Name", "caf\xc3\xa9"), ("X-Raw", "caf\xe9")]),
    "/bad-status": ("099 Nonsense", []),
    "/no-status": ("nonsense", []),
    "/bad-header": ("200 OK", [("X-Bad", "a\r\nX-Injected: b")]),
    "/bad-name": ("200 OK", [("X Bad\n", "a")]),
    "/bytes-header": ("200 OK", [(b"X-Bad", b"a")]),
}


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if delivery := DELIVERIES.get(path):
        environ["mockserver.delivery"] = delivery
    if stream := STREAMS.get(path):
        environ["mockserver.stream"] = stream()
    if path.startswith("/fails"):
        raise ZeroDivisionError
    if path == "/silent":
        return []
    told = {name: value for name, value in environ.items() if isinstance(value, str | bool)}
    body = json.dumps({**told, "body": len(environ["wsgi.input"].read())}).encode()
    default = ("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    start_response(*HEADS.get(path, default))
    if path == "/fails-halfway":
        return half(body)
    return [body]


def half(body: bytes) -> Iterator[bytes]:
    yield body
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(directory=tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def server(certificate: Certificate) -> Iterator[Server]:
    with Server(app, certificate=certificate, body_limit=LIMIT, body_within=0.5, drain=2) as server:
        yield server


@pytest.fixture(scope="module")
def context(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.ca)


@pytest.fixture
def http1(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=5) as client:
        yield client


@pytest.fixture
def http2(server: Server, context: ssl.SSLContext) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=str(server.tls_url), http2=True, verify=context, timeout=5
    ) as client:
        yield client


@pytest.fixture(params=["http1", "http2"])
def client(request: pytest.FixtureRequest) -> httpx.Client:
    """A client of HTTP/1.1 over http, and one of HTTP/2 over https."""
    client: httpx.Client = request.getfixturevalue(request.param)
    return client


def exchange(server: Server, sent: bytes, *, end: bool = False) -> bytes:
    """What comes back on a connection of its own, until it is closed or quiet."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(sent)
        if end:
            sock.shutdown(socket.SHUT_WR)
        sock.settimeout(1)
        received = b""
        try:
            while data := sock.recv(65536):
                received += data
                if b"\r\n\r\n" in received and b"100 Continue" not in received:
                    sock.settimeout(0.1)
        except (TimeoutError, ConnectionResetError):
            pass
        return received


def error(status: int, title: str, code: str, detail: str) -> dict[str, Any]:
    return {"errors": [{"title": title, "detail": detail, "code": code, "status": str(status)}]}


def is_error(response: httpx.Response, document: dict[str, Any]) -> bool:
    return (response.headers["content-type"], response.json()) == (JSON_API, document)


# the environment


def test_the_environment_is_that_of_pep_3333(http1: httpx.Client, server: Server) -> None:
    """Paths are decoded into latin-1, query strings stay as they came."""
    told = http1.post("/a%20b/caf%C3%A9?q=%20x+y&a[b]=1", content=b"abc").json()

    assert {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/caf\xc3\xa9",
        "QUERY_STRING": "q=%20x+y&a[b]=1",
        "RAW_URI": "/a%20b/caf%C3%A9?q=%20x+y&a[b]=1",
        "REQUEST_URI": "/a%20b/caf%C3%A9?q=%20x+y&a[b]=1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": f"127.0.0.1:{server.port}",
        "CONTENT_LENGTH": "3",
        "wsgi.url_scheme": "http",
        "body": 3,
    }.items() <= told.items()


def test_http2_looks_the_same_to_the_app(http2: httpx.Client, server: Server) -> None:
    told = http2.get("/x", headers={"host": "acme.cl.localhost"}).json()

    assert (told["SERVER_PROTOCOL"], told["wsgi.url_scheme"]) == ("HTTP/2", "https")
    assert told["HTTP_HOST"] == "acme.cl.localhost"
    assert told["SERVER_PORT"] == str(server.tls_port)


def test_repeated_headers_are_joined(client: httpx.Client) -> None:
    headers = [("x-a", "1"), ("x-a", "2"), ("cookie", "a=1"), ("cookie", "b=2")]
    told = client.get("/x", headers=headers).json()

    assert (told["HTTP_X_A"], told["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")


def test_an_underscore_does_not_pass_for_a_hyphen(client: httpx.Client) -> None:
    told = client.get("/x", headers={"x_forged": "1"}).json()

    assert not [name for name in told if "FORGED" in name]


def test_http_1_0_needs_no_host(server: Server) -> None:
    answer = exchange(server, b"GET /x HTTP/1.0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.0 200")


def test_an_absolute_target_names_the_host(server: Server) -> None:
    answer = exchange(server, b"GET http://acme.test:81/x HTTP/1.1\r\nHost: other\r\n\r\n")

    assert b'"HTTP_HOST": "acme.test:81"' in answer
    assert b'"PATH_INFO": "/x"' in answer


# bodies


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_bodies_up_to_the_limit_arrive_whole(client: httpx.Client, size: int) -> None:
    announced = client.post("/x", content=b"x" * size).json()
    chunked = client.post("/x", content=iter([b"x"] * min(size, 9))).json()

    assert (announced["body"], chunked["body"]) == (size, min(size, 9))
    assert "HTTP_TRANSFER_ENCODING" not in chunked
    assert chunked["CONTENT_LENGTH"] == str(min(size, 9))


def test_empty_frames_of_http2_are_no_end(http2: httpx.Client) -> None:
    told = http2.post("/x", content=iter([b"", b"a", b"", b"", b"b", b""])).json()

    assert told["body"] == 2


@pytest.mark.parametrize("chunked", [False, True])
def test_larger_bodies_are_refused(client: httpx.Client, *, chunked: bool) -> None:
    sent = b"x" * 2 * LIMIT
    response = client.post("/x", content=iter([sent]) if chunked else sent)

    assert response.status_code == 413
    detail = f"The request body exceeds {LIMIT} bytes"
    assert is_error(response, error(413, "Payload too large", "PAYLOAD_TOO_LARGE", detail))


def test_a_body_without_an_end_is_not_read_to_the_end(server: Server) -> None:
    """The answer comes while the client still sends, and the connection is closed."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(CHUNKED)
        with pytest.raises(ConnectionError):
            sock.sendall((b"2710\r\n" + b"x" * 10_000 + b"\r\n") * 10_000)


def test_a_client_that_asks_first_is_refused_before_it_sends(server: Server) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "

    assert exchange(server, head + b"999999\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert exchange(server, head + b"3\r\n\r\n").startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        pytest.param(
            b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", True, id="cut length"
        ),
        pytest.param(CHUNKED + b"3\r\nabc\r\n", True, id="cut between chunks"),
        pytest.param(CHUNKED + b"3\r\nab", True, id="cut in a chunk"),
        pytest.param(CHUNKED, True, id="cut before the first chunk"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n", False, id="trailers"),
        pytest.param(CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", False, id="no number"),
        pytest.param(CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", False, id="too long a chunk"),
        pytest.param(CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n", False, id="negative"),
    ],
)
def test_a_broken_body_is_never_taken_for_a_whole_one(
    server: Server, sent: bytes, *, end: bool
) -> None:
    head, _, body = exchange(server, sent, end=end).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400")
    detail = "The request body is malformed or incomplete"
    assert json.loads(body) == error(400, "Bad Request", "BAD_REQUEST", detail)


def test_a_body_that_does_not_arrive_in_time_is_given_up(server: Server) -> None:
    """The half second of this server, not that of the client, is what ends it."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.settimeout(5)
        sock.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")

        assert sock.recv(65536).startswith(b"HTTP/1.1 408")


# answers


@pytest.mark.parametrize("path", ["/204", "/304"])
def test_bodiless_answers_have_no_body(client: httpx.Client, path: str) -> None:
    response = client.get(path)

    assert (f"/{response.status_code}", response.content) == (path, b"")
    assert client.get("/x").status_code == 200


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    head, get = client.head("/x"), client.get("/x")

    assert head.content == b""
    assert int(head.headers["content-length"]) == len(get.content) + 1


def test_the_server_frames_the_answer(client: httpx.Client) -> None:
    response = client.get("/lies")

    assert int(response.headers["content-length"]) == len(response.content)
    assert "transfer-encoding" not in response.headers


def test_headers_may_be_utf8_as_wsgi_writes_it(server: Server) -> None:
    answer = exchange(server, b"GET /latin HTTP/1.1\r\nHost: x\r\n\r\n")

    assert "x-name: café\r\n".encode() in answer
    assert b"200 OK" in answer


@pytest.mark.parametrize(
    "path",
    [
        "/fails",
        "/fails-halfway",
        "/fails-streaming",
        "/fails-late",
        "/silent",
        "/bad-status",
        "/no-status",
        "/bad-header",
        "/bad-name",
        "/bytes-header",
    ],
)
def test_a_broken_app_is_a_500_and_logged(
    client: httpx.Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get(path)

    assert response.status_code == 500
    title = "Internal Server Error"
    assert is_error(response, error(500, title, "INTERNAL_SERVER_ERROR", title))
    (record,) = [record for record in caplog.records if record.name.startswith("mockserver")]
    assert (record.levelno, record.getMessage()) == (logging.ERROR, f"GET {path} failed")
    assert record.exc_info


# deliveries


def test_a_delay_delays_nobody_else(client: httpx.Client, server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        slow = pool.submit(client.get, "/delay")
        while time.monotonic() < began + 0.2:
            quick = requests.get(f"{server.url}/x", timeout=5)
            assert quick.elapsed.total_seconds() < 0.15
        assert slow.result().status_code == 200
        assert time.monotonic() - began >= 0.3


DROPPED = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.mark.parametrize("path", ["/before", "/late-drop", "/during-204"])
def test_dropped_before_the_client_gets_nothing(client: httpx.Client, path: str) -> None:
    with pytest.raises(DROPPED):
        client.get(path)

    assert client.get("/x").status_code == 200


def test_an_answer_without_a_body_can_only_be_dropped_before(client: httpx.Client) -> None:
    with pytest.raises(DROPPED):
        client.head("/during")


def test_dropped_during_the_client_notices(client: httpx.Client, server: Server) -> None:
    """The last two are what httpx, by its timing, makes of a short body in HTTP/2."""
    with pytest.raises((*DROPPED, httpx.LocalProtocolError, h2.exceptions.ProtocolError)):
        client.get("/during")

    assert requests.get(f"{server.url}/x", timeout=5).status_code == 200


def test_dropped_during_the_client_gets_a_part(server: Server) -> None:
    answer = exchange(server, b"GET /during HTTP/1.1\r\nHost: x\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    announced = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    assert head.startswith(b"HTTP/1.1 200")
    assert 0 < len(body) < int(announced.split()[1])


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("path", ["/before", "/during"])
def test_requests_sees_the_drops_too(
    server: Server, certificate: Certificate, scheme: str, path: str
) -> None:
    url = server.url if scheme == "http" else server.tls_url

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(f"{url}{path}", verify=str(certificate.ca), timeout=5)


def test_only_the_connection_meant_is_dropped(http1: httpx.Client, server: Server) -> None:
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=server.url) as other:
        bystander = pool.submit(http1.get, "/delay")
        with pytest.raises(DROPPED):
            other.get("/late-drop")

        assert bystander.result().status_code == 200


def test_never_answers_and_notices_that_the_client_has_left(
    server: Server, client: httpx.Client
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.get("/never", timeout=0.2)
    client.close()

    wait_until(lambda: not busy(server))


def busy(server: Server) -> bool:
    run = server._run
    assert run
    return bool(run._bridge.busy())


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# streams


def test_a_stream_is_the_body(client: httpx.Client) -> None:
    response = client.get("/three")

    assert (response.status_code, response.text) == (200, "one two three")
    assert "content-length" not in response.headers


def test_a_stream_arrives_as_it_is_made_and_ends_with_its_client(client: httpx.Client) -> None:
    endings.clear()
    with client.stream("GET", "/ticks") as response:
        parts = response.iter_raw()
        received = b"".join(next(parts) for _ in range(3))
    client.close()

    assert received.startswith(b"data: 0\n\ndata: 1\n\ndata: 2\n\n")
    wait_until(lambda: endings == ["closed"])


def test_a_head_request_does_not_start_a_stream(client: httpx.Client) -> None:
    endings.clear()
    response = client.head("/ticks")

    assert (response.status_code, response.content, endings) == (200, b"", [])


def test_a_stream_that_fails_is_logged_and_ends(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/failing")

    assert response.content == b"one"
    assert "a stream broke off" in caplog.text
    assert "LookupError" in caplog.text


def test_a_stream_ends_with_the_server(certificate: Certificate) -> None:
    endings.clear()
    with (
        Server(app, certificate=certificate) as server,
        requests.get(f"{server.url}/ticks", stream=True, timeout=5) as response,
    ):
        began = time.monotonic()
        server.stop()
        assert response.raw.read().startswith(b"data: 0\n\n")

    assert time.monotonic() - began < 5
    assert endings == ["closed"]
