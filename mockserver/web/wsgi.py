"""The answer of a WSGI app, as Granian takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from mockserver.web.environ import Environ

Headers = list[tuple[str, str]]

#: The server frames the answer itself: it knows the length of what it sends.
FRAMING = frozenset({"content-length", "transfer-encoding"})


class WsgiResponse(NamedTuple):
    """The answer that goes back to the client."""

    status: int
    headers: Headers
    body: bytes


def called(app: WSGIApplication, environ: Environ) -> WsgiResponse:
    """Return the app's whole answer: until then nothing is sent, so that it may fail."""
    heads: list[tuple[str, Headers]] = []
    chunks: list[bytes] = []

    def start_response(status: str, headers: Headers, _exc_info: Any = None) -> Any:
        heads.append((status, headers))
        return chunks.append

    result = app(environ, start_response)
    try:
        chunks.extend(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    status, headers = heads[-1]
    framed = environ["REQUEST_METHOD"] == "HEAD"
    return WsgiResponse(_status_code(status), _clean(headers, framed=framed), b"".join(chunks))


def _status_code(status: str) -> int:
    """The number in a status line, which must be one: Granian aborts the process over others."""
    code = int(status[:3])
    if not 200 <= code <= 999:  # noqa: PLR2004 - the final statuses
        message = f"not the status of an answer: {status}"
        raise ValueError(message)
    return code


def _clean(headers: Headers, *, framed: bool) -> Headers:
    """Headers as Granian takes them, without those that frame the body unless there is none."""
    return [_checked(*item) for item in headers if framed or item[0].lower() not in FRAMING]


def _checked(name: str, value: str) -> tuple[str, str]:
    """A header in the text that Granian writes as UTF-8; it would drop a bad one in silence."""
    if not (name.isascii() and name.isprintable() and value.isprintable()):
        message = f"not a header: {name!r}: {value!r}"
        raise ValueError(message)
    return name, value if value.isascii() else value.encode("latin-1").decode("utf-8", "replace")
