"""The journal: every exchange, in a ring of configurable size, with the secrets masked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockserver.control.facts import Facts
from mockserver.control.matchers import Matcher

DEFAULT_SIZE = 1000
#: Bytes of a body that are kept.
BODY_LIMIT = 64 * 1024
MASK = "***"
SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-backend-auth"})
SECRET_MEMBERS = (
    "password", "client_secret", "secret", "access_token", "refresh_token", "token", "assertion",
    "code", "customer_password", "shared_secret", "reset_password_token", "_reset_password_token",
)  # fmt: skip
_JSON_SECRET = re.compile(
    rb'("(?:' + "|".join(SECRET_MEMBERS).encode() + rb')"\s*:\s*)"(?:[^"\\]|\\.)*"'
)
_FORM_SECRET = re.compile(r"((?:^|&)(?:" + "|".join(SECRET_MEMBERS) + r")=)[^&]*")


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        id: counts up from 1.
        request_id: of the ``X-Request-Id`` header.
        at: when it came in, by the organization's clock.
        facts: the request.
        status: of the answer; ``None`` when none was sent.
        response_headers: of the answer.
        response_body: of the answer, bounded.
        duration: seconds.
        fault: the id of the fault that struck.
        stub: the id of the stub that answered.
        unmatched: why the API does not know the request, with the nearest name it knows.
        advice: what the real service would object to.
    """

    id: int
    request_id: str
    at: str
    facts: Facts
    url: str
    status: int | None = None
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    response_body: bytes = b""
    duration: float = 0.0
    fault: str | None = None
    stub: str | None = None
    unmatched: str | None = None
    advice: list[str] = field(default_factory=list)

    def printed(self) -> dict[str, Any]:
        """Return the exchange as JSON, secrets masked."""
        facts = self.facts
        return {
            "id": self.id,
            "request_id": self.request_id,
            "at": self.at,
            "organization": facts.organization,
            "mode": facts.mode,
            "application": {"id": facts.application, "kind": facts.kind} if facts.kind else None,
            "owner": facts.owner,
            "type": facts.type,
            "action": facts.action,
            "request": {
                "method": facts.method,
                "url": masked_form(self.url),
                "path": facts.path,
                "query": masked_form(facts.query),
                "headers": masked_headers(facts.headers.items()),
                "body": printed_body(facts.body),
            },
            "response": None
            if self.status is None
            else {
                "status": self.status,
                "headers": masked_headers(self.response_headers),
                "body": printed_body(self.response_body),
            },
            "duration_ms": round(self.duration * 1000, 3),
            "fault": self.fault,
            "stub": self.stub,
            "unmatched": self.unmatched,
            "advice": self.advice,
        }


def masked_headers(headers: Any) -> dict[str, str]:
    """Return headers with the secret ones masked, their scheme kept."""
    found = {}
    for name, value in headers:
        secret = name.lower() in SECRET_HEADERS
        scheme, space, _ = value.partition(" ")
        found[name] = (f"{scheme} {MASK}" if space else MASK) if secret else value
    return found


def masked_form(text: str) -> str:
    """Return a query string or form body with the values of secret parameters masked."""
    base, mark, query = text.rpartition("?")
    return base + mark + _FORM_SECRET.sub(rf"\1{MASK}", query)


def printed_body(body: bytes) -> Any:
    """Return a body as JSON, or as text where it is none, secrets masked; ``None`` when empty."""
    if not body:
        return None
    masked = _JSON_SECRET.sub(rb'\1"' + MASK.encode() + rb'"', body)
    try:
        return orjson.loads(masked)
    except orjson.JSONDecodeError:
        return masked_form(body.decode("utf-8", "replace"))


