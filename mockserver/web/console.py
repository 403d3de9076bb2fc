"""The console on the wire: who may open it, and what its pages know nothing of.

Its pages are imported when the first one is asked for: a server that nobody looks at pays nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Request, Response

from mockserver.control.clocks import GLANCE, awaited
from mockserver.control.components import Components
from mockserver.control.control_plane import ControlPlane
from mockserver.storage.base import StorageError
from mockserver.web.bridge import DELIVERY, STREAM, Delivery
from mockserver.web.environ import STREAMS
from mockserver.web.guard import has_token, require_own_page

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from mockserver.console.pages import Awaited, Pages, Rendered
    from mockserver.console.parts import Reply
    from mockserver.console.sessions import BrowserSession
    from mockserver.console.visits import Visit

CONSOLE = "console"
PATH = f"/_mock/{CONSOLE}"
#: Whom the requests of the console to the API come from.
LOCAL = "127.0.0.1"
#: Nothing is loaded from elsewhere, nothing runs that is written into a page, nobody frames one.
POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Cookie, HX-Request",
}


class Console:
    """The door to the pages of one server."""

    def __init__(
        self, components: Components, plane: ControlPlane, application: WSGIApplication
    ) -> None:
        """Lead to pages that speak through these.

        Args:
            components: of the application.
            plane: the control plane.
            application: the API, asked as anybody asks it.
        """
        self._components = components
        self._plane = plane
        self._application = application
        self._pages: Pages | None = None

    @staticmethod
    def is_at(below: str) -> bool:
        """Say whether a path below the control plane's prefix is one of the console."""
        return below == CONSOLE or below.startswith(f"{CONSOLE}/")

    def answer(self, request: Request, below: str) -> Response:
        """Return the answer to a request for a page.

        Raises:
            Refusal: 403 for host and origin.
        """
        settings = self._components.settings
        require_own_page(request, settings)
        pages, path = self._opened(), below.removeprefix(CONSOLE) or "/"
        if path.startswith(pages.STATIC):
            return _response(request, pages.static(path.removeprefix(pages.STATIC)))
        name = _cookie_name(request)
        session = known = pages.sessions.find(request.cookies.get(name, ""))
        if session is None:
            session = pages.sessions.begin()
        visit = self._visit(request, path, session)
        if visit.method == "POST" and not session.proves(visit.text("proof")):
            response = _response(request, pages.stale(visit))
        elif session.is_in or not (token := settings.control_token) or has_token(request, token):
            response = _response(request, pages.answer(visit))
        else:
            session, rendered = pages.admit(visit, token)
            response = _response(request, rendered)
        if session is not known:
            secure = request.is_secure
            response.set_cookie(
                name, session.id, path=PATH, secure=secure, httponly=True, samesite="Strict"
            )
        return response

    def _opened(self) -> Pages:
        """Return the pages behind the door, which is set up when the first visitor comes."""
        if self._pages is None:
            from mockserver.console.pages import Pages  # noqa: PLC0415 - as the module says
            from mockserver.console.parts import Parts  # noqa: PLC0415

            self._pages = Pages(Parts(self._plane, self._components, self._ask))
        return self._pages

    def _visit(self, request: Request, path: str, session: BrowserSession) -> Visit:
        from mockserver.console.visits import Visit  # noqa: PLC0415 - loaded with the pages

        largest = self._components.settings.largest_body
        # A snapshot that is uploaded is larger than what the API is asked to store at once.
        request.max_content_length = request.max_form_memory_size = largest
        return Visit(
            method="POST" if request.method == "POST" else "GET",
            path=path,
            query_string=request.query_string.decode("utf-8", "replace"),
            base_url=f"{request.scheme}://{request.host}",
            session=session,
            form=dict(request.form.lists()),
            files={name: file.read() for name, file in request.files.items()},
            is_part="HX-Request" in request.headers,
        )

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Ask the API as a client does, without leaving the thread: limits, faults and journal."""
        from werkzeug.datastructures import Headers  # noqa: PLC0415 - as above
        from werkzeug.test import EnvironBuilder, run_wsgi_app  # noqa: PLC0415 - as above

        from mockserver.console.parts import Reply  # noqa: PLC0415

        parsed = urlsplit(url)
        environ = EnvironBuilder(
            parsed.path,
            f"{parsed.scheme}://{parsed.netloc}/",
            parsed.query,
            method=method,
            headers=Headers(dict(headers)),
            data=body,
        ).get_environ()
        environ["REMOTE_ADDR"] = LOCAL
        chunks, status, answered = run_wsgi_app(self._application, environ, buffered=True)
        found, fate = b"".join(chunks), _fate(environ.get(DELIVERY))
        return Reply(int(status.partition(" ")[0]), dict(answered.items()), found, fate)


def _fate(delivery: Delivery | None) -> str:
    """Return the fate that an answer would have met on its way, in words."""
    if delivery is None:
        return ""
    if delivery.never:
        return "never answered"
    if delivery.drop:
        return f"connection closed {delivery.drop} the answer"
    return f"answered after {delivery.delay:g} s"


def _cookie_name(request: Request) -> str:
    """Return the name of the cookie: ports share them, servers must not."""
    return f"mockserver_{request.host.rpartition(':')[2]}".replace(".", "_")


def _response(request: Request, rendered: Rendered) -> Response:
    response = Response(rendered.body, rendered.status, content_type=rendered.content_type)
    response.headers.update({**HEADERS, **rendered.headers})
    if rendered.later:
        if request.environ.get(STREAMS):
            request.environ[STREAM] = _streamed(rendered.later)
        else:
            awaited(rendered.later.steps)
            response.set_data(rendered.later.render())
    return response


async def _streamed(later: Awaited) -> AsyncGenerator[bytes, None]:
    """Yield a page once something is over; who is delivered to meanwhile is answered."""
    try:
        while True:
            await asyncio.sleep(GLANCE)
            next(later.steps)
    except StopIteration:
        page = later.render()
    except StorageError as error:
        # What was due could not be stored, and time stands where it stood.
        page = escape(f"It could not be stored: {error}").encode()
    finally:
        later.steps.close()
    yield page
