"""A browser without scripts: follows links, fills in forms, keeps cookies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from werkzeug.test import Client, TestResponse

from mockserver.app import MockServerApp

ROOT = "/_mock/console"
HOST = "localhost:8080"
PROOF = re.compile(r'name="proof" value="([^"]+)"')


class Browser:
    """One browser at one server."""

    def __init__(self, app: MockServerApp, host: str = HOST) -> None:
        """Open it."""
        self._client = Client(app)
        self._host = host
        self.page = ""
        self.status = 0
        self.path = ""

    def open(self, path: str, **words: Any) -> str:
        """Open a page, wherever it leads, and return its HTML."""
        return self._shown(self.ask("GET", path, **words))

    def send(self, path: str, fields: Mapping[str, Any] | None = None, **words: Any) -> str:
        """Send a form of the page at hand, and return the HTML of where it leads."""
        proof = PROOF.search(self.page)
        sent = {"proof": proof[1] if proof else "", **(fields or {})}
        return self._shown(self.ask("POST", path, data=sent, **words))

    def ask(self, method: str, path: str, **words: Any) -> TestResponse:
        """Send one request, and follow nothing."""
        self.path = unquote(path)
        return self._client.open(
            path, method=method, base_url=f"http://{self._host}", **{"headers": {}, **words}
        )

    def _shown(self, answer: TestResponse) -> str:
        while 300 <= answer.status_code < 400:
            answer = self.ask("GET", answer.headers["Location"])
        self.status, self.page = answer.status_code, answer.get_data(as_text=True)
        return self.page

    @property
    def text(self) -> str:
        """The words on the page."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page)).split())
