"""Who may open the console, and what it costs when nobody does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from mockserver.app import MockServerApp
from mockserver.console.pages import Awaited
from mockserver.storage.base import StorageError
from mockserver.web.console import _streamed
from tests.console.browsing import ROOT, Browser

Make = Callable[..., MockServerApp]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
IDLE = """
import sys
from pathlib import Path
from tempfile import mkdtemp
from werkzeug.test import Client
from mockserver.app import create_app
from mockserver.settings import Settings
app = create_app(Settings(seeded=False, auth=False, data_directory=Path(mkdtemp())))
assert Client(app).get("/api/customers").status_code == 200
assert Client(app).get("/_mock/organizations").status_code == 200
print([name for name in sys.modules if name.startswith("mockserver.console")])
assert Client(app).get("/_mock/console").status_code == 200
print("mockserver.console.pages" in sys.modules)
app.close()
"""


def test_the_root_leads_browsers_to_the_console(app: MockServerApp) -> None:
    browser = Browser(app)

    assert "acme" in browser.open("/", headers=BROWSER)
    assert browser.path == ROOT


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_the_root_answers_programs_as_ever(app: MockServerApp, headers: dict[str, str]) -> None:
    answer = Browser(app).ask("GET", "/", headers=headers)

    assert (answer.status_code, answer.json["name"]) == (200, "mockserver")
    assert answer.headers["Vary"] == "Accept"


def test_nothing_is_imported_before_it_is_opened() -> None:
    """A server that nobody looks at pays nothing for the console."""
    command = [sys.executable, "-c", IDLE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_a_page_runs_nothing_but_its_own_files(app: MockServerApp) -> None:
    browser = Browser(app)
    answer = browser.ask("GET", ROOT)
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert "Access-Control-Allow-Origin" not in answer.headers
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("name", ["console.css", "console.js", "icon.svg"])
def test_what_pages_load(app: MockServerApp, name: str) -> None:
    answer = Browser(app).ask("GET", f"{ROOT}/static/{name}")

    assert answer.status_code == 200
    assert answer.content_length


@pytest.mark.parametrize("name", ["../pages.py", "none.css", "", "..%2fdesk.py", "pages.py"])
def test_nothing_else_is_loaded(app: MockServerApp, name: str) -> None:
    assert Browser(app).ask("GET", f"{ROOT}/static/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/acme/other", "/none/test", "/acme/test/nowhere"])
def test_a_page_there_is_not(app: MockServerApp, path: str) -> None:
    browser = Browser(app)
    browser.open(ROOT + path)

    assert browser.status == 404
    assert "Overview" in browser.page


def test_a_host_that_is_not_ours(app: MockServerApp) -> None:
    """A name that somebody else lets point here shows nothing."""
    answer = Browser(app, "evil.example").ask("GET", ROOT)

    assert answer.status_code == 403
    assert b"acme" not in answer.data


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_a_form_of_another_origin(app: MockServerApp, origin: str) -> None:
    browser = Browser(app)
    browser.open(ROOT)
    browser.send(f"{ROOT}/acme/test/nowhere", headers={"Origin": origin})

    assert browser.status == 403


def test_a_form_without_the_proof(app: MockServerApp) -> None:
    """Where a browser sends no origin, a form of somebody else still knows no proof."""
    browser = Browser(app)
    browser.open(ROOT)
    browser.send(f"{ROOT}/acme/test/nowhere", {"proof": "guessed"})

    assert browser.status == 403
    assert "Load it again" in browser.text


def test_no_console_without_a_control_plane(make: Make) -> None:
    browser = Browser(make(control=False))

    assert browser.ask("GET", ROOT).status_code == 404
    assert browser.ask("GET", "/", headers=BROWSER).json["name"] == "mockserver"


def test_the_control_token_is_shown_once(make: Make) -> None:
    """The form takes it, the cookie of before is worth nothing any more."""
    browser = Browser(make(control_token="geheim"))
    browser.open(f"{ROOT}/acme/live")
    assert (browser.status, "acme" in browser.page.replace("/acme/live", "")) == (401, False)
    before = browser.ask("GET", ROOT).headers.get("Set-Cookie")
    assert before is None

    browser.send(f"{ROOT}/login", {"token": "guessed", "next": "/acme/live"})
    assert (browser.status, "not the token" in browser.text) == (401, True)

    browser.send(f"{ROOT}/login", {"token": "geheim", "next": "/acme/live"})
    assert (browser.status, browser.path) == (200, f"{ROOT}/acme/live")
    assert "LIVE MODE" in browser.text.upper()


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "evil"])
def test_a_login_leads_nowhere_else(make: Make, next_: str) -> None:
    browser = Browser(make(control_token="geheim"))
    browser.open(ROOT)
    browser.send(f"{ROOT}/login", {"token": "geheim", "next": next_})

    assert browser.path in (ROOT, f"{ROOT}/")


def test_programs_may_show_the_token_in_a_header(make: Make) -> None:
    answer = Browser(make(control_token="geheim")).ask(
        "GET", ROOT, headers={"Authorization": "Bearer geheim"}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["data/customers/none", "nowhere", "tokens/get", "data/none"])
def test_what_fails_in_live_mode_looks_like_it(app: MockServerApp, path: str) -> None:
    """No page of the one mode may pass for one of the other."""
    browser = Browser(app)
    browser.open(f"{ROOT}/acme/live/{path}")

    assert browser.status in (404, 405)
    assert '<body class="mode-live">' in browser.page
    browser.send(f"{ROOT}/acme/live/{path}", {"proof": "guessed"})
    assert (browser.status, '<body class="mode-live">' in browser.page) == (403, True)


def test_time_that_cannot_be_stored_is_told() -> None:
    """The answer has begun by then: it says what is wrong instead of what is done."""

    def steps() -> Iterator[None]:
        yield
        message = "the <disk> is full"
        raise StorageError(message)

    async def told() -> list[bytes]:
        return [chunk async for chunk in _streamed(Awaited(steps(), lambda: b"done"))]

    assert asyncio.run(told()) == [b"It could not be stored: the &lt;disk&gt; is full"]
