"""The route of answers that external gateways give later (commerce.md §17.6)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator

import orjson
from flask import Blueprint, Request, Response, request

from mockserver.access import MODES
from mockserver.commerce.orders.late_answers import settle_action
from mockserver.commerce.payments.external_gateways import LATE, TYPE
from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.storage.base import Record
from mockserver.web.failures import refused
from mockserver.webhooks.signing import signature

SIGNATURE = "X-CommerceLayer-Signature"
DONE = orjson.dumps({"success": True})

#: Returns the slug of the organization that the host of a request names.
HostSlug = Callable[[Request], str | None]


def late_answers_blueprint(organizations: Organizations, host_slug: HostSlug) -> Blueprint:
    """Return the route that the gateways of these organizations answer to."""
    blueprint = Blueprint("late_answers", __name__)

    @blueprint.post(f"{LATE}/<id_>")
    def answer(id_: str) -> Response:
        for sandbox in _sandboxes(organizations, host_slug(request)):
            gateway = sandbox.get(TYPE, id_)
            if gateway:
                _check_signature(gateway)
                settle_action(sandbox, gateway, _document())
                return Response(DONE, headers={"Content-Type": "application/json"})
        raise refusal("RECORD_NOT_FOUND")

    @blueprint.errorhandler(Refusal)
    def without_action(error: Refusal) -> Response:
        return refused(error)

    return blueprint


def _sandboxes(organizations: Organizations, slug: str | None) -> Iterator[Sandbox]:
    """Yield where a gateway may be: in the organization of the host, where that names one."""
    for organization in organizations:
        if slug in (None, organization.slug):
            yield from (organization.sandbox(mode) for mode in MODES)


def _check_signature(gateway: Record) -> None:
    expected = signature(gateway["shared_secret"] or "", request.get_data())
    given = request.headers.get(SIGNATURE, "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise refusal("UNAUTHORIZED")


def _document() -> object:
    try:
        document: object = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise refusal("BAD_REQUEST", reason="The answer is no JSON") from error
    if is_deeper_than([document], DEEPEST):
        raise refusal("BAD_REQUEST", reason="The answer is nested too deeply")
    return document
