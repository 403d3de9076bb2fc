"""A receiver of webhooks on a port of its own, and deliveries as tests look at them."""

from __future__ import annotations

import json
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any, Self

from mockserver.app import MockServerApp
from tests.client import Api, Document

Json = dict[str, Any]
#: Answers a request by hand.
Answering = Callable[[BaseHTTPRequestHandler], None]
Answer = int | Answering


@dataclass(frozen=True, slots=True)
class Received:
    """A request that came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Json:
        """The body as JSON."""
        document: Json = json.loads(self.body)
        return document

    @property
    def id(self) -> str:
        """The id of the resource it is about."""
        return str(self.document["data"]["id"])


class Receiver:
    """Takes deliveries, and answers as it is told: 200 unless there is another answer."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Listen."""
        self.got: list[Received] = []
        self.answers: deque[Answer] = deque()
        self.otherwise: Answer = 200
        #: Set when a test is over: nobody waits any longer.
        self.over = Event()
        self._changed = Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if context else "http"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """What webhooks call back."""
        return f"{self._scheme}://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The resources that were told of, in this order."""
        return [received.id for received in self.got]

    def await_requests(self, count: int, seconds: float = 5.0) -> None:
        """Return when so many requests have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.got) >= count, seconds), len(self.got)

    def close(self) -> None:
        """Listen no more."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._take(self)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self._changed:
            self.got.append(Received(handler.path, dict(handler.headers), body))
            answer = self.answers.popleft() if self.answers else self.otherwise
            self._changed.notify_all()
        if isinstance(answer, int):
            handler.send_response(answer)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        else:
            answer(handler)


def subscribe(api: Api, receiver: Receiver, topic: str = "customers.create", **more: Any) -> Any:
    """Create a webhook."""
    return api.create("webhooks", **{"topic": topic, "callback_url": receiver.url, **more})


def customer(api: Api, email: str = "jane@example.com", **more: Any) -> Document:
    """Create a customer, of which webhooks are told."""
    return api.create("customers", email=email, **more)


def customers(api: Api, count: int) -> list[str]:
    """Create customers and return their ids."""
    return [customer(api, f"{number}@example.com")["id"] for number in range(count)]


def awaited(app: MockServerApp, wait: int | str = "idle", **parameters: Any) -> list[Json]:
    """Return the deliveries once what is waited for has come."""
    page = app.plane.deliveries.wait({"wait": wait, "timeout": 5, **parameters})
    assert page["complete"], page
    found: list[Json] = page["deliveries"]
    return found


def statuses(found: list[Json]) -> list[tuple[str, int]]:
    """Return the status of each delivery, and how often it was tried."""
    return [(delivery["status"], len(delivery["attempts"])) for delivery in found]


def state(api: Api, webhook: Document) -> tuple[str, int]:
    """Return the circuit of a webhook."""
    own = api.get(f"/api/webhooks/{webhook['id']}").json["data"]["attributes"]
    return own["circuit_state"], own["circuit_failure_count"]
