"""The answer at ``/``, where tools ask whether a server is there: its name, and where to go on.

Browsers are led to the console. Who waits for a server has no token yet.
"""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, request

from mockserver.control.control_plane import ControlPlane
from mockserver.version import __version__
from mockserver.web.console import PATH
from mockserver.web.control_routes import DOCS, HEALTH, JSON, PREFIX

COMMAND = "mockserver credentials"
#: What browsers say that they take, and programs do not.
HTML = "text/html"
UNCACHED = {"Cache-Control": "no-store", "Vary": "Accept"}


def readiness_blueprint(plane: ControlPlane, *, control: bool) -> Blueprint:
    """Return the route of ``/``.

    Args:
        plane: names the first organization.
        control: whether its credentials can be asked for over HTTP.
    """
    blueprint = Blueprint("readiness", __name__)

    @blueprint.get("/", provide_automatic_options=False)
    def introduction() -> Response:
        if control and HTML in request.headers.get("Accept", ""):
            return Response(status=303, headers={**UNCACHED, "Location": PATH})
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
        return Response(text, content_type=JSON, headers=UNCACHED)

    return blueprint
