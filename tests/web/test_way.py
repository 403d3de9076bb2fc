"""The way of a request is as short as it was made, and as the page on the design says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.web.way import Way, ways

PAGE = Path(__file__).parents[2] / "docs" / "design.md"
SECTION = re.compile(r"^## A request, file by file\n(.*?)^## ", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"^- `([\w/]+\.py)`: .+", re.MULTILINE)
#: What the page calls each request.
HEADINGS: Mapping[str, str] = {
    "retrieve": "GET of one record",
    "list": "GET of a list",
    "update": "PATCH",
}
#: Calls from one file into another: no more than these, and fewer are welcome.
MOVES: Mapping[str, int] = {"retrieve": 47, "list": 70, "update": 83, "create": 142}
#: Calls of our own functions: the same.
CALLS: Mapping[str, int] = {"retrieve": 80, "list": 116}


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Way]:
    """Return the ways of warm requests for a record, a page of records, and a change."""
    return ways(tmp_path_factory.mktemp("way"))


def written() -> Mapping[str, list[str]]:
    """Return the files that the page names, by request."""
    section = SECTION.search(PAGE.read_text())
    _, *parts = re.split(r"^### ", section[1] if section else "", flags=re.MULTILINE)
    return {part.partition("\n")[0]: ITEM.findall(part) for part in parts}


def test_the_page_names_the_files(traced: Mapping[str, Way]) -> None:
    """In the order they are entered: all of a retrieve, of the others what they have besides."""
    first = traced["retrieve"].files
    expected = {
        heading: [
            file for file in traced[action].files if action == "retrieve" or file not in first
        ]
        for action, heading in HEADINGS.items()
    }

    assert expected == written()


@pytest.mark.parametrize("action", MOVES)
def test_no_way_grows(traced: Mapping[str, Way], action: str) -> None:
    """Nobody sends a request back and forth between small files unnoticed."""
    assert traced[action].moves <= MOVES[action]


@pytest.mark.parametrize("action", CALLS)
def test_no_read_grows(traced: Mapping[str, Way], action: str) -> None:
    """What is asked most takes few steps."""
    assert len(traced[action].calls) <= CALLS[action]
