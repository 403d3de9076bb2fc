"""The lines that people read of requests."""

from __future__ import annotations

import io
from typing import Any

import pytest

from mockserver.cli.lines import is_coloured, line, shown

DULL: dict[str, Any] = {
    "method": "GET",
    "path": "/api/customers",
    "query": "",
    "status": 200,
    "duration_ms": 1.26,
    "code": None,
    "reason": None,
    "nearest": None,
    "ignored": [],
    "ignored_count": 0,
    "delivered": True,
    "fault": None,
    "stub": None,
}
TYPO = {"name": "emial_eq", "nearest": "email_eq"}
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "dull": ({}, "GET /api/customers 200 1.3 ms"),
    "ignored": (
        {"query": "filter[q][emial_eq]=x", "ignored": [TYPO], "ignored_count": 1},
        "GET /api/customers?filter[q][emial_eq]=x 200 ignored emial_eq (email_eq?) 1.3 ms",
    ),
    "many ignored": (
        {"ignored": [TYPO, {"name": "zzz", "nearest": None}], "ignored_count": 4},
        "GET /api/customers 200 ignored emial_eq (email_eq?), zzz and 2 more 1.3 ms",
    ),
    "refused": (
        {"status": 400, "code": "INVALID_FIELD", "reason": "nmae is none.", "nearest": "name"},
        "GET /api/customers 400 INVALID_FIELD nmae is none. (name?) 1.3 ms",
    ),
    "fault": (
        {"status": 503, "fault": "f1", "stub": "s1"},
        "GET /api/customers 503 fault f1 stub s1 1.3 ms",
    ),
    "never answered": (
        {"status": None, "fault": "header", "delivered": False},
        "GET /api/customers - fault X-Mock-Fault not delivered 1.3 ms",
    ),
    "control characters": (
        {"path": "/\x1b[31m\n\u202e", "method": "G\x07"},
        r"G\x07 /\x1b[31m\n\u202e 200 1.3 ms",
    ),
    "half a character": ({"query": "x=\udc80"}, r"GET /api/customers?x=\udc80 200 1.3 ms"),
}


@pytest.mark.parametrize(("told", "expected"), CASES.values(), ids=CASES)
def test_line(told: dict[str, Any], expected: str) -> None:
    """Who asked for what, how it went, and why; all of it on one line."""
    assert line({**DULL, **told}) == expected


@pytest.mark.parametrize(
    ("status", "colour"), [(200, 32), (304, 36), (404, 33), (500, 31), (None, 2)]
)
def test_colours(status: int | None, colour: int) -> None:
    """Of the status, by its kind; nobody's text brings its own."""
    expected = f"GET /api/customers \x1b[{colour}m{status or '-'}\x1b[0m \x1b[2m1.3 ms\x1b[0m"

    assert line({**DULL, "status": status}, coloured=True) == expected


def test_what_is_long_is_cut() -> None:
    """A line stays one that can be read."""
    assert shown("x" * 501) == "x" * 500 + "..."


class Terminal(io.StringIO):
    """Says that a terminal shows it."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "variables", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
    ids=["terminal", "file", "NO_COLOR", "empty NO_COLOR", "dumb terminal"],
)
def test_where_colours_are(
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO,
    variables: dict[str, str],
    expected: bool,  # noqa: FBT001 - a column of a table
) -> None:
    """On terminals that can show them, unless somebody forbids it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert is_coloured(stream) is expected
