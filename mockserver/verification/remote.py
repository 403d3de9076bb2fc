"""The server that is asked: http, a token, patience with rate limits, and what was made there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from mockserver.late_dataclass import dataclass
from mockserver.verification.clause import JSON_API, Probe

TIMEOUT = 30.0
TOO_MANY = 429
CREATED = 201
OK = 200
#: How often a request that was refused for its rate is repeated, and seconds in between where the
#: answer does not say so: the longest window of the service's bursts.
PATIENCE, BURST = 12, 10.0


class Unreachable(Exception):  # noqa: N818 - a fact about the server
    """Nothing answers there, or nobody is let in; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a request.

    Attributes:
        status: of http.
        headers: by their names in small letters.
        text: the body.
    """

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        """The body as JSON; ``None`` where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


class RemoteService:
    """One server, asked with one token."""

    def __init__(self, base_url: str) -> None:
        """Ask at a URL, which has no path."""
        self._address = urlsplit(base_url)
        self._connection: HTTPConnection | None = None
        self._token = ""
        self._made: list[str] = []

    def authenticate(self, auth_url: str, form: Mapping[str, str]) -> None:
        """Get a token.

        Args:
            auth_url: of the authorization server, without a path.
            form: the parameters of the grant.

        Raises:
            Unreachable: there is none to be had.
        """
        server = RemoteService(auth_url)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = server.send("POST", "/oauth/token", json.dumps(form), headers)
        token = (answer.document or {}).get("access_token")
        if answer.status != OK or not token:
            message = f"no token from {auth_url}: {answer.status} {answer.text[:300]}"
            raise Unreachable(message)
        self._token = token

    def ask(self, step: Probe) -> Received:
        """Send the request of a step, again while it is refused for its rate.

        Raises:
            Unreachable: nothing answers.
        """
        body = step.body if step.body is None or isinstance(step.body, str) else _text(step.body)
        sent = {"Accept": JSON_API, **({"Content-Type": JSON_API} if body else {})}
        if step.bearer != "nobody":
            token = self._token if step.bearer == "token" else "not.a.token"
            sent["Authorization"] = f"Bearer {token}"
        sent |= step.headers
        answer = self._patiently(step.method, step.path, body, sent)
        if answer.status == CREATED:
            self._note(answer.document)
        return answer

    def _patiently(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> Received:
        for _ in range(PATIENCE):
            answer = self.send(method, path, body, headers)
            if answer.status != TOO_MANY:
                break
            Event().wait(_seconds(answer.headers.get("retry-after"), BURST))
        return answer

    def send(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> Received:
        """Return the answer.

        Raises:
            Unreachable: nothing is.
        """
        for attempt in (1, 2):
            try:
                connection = self._connected()
                connection.request(method, path, body, dict(headers))
                response = connection.getresponse()
                text = response.read().decode("utf-8", "replace")
                found = {name.lower(): value for name, value in response.getheaders()}
                return Received(response.status, found, text)
            except (OSError, HTTPException) as error:
                # A connection that was kept may have been closed meanwhile.
                self.close()
                if attempt == 1 and isinstance(error, HTTPException | ConnectionError):
                    continue
                message = f"{self._address.geturl()} does not answer: {error}"
                raise Unreachable(message) from error
        raise AssertionError

    def _connected(self) -> HTTPConnection:
        if self._connection is None:
            kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
            host = str(self._address.hostname)
            self._connection = kind(host, self._address.port, timeout=TIMEOUT)
        return self._connection

    def _note(self, document: Any) -> None:
        with suppress(TypeError, KeyError):
            data = document["data"]
            self._made.append(f"/api/{data['type']}/{data['id']}")

    def clean_up(self) -> list[str]:
        """Delete the records that were made, the last first; return the paths of those left."""
        left = []
        for path in reversed(self._made):
            deleted = self.ask(Probe("DELETE", path, 204))
            if deleted.status not in (204, 404):
                left.append(path)
        self._made.clear()
        return left

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection:
            self._connection.close()
        self._connection = None


def _text(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def _seconds(value: str | None, otherwise: float) -> float:
    try:
        return float(value) if value is not None else otherwise
    except ValueError:
        return otherwise
