"""A second server: the sandbox with one fault planted between it and whoever asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from mockserver.app import create_app
from mockserver.settings import Settings

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Fault:
    """A difference from the contract.

    Attributes:
        breaks: a rule that it breaks, by words of its sentence.
        method: of the requests that it meets.
        path: an expression that their path, with the query, matches.
        status: what their answers have instead.
        document: makes another document of theirs, or changes it.
        headers: others; ``None``: without.
        was: the status of the answers that it meets.
    """

    breaks: str
    method: str = "GET"
    path: str = ".*"
    status: int | None = None
    document: Change | None = None
    headers: dict[str, str | None] = field(default_factory=dict)
    was: int | None = None

    def plant(self, request: Request, answer: Response) -> None:
        """Change an answer that it meets."""
        asked = request.full_path.rstrip("?")
        meets = request.method == self.method and re.search(self.path, asked)
        if not meets or (self.was and answer.status_code != self.was):
            return
        answer.status_code = self.status or answer.status_code
        if self.document and answer.data:
            document = json.loads(answer.data)
            changed = self.document(document)
            answer.data = json.dumps(document if changed is None else changed).encode()
        for name, value in self.headers.items():
            answer.headers.pop(name, None)
            if value is not None:
                answer.headers[name] = value


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def second_server(*faults: Fault) -> Iterator[str]:
    """Serve a sandbox with these faults; give its URL."""
    app = create_app(Settings(customers=3))

    def broken(environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        answer = Response.from_app(app, environ, buffered=True)
        if answer.status_code == HTTPStatus.NO_CONTENT:
            answer.headers.pop("Content-Type", None)  # the response gives itself one
        for fault in faults:
            fault.plant(request, answer)
        return answer(environ, start_response)

    server = make_server("127.0.0.1", 0, broken, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.close()
