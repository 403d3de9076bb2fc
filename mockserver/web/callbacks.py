"""Where payment gateways tell of what happens there: an address for each (commerce.md §12)."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request

from mockserver.access import MODES
from mockserver.commerce.orders.gateway_events import hear
from mockserver.commerce.payments.gateway_members import CALLBACKS, FAMILY
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.storage.base import Record
from mockserver.web.failures import refused


def callbacks_blueprint(organizations: Organizations) -> Blueprint:
    """Return the route of the gateways of these organizations, which need no token there."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.post(f"/{CALLBACKS}/<type_>/<id_>")
    def called(type_: str, id_: str) -> Response:
        found = next(_gateways(organizations, type_, id_), None)
        if found is None:
            raise refusal("RECORD_NOT_FOUND")
        sandbox, gateway = found
        hear(sandbox, gateway, request.get_json(force=True, silent=True))
        return jsonify(success=True)

    @blueprint.errorhandler(Refusal)
    def unknown(error: Refusal) -> Response:
        return refused(error)

    return blueprint


def _gateways(
    organizations: Organizations, type_: str, id_: str
) -> Iterator[tuple[Sandbox, Record]]:
    """Yield a gateway with the mode that it belongs to, whichever organization's that is."""
    for organization in organizations:
        for mode in MODES:
            sandbox = organization.sandbox(mode)
            gateway = sandbox.get(FAMILY, id_)
            if gateway and gateway["type"] == type_:
                yield sandbox, gateway
