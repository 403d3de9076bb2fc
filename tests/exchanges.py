"""Exchanges as tests make them up."""

from __future__ import annotations

from typing import Any

from mockserver.traffic.exchange import Exchange
from mockserver.traffic.journal import RequestJournal
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import resolve

#: 2026-01-01T00:00:00Z.
START = 1767225600.0
HEADERS = {"host": "acme.cl.localhost:8443", "content-type": "application/vnd.api+json"}


def exchange(  # noqa: PLR0913 - what an exchange may differ in
    method: str = "GET",
    path: str = "/api/customers",
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    status: int | None = 200,
    answer: bytes = b"",
    answer_headers: tuple[tuple[str, str], ...] = (),
    moment: float = START,
    organization: str = "acme",
    **fields: Any,
) -> Exchange:
    """Return an exchange that no journal has yet."""
    recorded = RecordedRequest(
        method,
        path,
        query,
        {**HEADERS, **(headers or {})},
        body,
        "https",
        organization=organization,
        mode="test",
        kind="integration",
        application="AppId",
        route=resolve(method, path),
    )
    return Exchange(recorded, moment, "request-1", status, answer_headers, answer, 0.0015, **fields)


def journal(*exchanges: Exchange, size: int = 100) -> RequestJournal:
    """Return a journal with these exchanges."""
    made = RequestJournal(size)
    for each in exchanges:
        made.add(each)
    return made
