"""Response headers: what the real service sends around every body (conventions.md §2, §15)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from flask import Request, Response

from mockserver.engine.rate_limits import Standing

HeaderList = list[tuple[str, str]]
MEDIA_TYPE = "application/vnd.api+json"
ERROR_MEDIA_TYPE = f"{MEDIA_TYPE}; charset=utf-8"

SECURITY: tuple[tuple[str, str], ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("X-XSS-Protection", "1; mode=block"),
    ("X-Download-Options", "noopen"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
#: Only if asked for: a browser that has met it keeps to https for two years, and cannot ask the
#: sandbox over http any more.
HSTS: tuple[tuple[str, str], ...] = (
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
)
#: If-None-Match, as WSGI calls it.
CONDITION = "HTTP_IF_NONE_MATCH"
#: Only if asked for: why a request was refused.
REASON = "X-Mock-Reason"
EXPOSED = "X-Ratelimit-Limit, X-Ratelimit-Interval, X-Ratelimit-Remaining, X-Request-Id"
CROSS_ORIGIN: tuple[tuple[str, str], ...] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
)
ALWAYS = (*SECURITY, *CROSS_ORIGIN)
#: Where the headers that surround every answer are left for the application to send: passing
#: them through the framework one by one would cost a third of a retrieve.
SURROUNDING = "mockserver.headers"
PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD",
    "Access-Control-Max-Age": "7200",
    "Vary": "Origin",
}

UNCACHED = (("Cache-Control", "max-age=0, private, must-revalidate"), ("Vary", "Accept, Origin"))
CACHED = (("Cache-Control", "public, no-cache"), ("Vary", "Authorization, Origin"))
EMPTY = {"Cache-Control": "no-cache", "Vary": "Origin"}


def document_response(
    request: Request, body: bytes, status: int, *, cacheable: bool, volatile: bytes
) -> Response:
    """Return the answer with a document, or 304 when the client already has it.

    Args:
        request: whose ``If-None-Match`` counts.
        body: the document.
        status: 200 or 201.
        cacheable: whether the edge caches the type.
        volatile: what differs in every answer (the trace id) and so stays out of the ETag.
    """
    tag = tag_of(body.replace(volatile, b""))
    reading = request.method in ("GET", "HEAD")
    headers = revalidation(tag, cacheable=cacheable and reading)
    if reading and CONDITION in request.environ and request.if_none_match.contains_weak(tag):
        unchanged = Response(status=304, headers=headers)
        del unchanged.headers["Content-Type"]
        return unchanged
    return Response(body, status, [("Content-Type", MEDIA_TYPE), *headers])


def tag_of(text: bytes) -> str:
    """Return the tag of a document without what differs in every answer.

    As the framework of the real service does it: so many digits of a SHA-256.
    """
    return hashlib.sha256(text).hexdigest()[:32]


def revalidation(tag: str, *, cacheable: bool) -> HeaderList:
    """Return the headers by which clients and edges may keep a document, and ask for it again."""
    return [("ETag", f'W/"{tag}"'), *(CACHED if cacheable else UNCACHED)]


def surrounding(
    always: Iterable[tuple[str, str]],
    request_id: str,
    standing: Standing | None,
    *,
    strict: bool = False,
    why: str | None = None,
) -> HeaderList:
    """Return the headers that surround an answer.

    Args:
        always: those that do not depend on it.
        request_id: of the request.
        standing: where the client stands with its rate limit, where there is one.
        strict: whether the client is to keep to https.
        why: the reason of a refusal, where that is asked for.
    """
    headers = [*always, ("X-Request-Id", request_id)]
    if strict:
        headers += HSTS
    if why:
        headers.append((REASON, why))
    if standing:
        headers += rate_limit_headers(standing)
    return headers


def empty_response() -> Response:
    """Return the 204 of a delete or of a linkage write: no body, no content type."""
    response = Response(status=204, headers=EMPTY)
    del response.headers["Content-Type"]
    return response


def error_response(body: bytes, status: int, headers: Mapping[str, str]) -> Response:
    """Return the answer to a refused request."""
    response = Response(body, status, {"Content-Type": ERROR_MEDIA_TYPE, **EMPTY})
    response.headers["Vary"] = "Accept, Origin"
    response.headers.update(headers)
    return response


def preflight_response(request: Request) -> Response:
    """Return the answer to ``OPTIONS``, which needs no token (conventions.md §15)."""
    wanted = request.headers.get("Access-Control-Request-Headers", "*")
    response = Response(status=204, headers=PREFLIGHT)
    response.headers["Access-Control-Allow-Headers"] = wanted
    del response.headers["Content-Type"]
    return response


def rate_limit_headers(standing: Standing) -> tuple[tuple[str, str], ...]:
    """Return the headers that describe the average limit (conventions.md §14)."""
    return (
        ("X-Ratelimit-Limit", str(standing.limit)),
        ("X-Ratelimit-Interval", str(standing.interval)),
        ("X-Ratelimit-Remaining", str(standing.remaining)),
    )
