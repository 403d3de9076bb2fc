"""The quick way past the framework's dispatch, and whether a request of the API may take it.

It takes half the time, and nobody can tell, as long as nothing is registered that would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, signals
from flask.sessions import SecureCookieSessionInterface

from mockserver.web.url_map import ApiMap

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SIGNALS = (
    signals.appcontext_pushed,
    signals.appcontext_popped,
    signals.appcontext_tearing_down,
    signals.request_started,
    signals.request_finished,
    signals.request_tearing_down,
    signals.got_request_exception,
)
_RECEIVERS = attrgetter("receivers")
#: In the environment of a test client's request whose context is asked about afterwards.
PRESERVED = "werkzeug.debug.preserve_context"

Handlers = Mapping[tuple[Any, Any, Any], Any]


class QuickWay:
    """Whether it is open: what is registered is looked at once, not for every request."""

    def __init__(self, app: Flask, api_map: ApiMap) -> None:
        """Know an application as it is without anything of its user's."""
        self._app = app
        self._api_map = api_map
        self._views = api_views(app, api_map)
        self._own = dict(error_handlers(app))
        # The public metadata are below /api as well, and no news.
        self._others = tuple(api_map.others_below_api)
        self._free: bool | None = None

    def look_again(self) -> None:
        """Know that something may have been registered."""
        self._free = None

    def accept(self, handlers: Handlers) -> None:
        """Know error handlers that are the application's own, though they came later."""
        self._own.update(handlers)
        self.look_again()

    def is_open(self, environ: WSGIEnvironment) -> bool:
        """Say whether a request may take it."""
        if self._free is None:
            self._free = not any(self._noticing())
        if not self._free or PRESERVED in environ:
            return False
        return not any(map(_RECEIVERS, SIGNALS))

    def _noticing(self) -> Iterable[object]:
        """Yield what, where it is true, notices how a request is answered."""
        app = self._app
        yield from app.before_request_funcs.values()
        yield from app.after_request_funcs.values()
        yield from app.teardown_request_funcs.values()
        yield from app.url_value_preprocessors.values()
        yield app.teardown_appcontext_funcs
        yield error_handlers(app) != self._own
        yield tuple(self._api_map.others_below_api) != self._others
        yield app.request_class is not Request or app.response_class is not Response
        yield type(app.session_interface) is not SecureCookieSessionInterface
        yield api_views(app, self._api_map) != self._views


def api_views(app: Flask, api_map: ApiMap) -> Mapping[str, Any]:
    """Return the views of the endpoints of the API."""
    return {endpoint: app.view_functions.get(endpoint) for endpoint in api_map.endpoints}


def error_handlers(app: Flask) -> Handlers:
    """Return the error handlers of an application, by blueprint, status and class."""
    return {
        (blueprint, status, error): handler
        for blueprint, by_status in app.error_handler_spec.items()
        for status, by_class in by_status.items()
        for error, handler in by_class.items()
    }
