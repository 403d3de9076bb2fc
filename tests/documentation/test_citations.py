"""Every citation of the contract leads to a section of it: ``customers.md §11.4``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import ROOT
from tests.documentation.blocks import PAGES

CONTRACT = ROOT / "docs" / "contract"
HEADING = re.compile(r"^#+ (\d+(?:\.\d+)*)\.? ", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SECTION = r"§[\d.]*\d(?: \([a-z ]+\))?(?: to §[\d.]*\d)?(?:,? and |, )?"
#: A file, and its sections in a row.
CITATION = re.compile(rf"\b([a-z]+)\.md ((?:{_SECTION})+)")
#: Sections of what others have written.
ELSEWHERE = re.compile(r"RFC \d+,? §[\d.]+")
#: A citation may be broken over two lines.
BREAK = re.compile(r"\n\s*(?:#:? )?")
CODE = [*(ROOT / "mockserver").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
TESTS = [p for p in (ROOT / "tests").rglob("*.py") if ROOT / "tests" / "clients" not in p.parents]


def sections() -> dict[str, set[str]]:
    """Return the numbers of the sections there are, by file."""
    pages = CONTRACT.glob("*.md")
    return {page.stem: set(HEADING.findall(page.read_text("utf-8"))) for page in pages}


def broken(text: str, there_are: dict[str, set[str]]) -> Iterator[str]:
    """Yield the citations that lead nowhere, and what is no citation though it has a sign."""
    text = ELSEWHERE.sub("", BREAK.sub(" ", text))
    for file, numbers in CITATION.findall(text):
        yield from (
            f"{file}.md §{number}"
            for number in NUMBER.findall(numbers)
            if number not in there_are.get(file, ())
        )
    rest = CITATION.sub("", text)
    for stray in re.finditer(r"§+ ?\d", rest):
        yield rest[max(0, stray.start() - 40) : stray.end() + 10]


@pytest.mark.parametrize("files", [CODE, TESTS, PAGES], ids=["code", "tests", "pages"])
def test_citations(files: list[Path]) -> None:
    """File and section exist, and nothing is cited without its file."""
    there_are = sections()
    own = Path(__file__)

    assert [] == [
        f"{file.relative_to(ROOT)}: {found}"
        for file in sorted(files)
        if file != own
        for found in broken(file.read_text("utf-8"), there_are)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(customers.md §11.4)", []),
        ("customers.md §3,\n    # §4", []),
        ("(RFC 6749 §4.1.2)", []),
        ("(customers.md §99)", ["customers.md §99"]),
        ("(nothing.md §1)", ["nothing.md §1"]),
        ("as said (§7)", ["as said (§7)"]),
    ],
)
def test_what_leads_nowhere_is_found(text: str, expected: list[str]) -> None:
    """A wrong file, a wrong section, a section without a file."""
    assert expected == list(broken(text, sections()))
