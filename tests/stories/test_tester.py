"""A tester begins a suite in an empty folder: it passes, and says what helps where it fails."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.clients.conftest import surroundings
from tests.clients.desk import Block, Desk
from tests.documentation.blocks import of

PYTEST = f'{sys.executable} -m pytest -p no:cacheprovider -p no:hypothesispytest "$@"'
#: The package is installed where the tests run; whatever fails is looked at afterwards.
STAND_INS = {"pip": "exit 0", "pytest": f"{PYTEST} || [ $? = 1 ]"}
INSTALL, RUN, *_ = of("docs/testing.md", "sh")
PROGRAMS = {
    block.file: block.text
    for page in ("docs/testing.md", "docs/webhooks.md")
    for block in of(page, "python")
}
#: The five minutes of the page, and its neighbour's test of webhooks.
SUITE = ("test_first.py", "test_fault.py", "test_clock.py", "test_webhooks.py")


#: A word of the page, what somebody has written instead, and what the report says of it.
WRONG = [
    (
        "test_first.py",
        ("times=1", "times=2"),
        ["POST /api/customers: expected 2 times, requested once", "POST /api/customers -> 201"],
    ),
    (
        "test_fault.py",
        ("TOO_MANY_REQUESTS", "TOO_MANY_REQUEST"),
        ["(/effect/error) Did you mean TOO_MANY_REQUESTS?"],
    ),
    (
        "test_clock.py",
        ('json()["errors"]', 'json()["error"]'),
        ["GET /api/customers -> 401 INVALID_TOKEN (The token expired at 2026-01-15T12:00:00"],
    ),
    (
        "test_webhooks.py",
        ("wait_for_deliveries(2)", "wait_for_deliveries(3, timeout=1)"),
        ["waited 1 seconds for 3 deliveries; there are:", "customers.create"],
    ),
    (
        "test_filter.py",
        ("", ""),
        ["GET /api/customers?filter[q][emial_eq]=x -> 200", "did you mean email_eq?"],
    ),
    (
        "test_type.py",
        ("", ""),
        ["POST /api/customers -> 415", "specified 'application/json'"],
    ),
]
#: What somebody has written without the page.
OWN = {
    "test_filter.py": """
def test_filter(sandbox, sandbox_session):
    sandbox_session.get("/api/customers", params={"filter[q][emial_eq]": "x"})
    sandbox.journal.assert_no_advice()
""",
    "test_type.py": """
import httpx


def test_type(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    answer = httpx.post(f"{sandbox.url}/api/customers", json={}, headers=headers)
    assert answer.status_code == 201
""",
}


def sit_down(place: Path, programs: Mapping[str, str]) -> Desk:
    """Return a desk with some programs."""
    desk = Desk(place, None, surroundings(), STAND_INS)
    for name, text in programs.items():
        desk.put(Block(name, "python", text))
    return desk


def wrong(file: str, said: tuple[str, str]) -> str:
    """Return a program in which a word is another one than it should be."""
    text = PROGRAMS.get(file) or OWN[file]
    right, instead = said
    assert right in text
    return text.replace(right, instead) if right else text


def test_a_suite_that_passes(tmp_path: Path) -> None:
    """From the installation to both runs of the page, on one worker and on two."""
    suite = {file: PROGRAMS[file] for file in SUITE}
    tests = sum(text.count("def test_") for text in suite.values())
    desk = sit_down(tmp_path / "place", suite)

    said = desk.script(INSTALL.text + RUN.text, "suite.sh")

    assert said.count(f" {tests} passed in ") == 2, said


def test_expectations_that_are_wrong(tmp_path: Path) -> None:
    """Each report says what was asked and answered instead, or which word was meant."""
    desk = sit_down(tmp_path / "place", {file: wrong(file, said) for file, said, _ in WRONG})

    said = desk.script("pytest", "wrong.sh")

    assert f" {len(WRONG)} failed, " in said, said
    assert [words for *_, each in WRONG for words in each if words not in said] == [], said
