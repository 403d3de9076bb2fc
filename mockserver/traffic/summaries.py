"""Summaries of exchanges for one line of a log: who asked for what, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_plus

import orjson

from mockserver.traffic.advice import MANY_IGNORED
from mockserver.traffic.exchange import OK, Exchange
from mockserver.traffic.masking import masked, masked_form, masked_path
from mockserver.traffic.near_misses import ignored

Json = dict[str, Any]

REFUSED = 400
#: So many errors of one answer are shown.
MANY_ERRORS = 5


def summary(exchange: Exchange) -> Json:
    """Return an exchange in short, as JSON: secrets masked as in the journal, nothing escaped.

    Returns:
        ``query`` is decoded; ``code`` and ``reason`` are there where it was refused, ``nearest``
        where the API does not know a name that it asked for; ``ignored`` are the conditions of
        ``filter[q]`` that there are not, each with its ``nearest``.
    """
    recorded, near = exchange.recorded, exchange.near_miss
    failed = exchange.status is not None and exchange.status >= REFUSED
    errors = _errors(exchange.body) if failed else ()
    return {
        "at": exchange.at,
        "request_id": exchange.request_id,
        "organization": recorded.organization,
        "mode": recorded.mode,
        "method": recorded.method,
        "path": masked_path(recorded.path),
        "query": masked_path(unquote_plus(masked_form(recorded.query, code=exchange.is_oauth))),
        "status": exchange.status,
        "duration_ms": round(exchange.duration * 1000, 3),
        "code": _code(errors[0]) if errors else None,
        "reason": masked(exchange.reason) or _details(errors),
        "nearest": masked(near.nearest) if near and failed else None,
        "ignored": _ignored(exchange),
        "ignored_count": len(exchange.ignored),
        "delivered": exchange.delivered,
        "fault": exchange.fault,
        "stub": exchange.stub,
    }


def _errors(body: bytes) -> Sequence[Json]:
    """Return the first of the error objects of an answer, none of one that has no such form."""
    try:
        errors = orjson.loads(body)["errors"]
        return [error for error in errors[:MANY_ERRORS] if isinstance(error, dict)]
    except (ValueError, TypeError, LookupError):
        return ()


def _code(error: Json) -> str:
    """Return the code of the API, or the error of OAuth, which is the title where it is sent."""
    is_oauth = isinstance(error.get("status"), int)
    return str(error.get("title" if is_oauth else "code", ""))


def _details(errors: Sequence[Json]) -> str | None:
    return "; ".join(str(masked(error.get("detail", ""))) for error in errors) or None


def _ignored(exchange: Exchange) -> list[dict[str, Any]]:
    if exchange.status != OK:
        return []
    found = [ignored(type_, key) for type_, key in exchange.ignored[:MANY_IGNORED]]
    return [{"name": masked(each.name), "nearest": each.nearest} for each in found]
