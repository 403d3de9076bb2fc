"""The journal for other tools: as an HTTP archive, and as curl commands. Secrets are masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver.traffic.exchange import Exchange
from mockserver.traffic.masking import masked_headers
from mockserver.userinfo import MASK
from mockserver.version import __version__

Json = dict[str, Any]

#: What a command asks of the person who runs it, instead of the secret in the header.
VARIABLES = {"bearer": "$TOKEN", "basic": "$CREDENTIALS"}
#: Headers that the command would send anyway, or that belong to the connection.
CURL_OWN = frozenset({"host", "user-agent", "content-length", "accept-encoding", "connection"})


def har(exchanges: Iterable[Exchange]) -> Json:
    """Return exchanges as an HTTP archive (HAR 1.2)."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockserver", "version": __version__},
            "entries": [_entry(exchange) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange) -> Json:
    serialized = exchange.serialized()
    duration = serialized["duration_ms"]
    return {
        "startedDateTime": exchange.at,
        "time": duration,
        "request": _har_request(exchange, serialized["request"]),
        "response": _har_response(exchange, serialized["response"]),
        "cache": {},
        "timings": {"send": 0, "wait": duration, "receive": 0},
        # Fields of one's own begin with an underscore.
        "_mock": {
            name: serialized[name]
            for name in ("id", "request_id", "organization", "mode", "fault", "stub", "delivered")
        },
    }


def _har_request(exchange: Exchange, request: Json) -> Json:
    headers = masked_headers(exchange.recorded.headers.items())
    post = {}
    if request["body"] is not None:
        mime = exchange.recorded.headers.get("content-type", "")
        post = {"postData": {"mimeType": mime, "params": [], "text": _text(request["body"])}}
    return {
        "method": request["method"],
        "url": request["url"],
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": _pairs(parse_qsl(request["query"], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": request["size"],
        **post,
    }


def _har_response(exchange: Exchange, response: Json | None) -> Json:
    headers = masked_headers(exchange.headers)
    named = {name.lower(): value for name, value in headers}
    shown = response or {"status": 0, "body": None, "size": 0}
    return {
        "status": shown["status"],
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": {
            "size": shown["size"],
            "mimeType": named.get("content-type", ""),
            "text": _text(shown["body"]),
        },
        "redirectURL": named.get("location", ""),
        "headersSize": -1,
        "bodySize": shown["size"] if exchange.delivered else -1,
    }


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _text(body: Any) -> str:
    return "" if body is None else body if isinstance(body, str) else orjson.dumps(body).decode()


def curl_lines(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Yield each exchange as a curl command; tokens are left to ``$TOKEN``."""
    for exchange in exchanges:
        serialized = exchange.serialized()["request"]
        parts = ["curl", "-g", *_method(exchange), quote(serialized["url"])]
        for name, value in serialized["headers"].items():
            if name not in CURL_OWN:
                parts += ["-H", _header(name, value)]
        if serialized["body"] is not None:
            parts += ["--data-raw", quote(_text(serialized["body"]))]
        yield " ".join(parts)


def _method(exchange: Exchange) -> list[str]:
    method = exchange.recorded.method
    return {"GET": [], "HEAD": ["--head"]}.get(method, ["-X", quote(method)])


def _header(name: str, value: str) -> str:
    scheme = value.partition(" ")[0]
    variable = VARIABLES.get(scheme.lower()) if value.endswith(f" {MASK}") else None
    # In double quotes, as the shell is to fill in the variable; the scheme is one of ours.
    return f'"{name}: {scheme} {variable}"' if variable else quote(f"{name}: {value}")
