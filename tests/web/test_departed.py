"""Requests that nobody waits for any more, and servers that do not end by themselves."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
import requests

from mockserver.web.server import Server

LIMIT = 30


class Slow:
    """An app whose first answer waits until it is told to end."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self.begun, self.end = threading.Event(), threading.Event()
        self.paths: list[str] = []
        self.body = b"done"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        self.paths.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.end.wait(LIMIT)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.body]


def sent(server: Server, path: str) -> socket.socket:
    """Return a connection on which a request has been sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT)
    connection.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}".encode())
    return connection


def test_a_request_whose_client_has_left_is_not_begun() -> None:
    """It waited behind a long one; those whose clients wait are answered."""
    app = Slow()
    with Server(app, tls_port=None) as server:
        slow = sent(server, "/slow")
        assert app.begun.wait(LIMIT)
        leaving, staying = sent(server, "/leaving"), sent(server, "/staying")
        leaving.close()
        # What has left must have been noticed; that is the other thread's, which is not held.
        threading.Event().wait(0.5)
        app.end.set()
        answers = [connection.recv(1000) for connection in (slow, staying)]
        assert requests.get(f"{server.url}/after", timeout=LIMIT).text == "done"
        for connection in (slow, staying):
            connection.close()

    assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 2
    assert sorted(app.paths) == ["/after", "/slow", "/staying"]


def test_late_answers_of_http2_arrive() -> None:
    """A client that has been looked for is there for an answer of any size all the same."""
    app = Slow()
    app.body = b"x" * 100_000
    with Server(app, tls_port=None) as server, httpx.Client(http1=False, http2=True) as client:
        slow = sent(server, "/slow")
        assert app.begun.wait(LIMIT)
        threading.Timer(0.3, app.end.set).start()
        answers = [client.get(f"{server.url}/{n}", timeout=LIMIT) for n in range(3)]
        slow.close()

    assert [("HTTP/2", app.body)] * 3 == [(a.http_version, a.content) for a in answers]


#: Serves what never returns, as the command line does.
STUCK = """
import sys, time
from mockserver.cli.last_resort import LastResort
from mockserver.web.server import Server

def stuck(environ, start_response):
    print("begun", flush=True)
    while True:
        time.sleep(0.01)

last = LastResort()
last.before = lambda: print("taken back", flush=True)
Server(stuck, tls_port=None).serve(lambda s: print(s.port, flush=True), last.arm)
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_a_second_signal_ends_whatever_runs(signum: signal.Signals) -> None:
    """What has been announced is taken back, and the status says that it is no good end."""
    with subprocess.Popen([sys.executable, "-c", STUCK], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        out = process.stdout
        assert out is not None
        port = int(out.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert out.readline() == b"begun\n"
            process.send_signal(signum)
            threading.Event().wait(0.5)
            process.send_signal(signum)

            assert process.wait(LIMIT / 2) == 1
        assert out.read() == b"taken back\n"
