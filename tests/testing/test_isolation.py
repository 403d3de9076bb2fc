"""The same 200 tests alone, on two workers, and on two that share a server: all the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

PROJECT = Path(__file__).with_name("isolated.py")
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider -p no:hypothesispytest -p no:faker
filterwarnings = error
asyncio_default_fixture_loop_scope = function
junit_family = xunit2
"""
TESTS, FAILING = 200, 3
TIMEOUT = 120


@dataclass(frozen=True)
class Run:
    """What came of a run: the outcome of each test, and what each has seen, by name."""

    outcomes: dict[str, str]
    seen: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, data_directory: Path) -> Path:
    """Return a project with the tests."""
    place = tmp_path_factory.mktemp("isolation")
    shutil.copy(PROJECT, place / "test_isolated.py")
    (place / "pytest.ini").write_text(f"{INI}mockserver_data_directory = {data_directory}\n")
    return place


def run(place: Path, *options: str) -> Run:
    """Run the tests."""
    seen = place / f"seen{len(list(place.iterdir()))}"
    seen.mkdir()
    report = seen.with_suffix(".xml")
    shared = "yes" if "--mockserver-shared" in options else "no"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "pytest", "-q", "--tb=no", f"--junitxml={report}", *options],
        cwd=place,
        env={**os.environ, "SEEN": str(seen), "SHARED": shared},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert 1 == done.returncode, done.stdout + done.stderr
    return Run(outcomes(report), {file.stem: file.read_text() for file in seen.iterdir()})


def outcomes(report: Path) -> dict[str, str]:
    """Return how each test has ended, and what it says where it has failed."""
    found = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own file
        said = [f"{child.tag}: {child.get('message')}" for child in case]
        found[f"{case.get('classname')}::{case.get('name')}"] = " ".join(said) or "passed"
    return found


@pytest.fixture(scope="module")
def serially(place: Path) -> Run:
    return run(place)


def test_the_suite_is_what_it_says(serially: Run) -> None:
    failed = {name for name, outcome in serially.outcomes.items() if outcome != "passed"}

    assert TESTS == len(serially.outcomes) == len(serially.seen)
    assert {f"test_isolated::test_failing[{number}]" for number in (0, 7, 14)} == failed
    assert TESTS == len(set(serially.seen.values()))


def test_two_workers_see_the_same(place: Path, serially: Run) -> None:
    """Outcomes, ids, credentials, bodies, rate limits, whom faults have struck, journals."""
    assert serially == run(place, "-n", "2")


def test_so_do_two_workers_with_one_server(place: Path, serially: Run) -> None:
    """But for the rate limits, which count the requests of an address to a server."""
    shared = run(place, "-n", "2", "--mockserver-shared")

    assert serially.outcomes == shared.outcomes
    assert unlimited(serially) == unlimited(shared)


def unlimited(run: Run) -> dict[str, str]:
    """Return what the tests of a run have seen, without rate limits."""
    return {name: re.sub(r'\n.*"x-ratelimit-.*', "", text) for name, text in run.seen.items()}
