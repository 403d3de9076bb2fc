"""The OpenAPI document over HTTP, at ``/_mock/openapi.json``, for the host that was asked."""

from __future__ import annotations

from functools import lru_cache

import orjson
from flask import Response, request

PATH = "/openapi.json"
JSON = "application/json"
#: Hosts whose documents are remembered; making one takes half a second.
REMEMBERED = 4


def document() -> Response:
    """Return the description of the API."""
    return Response(_document(request.host_url.rstrip("/")), content_type=JSON)


@lru_cache(REMEMBERED)
def _document(base_url: str) -> bytes:
    from mockserver.openapi.description import (  # noqa: PLC0415 - takes long, and few ask for it
        describe,
    )

    return orjson.dumps(describe(base_url))
