"""The pages of the console: the one that is visited is found, and made into HTML."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from mockserver.access import MODES
from mockserver.console import (
    data,
    editing,
    journal,
    overview,
    record,
    situations,
    tokens,
    webhooks,
)
from mockserver.console.answers import HTML, Answer, Later, Page, Redirect, Sent
from mockserver.console.login import token_is_right
from mockserver.console.parts import Parts
from mockserver.console.rendering import Renderer
from mockserver.console.routes import PageRoute
from mockserver.console.sessions import BrowserSession, BrowserSessions
from mockserver.console.standpoints import ROOT, Standpoint
from mockserver.console.visits import Visit
from mockserver.errors import Refusal
from mockserver.late_dataclass import dataclass

ROUTES: tuple[PageRoute, ...] = (
    *overview.ROUTES,
    *data.ROUTES,
    *editing.ROUTES,
    *record.ROUTES,
    *journal.ROUTES,
    *situations.ROUTES,
    *webhooks.ROUTES,
    *tokens.ROUTES,
)
#: Above the path of every page.
PREFIX = f"/<slug>/<any({','.join(MODES)}):mode>"
LOGIN = "/login"
#: The kinds of what pages load.
STATIC_TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class Awaited(NamedTuple):
    """Something that goes on, and what makes the page once it is over."""

    steps: Generator[None, None, Any]
    render: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer as it is sent."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    #: What the body is made after.
    later: Awaited | None = None


class Pages:
    """The pages of one server.

    Attributes:
        sessions: of the browsers.
    """

    STATIC = "/static/"

    def __init__(self, parts: Parts) -> None:
        """Show the server that these are the parts of."""
        self.sessions = BrowserSessions()
        self._parts = parts
        self._renderer = Renderer(parts)
        rules = (
            Rule(PREFIX + route.path, endpoint=str(number), methods=[route.method])
            for number, route in enumerate(ROUTES)
        )
        self._rules = Map([Rule("/", endpoint=""), *rules], strict_slashes=False)

    def static(self, name: str) -> Rendered:
        """Return a file that pages load."""
        content_type = STATIC_TYPES.get(name.rpartition(".")[2])
        file = files("mockserver.console") / "static" / name
        if content_type is None or ".." in name or not file.is_file():
            return Rendered(b"", 404, "text/plain")
        return Rendered(file.read_bytes(), 200, content_type, {"Cache-Control": "no-cache"})

    def answer(self, visit: Visit) -> Rendered:
        """Return the answer to a request."""
        place = self._place(visit)
        try:
            answer = self._found(visit, place)
        except HTTPException as missing:
            answer = _failed(missing.code or 404, [{"detail": "There is no such page."}])
        except Refusal as refused:
            answer = _failed(refused.status, refused.errors)
        return self._rendered(answer, visit, place)

    def stale(self, visit: Visit) -> Rendered:
        """Refuse a form that is not one of ours, or no longer."""
        detail = "This page is older than the server, or from elsewhere. Load it again, then retry."
        return self._rendered(_failed(403, [{"detail": detail}]), visit, self._place(visit))

    def admit(self, visit: Visit, token: str) -> tuple[BrowserSession, Rendered]:
        """Let in who shows the control token, and ask others for it.

        Returns:
            The session from here on, and the answer.
        """
        next_ = visit.text("next") if visit.method == "POST" else visit.path
        if visit.method == "POST" and visit.path == LOGIN:
            if token_is_right(visit.text("token"), token):
                session = self.sessions.renew(visit.session)
                session.is_in = True
                return session, _redirected(_own(next_))
            shown = {"next": next_, "is_wrong": True}
            return visit.session, self._form(visit, Page("login.html", shown, 401))
        return visit.session, self._form(visit, Page("login.html", {"next": visit.path}, 401))

    # --- steps -----------------------------------------------------------------------------------

    def _place(self, visit: Visit) -> Standpoint:
        """Return where a page is, of which its URL tells whatever becomes of it; else the first."""
        organizations = self._parts.plane.organizations
        named, _, rest = visit.path.strip("/").partition("/")
        mode = next((mode for mode in MODES if rest.partition("/")[0] == mode), None)
        try:
            organization = organizations.find(named if mode else organizations.first)
        except Refusal:
            organization = organizations.find(organizations.first)
        return Standpoint(self._parts, organization, mode or "test")

    def _found(self, visit: Visit, place: Standpoint) -> Answer:
        endpoint, arguments = self._rules.bind("").match(visit.path, visit.method)
        if not endpoint:
            return overview.overview(visit, place)
        found = dict(arguments)
        # Refuses an organization there is not.
        self._parts.plane.organizations.find(found.pop("slug"))
        del found["mode"]
        return ROUTES[int(endpoint)].answer(visit, place, **found)

    def _rendered(self, answer: Answer, visit: Visit, place: Standpoint) -> Rendered:
        match answer:
            case Page():
                return Rendered(self._renderer.page(answer, visit, place), answer.status)
            case Redirect(location):
                return _redirected(location)
            case Sent(body, content_type, status, file_name):
                named = f'attachment; filename="{quote(file_name)}"'
                headers = {"Content-Disposition": named} if file_name else {}
                return Rendered(body, status, content_type, headers)
            case Later(steps, then):
                render = lambda: self._renderer.page(then(), visit, place)  # noqa: E731 - of here
                return Rendered(b"", later=Awaited(steps, render))

    def _form(self, visit: Visit, page: Page) -> Rendered:
        return Rendered(self._renderer.bare(page, visit), page.status)


def _failed(status: int, errors: Any) -> Page:
    return Page("error.html", {"status": status, "errors": errors}, status)


def _redirected(location: str) -> Rendered:
    return Rendered(b"", 303, HTML, {"Location": location})


def _own(path: str) -> str:
    """Return a page of the console to go to, whatever a form says."""
    wanted = urlsplit(path).path
    return f"{ROOT}{wanted}" if wanted.startswith("/") and "//" not in wanted else ROOT
