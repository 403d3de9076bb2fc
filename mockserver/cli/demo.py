"""``mockserver demo``: a shop with a name, and its console in the browser."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import click

from mockserver.cli.home import provided
from mockserver.cli.options import DATA_DIRECTORY, EPILOG, READY_FILE, SERVER
from mockserver.cli.sections import Section, section
from mockserver.cli.serve import ended_by_signals, refusals, run
from mockserver.cli.starting import Starting
from mockserver.cli.stop import Stop, in_words
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.app import MockServerApp
    from mockserver.web.server import Server

NAME = "Olive & Oak"
#: Of the shop, in each mode.
CUSTOMERS = 30
#: What the names of hosts are made of, and how long one can be.
_OTHERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 40
#: Where a browser has a screen to open on, where that is not always so.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")

_TAKEN = ("port", "tls_port", "no_tls", "locale", "customers")
_PARAMS = [
    click.Argument(["name"], required=False, default=NAME),
    *(option for option in SERVER if option.name in _TAKEN),
    click.Option(["--no-open"], is_flag=True, help="Open no browser; the URL is printed anyway."),
    READY_FILE,
    DATA_DIRECTORY,
]


@section(Section.SERVE)
@click.command(cls=Starting, params=_PARAMS, epilog=EPILOG)
def demo(*, name: str, no_open: bool, ready_file: Path | None, **values: Any) -> int:
    """Serve a shop with a name, its console open in the browser.

    Its customers, products and orders are there already; --locale says where they live. Nothing is
    kept: it ends with Ctrl-C.
    """
    settings = Settings(
        port=values["port"],
        tls_port=None if values["no_tls"] else values["tls_port"],
        seeded=False,
        data_directory=provided(values["data_directory"]),
    )
    wanted = {
        "slug": slug_of(name),
        "customers": min(values["customers"], CUSTOMERS),
        "locale": [part for part in values["locale"].split(",") if part],
        "settings": {"name": name},
    }

    def found(app: MockServerApp) -> None:
        app.plane.organizations.create(wanted)

    def open_shop(_: MockServerApp, server: Server) -> None:
        url = f"{server.url}/_mock/console/{wanted['slug']}/test"
        click.echo(f"\n{name} is open: {url}")
        if not no_open and _has_screen():
            import webbrowser  # noqa: PLC0415 - only where there is one

            webbrowser.open(url)

    try:
        with ended_by_signals():
            run(settings, ready_file, prepare=found, on_ready=open_shop)
    except refusals() as error:
        raise Stop(in_words(error)) from error
    return 0


def slug_of(name: str) -> str:
    """Return the slug of a shop: what of its name the name of a host can have."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _OTHERS.sub("-", plain)[:_LONGEST].strip("-") or "shop"
    return f"{slug}-shop" if slug in ("acme", "auth", "core", "dashboard", "provisioning") else slug


def _has_screen() -> bool:
    """Say whether a browser can be opened beside this terminal, and not within it."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(n) for n in _SCREENS)