class Journal:
    """The last exchanges, oldest first; switched off (size 0) it keeps nothing and costs nothing."""

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        """Keep so many exchanges."""
        self._ring: deque[Exchange] = deque(maxlen=size)
        self._next = 1
        self._listeners: list[Callable[[Exchange], None]] = []

    @property
    def size(self) -> int:
        """How many exchanges are kept."""
        return self._ring.maxlen or 0

    @property
    def on(self) -> bool:
        """Whether anything is kept, or anybody listens."""
        return bool(self._ring.maxlen or self._listeners)

    def resize(self, size: int) -> None:
        """Keep so many exchanges from now on."""
        self._ring = deque(self._ring, maxlen=size)

    def open(self, request_id: str, at: str, facts: Facts, url: str) -> Exchange:
        """Return a new exchange, to be added once it is answered."""
        exchange = Exchange(self._next, request_id, at, facts, url)
        self._next += 1
        return exchange

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange and tell the listeners."""
        self._ring.append(exchange)
        for listener in list(self._listeners):
            listener(exchange)

    def find(
        self,
        matcher: Matcher | None = None,
        *,
        status: int | None = None,
        unmatched: bool | None = None,
        after: int = 0,
    ) -> list[Exchange]:
        """Return the kept exchanges that match, oldest first.

        Args:
            matcher: on the request.
            status: of the answer.
            unmatched: only those the API does (not) know.
            after: only those with a greater id.
        """
        return [
            exchange
            for exchange in list(self._ring)
            if exchange.id > after
            and (matcher is None or matcher.matches(exchange.facts))
            and status in (None, exchange.status)
            and unmatched in (None, exchange.unmatched is not None)
        ]

    def clear(self, organization: str | None = None) -> None:
        """Forget everything, or everything of one organization."""
        kept = [e for e in self._ring if organization and e.facts.organization != organization]
        self._ring = deque(kept, maxlen=self._ring.maxlen)

    def listen(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call the listener with each exchange; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def har(exchanges: list[Exchange]) -> dict[str, Any]:
    """Return exchanges as an HTTP archive (HAR 1.2), secrets masked."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockserver", "version": "0.1"},
            "entries": [_har_entry(exchange) for exchange in exchanges],
        }
    }


def _har_entry(exchange: Exchange) -> dict[str, Any]:
    printed = exchange.printed()
    response = printed["response"] or {"status": 0, "headers": {}, "body": None}
    return {
        "startedDateTime": exchange.at,
        "time": printed["duration_ms"],
        "request": {
            "method": exchange.facts.method,
            "url": printed["request"]["url"],
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(printed["request"]["headers"]),
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(exchange.facts.body),
            **_har_post_data(printed["request"]),
        },
        "response": {
            "status": response["status"],
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(response["headers"]),
            "content": {
                "size": len(exchange.response_body),
                "mimeType": response["headers"].get("Content-Type", ""),
                "text": _text(response["body"]),
            },
            "redirectURL": response["headers"].get("Location", ""),
            "headersSize": -1,
            "bodySize": len(exchange.response_body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": printed["duration_ms"], "receive": 0},
    }


def _har_post_data(request: Mapping[str, Any]) -> dict[str, Any]:
    if request["body"] is None:
        return {}
    mime = request["headers"].get("content-type", "")
    return {"postData": {"mimeType": mime, "text": _text(request["body"])}}


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(body: Any) -> str:
    return "" if body is None else body if isinstance(body, str) else orjson.dumps(body).decode()


def curl_lines(exchanges: list[Exchange]) -> Iterator[str]:
    """Yield each exchange as a curl command; the token is left to ``$TOKEN``."""
    from shlex import quote  # noqa: PLC0415 - only for this export

    for exchange in exchanges:
        printed = exchange.printed()["request"]
        parts = ["curl", "-g", "-X", exchange.facts.method, quote(printed["url"])]
        for name in ("authorization", "content-type", "accept"):
            if name in printed["headers"]:
                value = '"Authorization: Bearer $TOKEN"' if name == "authorization" else None
                parts += ["-H", value or quote(f"{name}: {printed['headers'][name]}")]
        if printed["body"] is not None:
            parts += ["--data", quote(_text(printed["body"]))]
        yield " ".join(parts)
