"""Endpoints beside the API, imported when one of them is asked for.

Most sandboxes are asked for records and little else, and the control plane alone is half of what
there is to be imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from flask import Blueprint

from mockserver.control.components import Components
from mockserver.control.control_plane import ControlPlane
from mockserver.web.callbacks import callbacks_blueprint
from mockserver.web.console import Console
from mockserver.web.control import control_blueprint
from mockserver.web.downloads import downloads_blueprint
from mockserver.web.gate import Gate
from mockserver.web.late_answers import late_answers_blueprint
from mockserver.web.links import links_blueprint
from mockserver.web.metrics_api import metrics_blueprint
from mockserver.web.oauth import oauth_blueprint
from mockserver.web.readiness import readiness_blueprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Serving(Components, Protocol):
    """The application, as far as its endpoints know it."""

    @property
    def plane(self) -> ControlPlane:
        """Its control plane."""

    def address_of(self, slug: str) -> str:
        """Return where clients find an organization."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""


def endpoints(app: Serving, gate: Gate) -> Iterator[Blueprint]:
    """Yield all there are.

    Args:
        app: what they are of.
        gate: what requests pass first.
    """
    yield oauth_blueprint(app.authorization)
    yield downloads_blueprint(app.organizations)
    yield callbacks_blueprint(app.organizations)
    yield metrics_blueprint(gate)
    yield links_blueprint(app.organizations, app.authorization, app.address_of)
    yield late_answers_blueprint(app.organizations, gate.host_slug)
    yield control_blueprint(app.plane, app.settings, Console(app, app.plane, app.wsgi_app))
    yield readiness_blueprint(app.plane, control=app.settings.control)
