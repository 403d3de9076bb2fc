"""The calls of the vendor's Metrics API that the lists of its dashboard make (clients.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, request

from mockserver.access import Access
from mockserver.commerce.metrics.figures import SECTIONS, Figures
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.reasons import reason
from mockserver.web.failures import refused
from mockserver.web.gate import Gate

PREFIX = "/metrics"
MEDIA_TYPE = "application/vnd.api+json"
#: What the documents of the Metrics API say whose they are by.
TRACE_DIGITS = 64


def metrics_blueprint(gate: Gate) -> Blueprint:
    """Return the routes, for whoever the gate knows."""
    blueprint = Blueprint("metrics_api", __name__)
    types = ", ".join(SECTIONS)

    @blueprint.post(f"{PREFIX}/<any({types}):type_>/stats")
    def stats(type_: str) -> Response:
        sandbox, access = _admitted(gate)
        query, filter_ = _asked("stats")
        value = Figures(sandbox, type_, access.market_ids).stats(query, filter_)
        return _answer(sandbox, access, "stats", {"value": value})

    @blueprint.post(f"{PREFIX}/<any({types}):type_>/breakdown")
    def breakdown(type_: str) -> Response:
        sandbox, access = _admitted(gate)
        query, filter_ = _asked("breakdown")
        found = Figures(sandbox, type_, access.market_ids).breakdown(query, filter_)
        return _answer(sandbox, access, "breakdown", found)

    @blueprint.errorhandler(Refusal)
    def without_figures(error: Refusal) -> Response:
        return refused(error)

    return blueprint


def _admitted(gate: Gate) -> tuple[Sandbox, Access]:
    """Return sandbox and bearer; sales channels get no figures (authentication.md §6)."""
    sandbox, access = gate.bearer(request)
    if access.is_sales_channel:
        facts = {"bearer": access.bearer, "action": "read", "type": "metrics"}
        raise refusal("UNAUTHORIZED", because=reason("permission_of_type", **facts))
    for type_ in SECTIONS:
        sandbox.permissions(access).require(sandbox.registry[type_], "read")
    return sandbox, access


def _asked(kind: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the query and the filter of the request."""
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise refusal("BAD_REQUEST", reason="The body is no JSON") from error
    said = body if isinstance(body, dict) else {}
    query, filter_ = said.get(kind), said.get("filter", {})
    if not isinstance(query, dict) or not isinstance(filter_, dict):
        raise refusal("BAD_REQUEST", reason=f"{kind!r} and 'filter' must be objects")
    return query, filter_


def _answer(sandbox: Sandbox, access: Access, kind: str, data: Any) -> Response:
    meta = {
        "type": kind,
        "trace_id": sandbox.traces.hex(TRACE_DIGITS),
        "mode": sandbox.mode,
        "organization_id": sandbox.organization_record()["id"],
        "market_ids": list(access.market_ids or ()),
    }
    return Response(
        orjson.dumps({"data": data, "meta": meta}), headers={"Content-Type": MEDIA_TYPE}
    )
