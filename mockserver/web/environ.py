"""The only place that turns a request as Granian hands it over into what a WSGI app expects."""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mockserver.traffic.head import Head

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from mockserver.web.connections import Connection

Environ = dict[str, Any]

#: Says that the body of an answer may come bit by bit; see `bridge.STREAM`.
STREAMS = "mockserver.streams"

_PROTOCOLS = {"1": "HTTP/1.0", "1.1": "HTTP/1.1", "2": "HTTP/2"}
_UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
#: What says of a request that it has a body.
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_JOINERS = {"HTTP_COOKIE": "; "}

# What the path of a URL may contain unescaped (RFC 3986, pchar and the slash).
_PATH_SAFE = "/:@!$&'()*+,;=~"

# Granian yields one empty chunk at the end of a body, and a second one where the body broke off
# (or had trailers: the two cannot be told apart). HTTP/2 clients send empty frames of their own.
_EMPTY_CHUNKS = {"HTTP/1.0": 1, "HTTP/1.1": 1, "HTTP/2": 8}

# A body above the limit is read and thrown away up to this multiple of the limit: clients of HTTP/2
# do not look for an answer before they have sent everything.
_PATIENCE = {"HTTP/1.0": 1, "HTTP/1.1": 1, "HTTP/2": 5}

_CUT = "The request body is malformed or incomplete"


class Unreadable(Exception):  # noqa: N818 - it says what the request is
    """A request that cannot be handed to the app; `status` is its answer, the text the detail."""

    def __init__(self, status: int, detail: str) -> None:
        """Answer the status, with this detail."""
        super().__init__(detail)
        self.status = status


def environ_of(scope: Scope, connection: Connection) -> Environ:
    """The WSGI environment of a request, still without its body (PEP 3333).

    Granian decodes the path, so REQUEST_URI is a re-encoding of it: an escaped slash comes out as
    a plain one. It leaves out headers whose value is not ASCII.

    Args:
        scope: the request.
        connection: between whom: a scope has the last stretch of one that was passed on.

    Raises:
        Unreadable: the request names no path, or no host, or two.
    """
    server_name, server_port = _parse_address(connection.server)
    client_name, client_port = _parse_address(connection.client)
    path, query = scope.path, scope.query_string
    target = quote(path, _PATH_SAFE) + (query and f"?{query}")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin-1"),
        "QUERY_STRING": query if query.isascii() else query.encode().decode("latin-1"),
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": _PROTOCOLS[scope.http_version],
        "REMOTE_ADDR": client_name,
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        STREAMS: True,
    }
    _add_headers(environ, scope)
    _check_target(environ)
    return environ


def plain_head(scope: Scope, connection: Connection) -> Head | None:
    """Return the head of a read without a body, if `environ_of` would make nothing else of it.

    Args:
        scope: the request.
        connection: between whom.
    """
    if scope.method != "GET" or scope.http_version != "1.1":
        return None
    items = scope.headers.items()
    headers = dict(items)
    if len(headers) != len(items) or "_" in "".join(headers) or not _FRAMING.isdisjoint(headers):
        return None
    client, _ = _parse_address(connection.client)
    return Head(scope.method, scope.path, scope.query_string, headers, scope.scheme, client)


async def add_body(environ: Environ, proto: HTTPProtocol, *, limit: int, within: float) -> None:
    """Read the whole body of a request into its environment.

    Args:
        environ: what `environ_of` made of the request's head.
        proto: where the body comes from.
        limit: the most bytes to take.
        within: the seconds until the last byte must be there.

    Raises:
        Unreadable: the body is malformed, cut, too large or too slow.
    """
    reading = _reading(environ, proto, limit)
    body = b""
    if reading:
        try:
            async with asyncio.timeout(within):
                body = await reading
        except TimeoutError:
            raise Unreadable(408, f"The request body took more than {within:g} seconds") from None
        environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = BytesIO(body)


def _parse_address(text: str) -> tuple[str, str]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


def _add_headers(environ: Environ, scope: Scope) -> None:
    for name, value in scope.headers.items():
        key = _environ_key(name)
        if key in environ:
            environ[key] += _JOINERS.get(key, ",") + value
        elif key:
            environ[key] = value
    if scope.authority is not None:
        environ["HTTP_HOST"] = scope.authority


@lru_cache(maxsize=512)
def _environ_key(name: str) -> str:
    """The variable of a header; none for one that would pass for its twin with hyphens."""
    if "_" in name:
        return ""
    return _UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")


def _check_target(environ: Environ) -> None:
    if not environ["PATH_INFO"].startswith("/"):
        raise Unreadable(400, "The request target is not a path")
    host = environ.get("HTTP_HOST")
    if "," in (host or "") or (host is None and environ["SERVER_PROTOCOL"] != "HTTP/1.0"):
        raise Unreadable(400, "The request needs exactly one Host header")


def _reading(environ: Environ, proto: HTTPProtocol, limit: int) -> Awaitable[bytes] | None:
    """The way to read the body, by what the head says of it; None when there is none."""
    protocol = environ["SERVER_PROTOCOL"]
    coding = environ.pop("HTTP_TRANSFER_ENCODING", None)
    length = _announced_length(environ)
    if coding not in {None, "chunked"}:
        raise Unreadable(400, "The transfer encoding of the request is not supported")
    if length == 0 or (length is None and coding is None and protocol != "HTTP/2"):
        return None
    if length is not None and length <= limit:
        return _read_exactly(proto, length)
    if length is not None and protocol != "HTTP/2":
        raise _too_large(limit)
    return _read_chunks(proto, limit, protocol)


def _announced_length(environ: Environ) -> int | None:
    announced = environ.get("CONTENT_LENGTH")
    if announced is None:
        return None
    if not (announced.isascii() and announced.isdigit()):
        raise Unreadable(400, "The Content-Length of the request is not a number")
    return int(announced)


async def _read_exactly(proto: HTTPProtocol, length: int) -> bytes:
    try:
        body = await proto()
    except RuntimeError as error:
        # What Granian raises derives from it; naming it would import Granian with this module.
        raise Unreadable(400, _CUT) from error
    if len(body) != length:
        raise Unreadable(400, _CUT)
    return body


async def _read_chunks(proto: HTTPProtocol, limit: int, protocol: str) -> bytes:
    body = bytearray()
    size = empty = 0
    async for chunk in proto:
        size += len(chunk)
        empty = 0 if chunk else empty + 1
        if empty > _EMPTY_CHUNKS[protocol]:
            raise Unreadable(400, _CUT)
        if size > limit * _PATIENCE[protocol]:
            break
        if size <= limit:
            body += chunk
    if size > limit:
        raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Unreadable:
    return Unreadable(413, f"The request body exceeds {limit} bytes")
