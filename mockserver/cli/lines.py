"""A request as a line for people: ``GET /api/customers?page[size]=5 200 1.2 ms``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

#: Of a path with its query, and of a reason: what is longer is shown in part.
LONGEST = 500
#: The colours of statuses, by their first digit (ECMA-48).
COLOURS = {"2": "32", "3": "36", "4": "33", "5": "31"}
FAINT = "2"
#: What is there instead of a status where nothing was answered.
NOTHING = "-"
#: The id that stands for the fault in a request's own header.
BY_HEADER = "header"


def is_coloured(stream: TextIO) -> bool:
    """Say whether colours may be written: on a terminal, unless ``NO_COLOR`` forbids them."""
    allowed = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return allowed and sys.platform != "win32" and stream.isatty()


def line(summary: Mapping[str, Any], *, coloured: bool = False) -> str:
    """Return the line of an exchange, without its end; control characters in it are escaped.

    Args:
        summary: of the exchange, as the journal gives it.
        coloured: whether a terminal shows it.
    """
    query = summary["query"]
    target = summary["path"] + (f"?{query}" if query else "")
    status = str(summary["status"] or NOTHING)
    took = f"{summary['duration_ms']:.1f} ms"
    if coloured:
        status, took = _in(COLOURS.get(status[0], FAINT), status), _in(FAINT, took)
    asked = shown(summary["method"]), shown(target)
    return " ".join([*asked, status, *map(shown, _remarks(summary)), took])


def shown(text: str) -> str:
    """Return a text that changes nothing on a terminal, and that is not too long."""
    text = f"{text[:LONGEST]}..." if len(text) > LONGEST else text
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _in(colour: str, text: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _remarks(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield the notes worth reading: why it failed, what was ignored, what struck."""
    if summary["code"]:
        yield summary["code"]
    if summary["reason"]:
        yield summary["reason"]
    if summary["nearest"]:
        yield f"({summary['nearest']}?)"
    yield from _ignored(summary)
    struck = "X-Mock-Fault" if summary["fault"] == BY_HEADER else summary["fault"]
    if struck and struck not in (summary["reason"] or ""):
        yield f"fault {struck}"
    if not summary["delivered"]:
        yield "not delivered"
    if summary["stub"]:
        yield f"stub {summary['stub']}"


def _ignored(summary: Mapping[str, Any]) -> Iterator[str]:
    names = [
        f"{each['name']} ({each['nearest']}?)" if each["nearest"] else each["name"]
        for each in summary["ignored"]
    ]
    more = summary["ignored_count"] - len(names)
    if names:
        yield f"ignored {', '.join(names)}" + (f" and {more} more" if more > 0 else "")
