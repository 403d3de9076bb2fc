"""The documentation is where the package is: in the wheel, on the command line, over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from werkzeug.test import Client

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.cli.processes import ROOT, run

FACTS = "docs/contract/resources.facts.json"
PAGES = sorted(path.stem for path in (ROOT / "docs").glob("*.md"))
LINK = re.compile(r"\]\(([\w-]+\.md)\b")


@pytest.fixture(scope="module")
def client(data_directory: Path) -> Client:
    """Return a client of a server whose control plane is closed to it."""
    told = {"seeded": False, "control": False, "data_directory": data_directory}
    return Client(create_app(Settings(**told)))


def test_the_wheel_brings_what_it_needs(tmp_path: Path) -> None:
    """Unpacked anywhere, it prints its pages and knows its scenarios and its metadata."""
    build = ("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (wheel,) = tmp_path.glob("*.whl")
    assert f"dist/{wheel.name}\n" in (ROOT / "README.md").read_text()
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    program = """
from mockserver import manual
from mockserver.situations import scenarios
from mockserver.web import metadata
print(*manual.contents(), manual.directory(), metadata.file(), *scenarios.names(), sep="\\n")
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place)},
        check=True,
        capture_output=True,
        text=True,
    )

    facts = [str(place / "mockserver" / name) for name in ("docs", FACTS)]
    names = sorted(path.stem for path in (ROOT / "fixtures").rglob("*.json"))
    printed = done.stdout.splitlines()
    assert printed[: len(PAGES) + 2] == [*PAGES, *facts]
    assert sorted(printed[len(PAGES) + 2 :]) == names
    assert (place / "mockserver" / "docs" / "examples" / "shop" / "shop.py").is_file()


def test_pages_over_http(client: Client) -> None:
    """Everybody may read them; the list leads to each, and each to the others."""
    listed = client.get("/_mock/docs/", headers={"Host": "anything.example"})
    found = re.findall(r"\]\((.+?)\)", listed.text)

    assert listed.content_type == "text/markdown; charset=utf-8"
    assert found == [f"/_mock/docs/{name}.md" for name in PAGES]
    for path in found:
        text = client.get(path).text
        assert text == (ROOT / "docs" / path.rpartition("/")[2]).read_text()
        assert [n for n in LINK.findall(text) if n.removesuffix(".md") not in PAGES] == []
    assert client.get("/_mock/docs/webhooks").text.startswith("# Webhooks\n")


@pytest.mark.parametrize(
    "name", ["nothing", "..", "../README", "examples", ".md", "%2e%2e%2fREADME"]
)
def test_a_page_that_is_not_there(client: Client, name: str) -> None:
    """Nor is anything else of the machine."""
    assert client.get(f"/_mock/docs/{name}").status_code == 404


def test_pages_on_the_command_line(tmp_path: Path) -> None:
    listed = run(tmp_path, "docs").stdout.splitlines()

    assert [line.split()[0] for line in listed[1:]] == PAGES
    assert run(tmp_path, "docs", "faults").stdout == (ROOT / "docs" / "faults.md").read_text()
    wrong = run(tmp_path, "docs", "webhook")
    assert wrong.returncode == 2
    assert wrong.stderr == "mockserver: there is no page 'webhook'; did you mean 'webhooks'?\n"
