"""``docs/testing.md`` is true: its files run, and fail, as it says; so does the example project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.pytest_plugin import WORDS
from mockserver.testing.world import World

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "testing.md").read_text()
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"# (\S+)\n")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
FAILING = "test_failing.py"


def blocks(language: str) -> Iterator[str]:
    """Yield the blocks of a language."""
    return (text for kind, text in FENCE.findall(TEXT) if kind == language)


def files() -> dict[str, str]:
    """Return the files in the page by name."""
    found = {}
    for text in (*blocks("python"), *blocks("toml")):
        name = NAME.match(text)
        assert name, text
        found[name[1]] = text
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, data_directory: Path) -> Path:
    """Return a project with the files of the page."""
    place = tmp_path_factory.mktemp("page")
    for name, text in files().items():
        (place / name).write_text(text)
    with (place / "pyproject.toml").open("a") as settings:
        settings.write(f'mockserver_data_directory = "{data_directory}"\n')
        settings.write('asyncio_default_fixture_loop_scope = "function"\n')
        settings.write('addopts = ["--strict-markers", "--strict-config"]\n')
        settings.write('filterwarnings = ["error"]\n')
    return place


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a directory."""
    return subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_tests_of_the_page_pass(place: Path) -> None:
    """All but the one that fails to show how that looks."""
    named = [name for name in files() if name.startswith("test_") and name != FAILING]
    tests = sum(text.count("def test_") for name, text in files().items() if name in named)
    done = run(place, *PYTEST, *named)

    assert f"{tests} passed" in done.stdout, done.stdout
    assert len(named) >= 6


def test_a_failure_looks_as_the_page_says(place: Path) -> None:
    (shown,) = blocks("text")
    done = run(place, *PYTEST, FAILING)
    printed = done.stdout.splitlines()

    assert [] == [line for line in shown.splitlines() if line not in printed], done.stdout


def test_the_script_of_the_page_runs(place: Path) -> None:
    done = run(place, "script.py")
    urls, other, slugs = done.stdout.splitlines()

    assert urls.endswith(" 3")
    assert ["other True", "['acme']"] == [other, slugs]


def test_the_example_project_passes(tmp_path: Path, data_directory: Path) -> None:
    """With warnings as errors, as it is configured itself."""
    shop = shutil.copytree(DOCS / "examples" / "shop", tmp_path / "shop")
    told = ("-p", "no:asyncio", "-o", f"mockserver_data_directory={data_directory}")
    done = run(shop, *PYTEST, *told)
    tests = (shop / "test_shop.py").read_text()

    assert 0 == done.returncode, done.stdout
    assert set(re.findall(r"def (test_\w+)", tests)) == set(
        re.findall(r"`(test_\w+)`", (shop / "README.md").read_text())
    ) | {"test_a_customer_can_log_in_afterwards"}


# --- nothing is left out -------------------------------------------------------------------------


def test_every_fixture_is_named() -> None:
    plugin = (DOCS.parent / "mockserver" / "pytest_plugin.py").read_text()
    fixtures = re.findall(r"@pytest\.fixture.*\ndef (\w+)", plugin)

    assert fixtures
    assert [] == [name for name in fixtures if f"| `{name}` |" not in TEXT]


def test_every_word_of_the_marker_is_named() -> None:
    assert [] == [
        word for word in WORDS if not re.search(rf"^\| .*`{word}`.* \|", TEXT, re.MULTILINE)
    ]


def test_every_member_of_a_sandbox_is_named(sandbox: World) -> None:
    """And those of its parts."""
    parts = (sandbox, sandbox.test._inner, sandbox.clock, sandbox.faults, sandbox.journal)
    public = {
        name
        for part in parts
        for name in (*dir(type(part)), *vars(part))
        if not name.startswith("_")
    }

    assert [] == sorted(name for name in public if not re.search(rf"`{name}\b", TEXT))
