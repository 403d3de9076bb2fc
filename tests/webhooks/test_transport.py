"""One exchange with a receiver: what counts as delivered, and how long anything may take."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest
import trustme

from mockserver.clock import monotonic
from mockserver.webhooks.destinations import Destination
from mockserver.webhooks.transport import Outcome, Transport
from tests.webhooks.receiver import Receiver

BODY = b'{"data":null}'
LIMIT = 0.3


@pytest.fixture
def transport() -> Transport:
    """Return one with little patience."""
    return Transport(limit=LIMIT)


def send(transport: Transport, url: str) -> Outcome:
    """Send something."""
    return transport.send(url, BODY, {"X-Test": "yes"})


@pytest.mark.parametrize(
    ("status", "message", "delivered"),
    [
        (200, "OK", True),
        (204, "No Content", True),
        (299, "", True),
        (301, "Moved Permanently", False),
        (307, "Temporary Redirect", False),
        (404, "Not Found", False),
        (503, "Service Unavailable", False),
    ],
)
def test_answers(
    transport: Transport,
    receiver: Receiver,
    status: int,
    message: str,
    delivered: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """Any 2xx is good, and nothing else; the message is the receiver's."""
    receiver.otherwise = status
    outcome = send(transport, receiver.url)

    assert Outcome(status, message) == outcome
    assert delivered == outcome.is_delivered


def test_redirects_are_not_followed(transport: Transport, receiver: Receiver) -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", receiver.url)
        handler.end_headers()

    receiver.answers.append(elsewhere)

    assert Outcome(302, "Found") == send(transport, receiver.url)
    assert 1 == len(receiver.got)


def test_the_request(transport: Transport, receiver: Receiver) -> None:
    """Path and query as they are in the URL; whom it names is said."""
    url = f"http://jane:s%40cret@localhost:{receiver.port}/a%20b/ü?x=1&y={{}}"
    assert send(transport, url).is_delivered
    (received,) = receiver.got

    assert "/a%20b/%C3%BC?x=1&y=%7B%7D" == received.path
    assert BODY == received.body
    assert {
        "Host": f"localhost:{receiver.port}",
        "Authorization": "Basic amFuZTpzQGNyZXQ=",
        "X-Test": "yes",
        "Connection": "close",
        "Content-Length": str(len(BODY)),
    }.items() <= received.headers.items()


def drip(handler: BaseHTTPRequestHandler, over: Callable[[float], bool]) -> None:
    """Answer for ever, a byte at a time."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not over(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()


def drip_body(handler: BaseHTTPRequestHandler, over: Callable[[float], bool]) -> None:
    """Answer at once, with a body that does not end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not over(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()


def nothing(_: BaseHTTPRequestHandler, over: Callable[[float], bool]) -> None:
    """Say nothing."""
    over(5)


@pytest.mark.parametrize("how", [nothing, drip, drip_body])
def test_the_limit(
    transport: Transport,
    receiver: Receiver,
    how: Callable[[BaseHTTPRequestHandler, Callable[[float], bool]], None],
) -> None:
    """It is that of the whole exchange, however the receiver spends it."""
    receiver.answers.append(lambda handler: how(handler, receiver.over.wait))
    began = monotonic()
    outcome = send(transport, receiver.url)
    took = monotonic() - began

    assert Outcome(None, "No complete answer within 0.3 seconds") == outcome
    assert LIMIT <= took < LIMIT + 1


def test_a_long_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    """It is good all the same."""

    def flood(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not receiver.over.is_set():
                handler.wfile.write(b"x" * 65536)

    receiver.answers.append(flood)

    assert send(Transport(), receiver.url).is_delivered


@pytest.fixture
def unheard() -> Iterator[int]:
    """Return a port where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def test_nobody_listens(transport: Transport, unheard: int) -> None:
    outcome = send(transport, f"http://127.0.0.1:{unheard}/")

    assert Outcome(None, "Connection refused") == outcome


def test_the_second_address(transport: Transport, receiver: Receiver) -> None:
    """A name that leads to several addresses is good if one of them takes the connection."""
    assert send(transport, receiver.url.replace("127.0.0.1", "hook.localhost")).is_delivered


@pytest.mark.parametrize("said", [b"", b"SMTP ready\r\n", b"HTTP/1.1 banana\r\n\r\n"])
def test_no_http(transport: Transport, said: bytes) -> None:
    """Whatever is no answer is a failure with a reason."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(said)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        outcome = send(transport, f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()

    assert (None, False) == (outcome.code, outcome.refused)
    assert outcome.message


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/\N{LATIN SMALL LETTER A}", "http://a..b/"])
def test_whatever_the_url(transport: Transport, url: str) -> None:
    """Nothing is raised."""
    assert "failed" == send(transport, url).kind


def test_beyond(transport: Transport) -> None:
    """What is beyond is refused, with the reason."""
    outcome = send(transport, "http://8.8.8.8/hook")

    assert (None, True, "refused") == (outcome.code, outcome.refused, outcome.kind)
    assert outcome.message.startswith("8.8.8.8 is no loopback or private address")


# --- https ---------------------------------------------------------------------------------------


@pytest.fixture
def encrypted() -> Iterator[Receiver]:
    """Return a receiver whose certificate nobody knows, of another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("elsewhere.example").configure_cert(context)
    with Receiver(context) as receiver:
        yield receiver


def test_certificates_of_ones_own_are_trusted(encrypted: Receiver) -> None:
    """Of loopback and private receivers: developers sign them themselves."""
    assert Outcome(200, "OK") == send(Transport(), encrypted.url)


def test_other_certificates_are_checked(
    encrypted: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver beyond has to prove who it is."""
    place = Destination(("127.0.0.1",), is_near=False)
    monkeypatch.setattr("mockserver.webhooks.transport.destination", lambda *_, **__: place)
    outcome = send(Transport(anywhere=True), encrypted.url)

    assert None is outcome.code
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.message
    assert [] == encrypted.got


def test_a_handshake_that_does_not_come(transport: Transport) -> None:
    """The limit is that of the handshake too."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        outcome = send(transport, f"https://127.0.0.1:{server.getsockname()[1]}/")

    assert Outcome(None, "No complete answer within 0.3 seconds") == outcome


def test_cut(receiver: Receiver) -> None:
    """Who stops waits for nobody."""
    transport = Transport()
    receiver.answers.append(lambda _: receiver.over.wait(5) and None)
    outcomes: list[Outcome] = []
    thread = Thread(target=lambda: outcomes.append(send(transport, receiver.url)))
    thread.start()
    receiver.await_requests(1)
    began = monotonic()
    transport.cut()
    thread.join()

    assert monotonic() - began < 1
    assert [None] == [outcome.code for outcome in outcomes]
