"""HTML of pages: templates with what every page shows around its own."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import islice
from typing import Any
from urllib.parse import unquote_plus

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from mockserver.access import MODES
from mockserver.console.answers import Page
from mockserver.console.parts import Parts
from mockserver.console.standpoints import MOST_ORGANIZATIONS, ROOT, Standpoint
from mockserver.console.visits import Visit
from mockserver.version import __version__

#: The library for updates in place, where the package was built with it.
LIBRARY = "vendor/htmx.min.js"
#: The pages that every page leads to, by the segment of their URL.
SECTIONS: Mapping[str, str] = {
    "": "Overview",
    "data": "Data",
    "journal": "Journal",
    "situations": "Situations",
    "webhooks": "Webhooks",
    "tokens": "Tokens",
}
#: What else the server has to read.
OTHERS: Mapping[str, str] = {
    "Documentation": "/_mock/docs",
    "OpenAPI": "/_mock/openapi.json",
}
#: The section of whose pages both modes have lists.
LISTS = "data"


class Renderer:
    """Makes HTML of the pages of one server."""

    def __init__(self, parts: Parts) -> None:
        """Read the templates when they are first needed."""
        self._parts = parts
        self._environment = Environment(
            loader=PackageLoader("mockserver.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(pretty=pretty, decoded=unquote_plus)
        self._environment.globals.update(
            version=__version__,
            root=ROOT,
            modes=MODES,
            others=OTHERS,
            library=LIBRARY if (files("mockserver.console") / "static" / LIBRARY).is_file() else "",
        )

    def page(self, page: Page, visit: Visit, place: Standpoint) -> bytes:
        """Return a page of an organization's mode."""
        organizations = islice(self._parts.components.organizations, MOST_ORGANIZATIONS)
        slugs = dict.fromkeys((*(each.slug for each in organizations), place.slug))
        surroundings = {
            "visit": visit,
            "place": place,
            "slugs": list(slugs),
            "clock": self._parts.plane.clocks.retrieve(place.slug),
            "sections": SECTIONS,
            "section": _section(visit),
            "elsewhere": {mode: _in_mode(visit, place, mode) for mode in MODES},
        }
        return self._made(page, surroundings)

    def bare(self, page: Page, visit: Visit) -> bytes:
        """Return a page that shows nothing of any organization."""
        return self._made(page, {"visit": visit, "is_wrong": False})

    def _made(self, page: Page, surroundings: Mapping[str, Any]) -> bytes:
        template = self._environment.get_template(page.template)
        return template.render({**surroundings, **page.shown}).encode()


def pretty(value: Any) -> str:
    """Return a value as JSON that people read; a text as it is."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()


def _section(visit: Visit) -> str:
    segments = visit.path.strip("/").split("/")
    return segments[2] if len(segments) > 2 else ""  # noqa: PLR2004 - behind organization and mode


def _in_mode(visit: Visit, place: Standpoint, mode: str) -> str:
    """Return the same section in a mode; of a record, whose id the other has not, its list."""
    section, *rest = visit.path.strip("/").split("/")[2:] or [""]
    segments = (section, *rest[:1]) if section == LISTS else (section,)
    return "/".join((ROOT, place.slug, mode, *filter(None, segments)))
