"""The documentation over HTTP, below ``/_mock/docs``: Markdown, as it is installed."""

from __future__ import annotations

from flask import Response

from mockserver import manual
from mockserver.refusals import missing

PATH = "/docs"
MARKDOWN = "text/markdown; charset=utf-8"


def contents(base: str) -> Response:
    """Return the list of the pages.

    Args:
        base: path of the list, below which the pages are.
    """
    rows = (f"* [{name}]({base}/{name}{manual.SUFFIX}): {about}\n" for name, about in _pages())
    return Response("# Documentation\n\n" + "".join(rows), content_type=MARKDOWN)


def page(name: str) -> Response:
    """Return a page, whose links to other pages lead to their paths here.

    Raises:
        Refusal: 404.
    """
    text = manual.page(name)
    if text is None:
        raise missing(f"page {name!r}")
    return Response(text, content_type=MARKDOWN)


def _pages() -> list[tuple[str, str]]:
    return list(manual.contents().items())
