"""The OpenAPI document of a running server."""

from __future__ import annotations

from tests.cli.processes import connect


def fetched(url: str) -> bytes:
    """Return the document that a server has of itself."""
    connection = connect(url)
    connection.request("GET", "/_mock/openapi.json")
    document = connection.getresponse().read()
    connection.close()
    return document
