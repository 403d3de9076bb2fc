"""Heads of requests, read from what the listener or a WSGI server hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.traffic.head import Head

UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")
#: Where the head of a request is kept, once it is read.
HEAD = "mockserver.head"
#: How many names of headers are known without looking at them again.
REMEMBERED = 1000


def head_of(environ: dict[str, Any]) -> Head:
    """Return the head of a WSGI request, read once."""
    found: Head | None = environ.get(HEAD)
    if found is None:
        path = environ.get("PATH_INFO", "")
        found = environ[HEAD] = Head(
            environ.get("REQUEST_METHOD", "GET").upper(),
            _decoded(path),
            environ.get("QUERY_STRING", ""),
            _headers(environ),
            environ.get("wsgi.url_scheme", "http"),
            environ.get("REMOTE_ADDR", ""),
        )
    return found


def _decoded(path: str) -> str:
    text = path if path.isascii() else path.encode("latin-1").decode("utf-8", "replace")
    return text if text.startswith("/") else f"/{text}"


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for key, value in environ.items() if (name := HEADER_NAMES[key])}


class _HeaderNames(dict[str, str]):
    """The header each key of an environment stands for, empty for none; bounded."""

    def __missing__(self, key: str) -> str:
        sent = key.startswith("HTTP_") or key in UNPREFIXED
        name = key.removeprefix("HTTP_").replace("_", "-").lower() if sent else ""
        if len(self) < REMEMBERED:
            self[key] = name
        return name


HEADER_NAMES = _HeaderNames()
