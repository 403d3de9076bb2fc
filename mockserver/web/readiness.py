"""The answer at ``/``, where tools ask whether a server is there: its name, and where to go on.

Whoever waits for a server, and who opens its URL to see what runs there, has no token yet.
"""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, request

from mockserver.control.control_plane import ControlPlane
from mockserver.version import __version__
from mockserver.web.control_routes import DOCS, HEALTH, JSON, PREFIX

COMMAND = "mockserver credentials"


def readiness_blueprint(plane: ControlPlane, *, control: bool) -> Blueprint:
    """Return the route of ``/``.

    Args:
        plane: names the first organization.
        control: whether its credentials can be asked for over HTTP.
    """
    blueprint = Blueprint("readiness", __name__)

    @blueprint.get("/", provide_automatic_options=False)
    def introduction() -> Response:
        base = request.host_url.rstrip("/")
        credentials = {"command": COMMAND}
        if control:
            credentials["url"] = f"{base}{PREFIX}/organizations/{plane.organizations.first}"
        members = {
            "name": "mockserver",
            "version": __version__,
            "docs": f"{base}{PREFIX}{DOCS}",
            "health": f"{base}{PREFIX}{HEALTH}",
            "credentials": credentials,
        }
        text = orjson.dumps(members, option=orjson.OPT_INDENT_2)
        return Response(text, content_type=JSON, headers={"Cache-Control": "no-store"})

    return blueprint
