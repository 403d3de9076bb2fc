"""The conversations in the README work as printed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.processes import ROOT, Served
from tests.clients.conftest import surroundings
from tests.clients.desk import Desk, blocks

BLOCKS = {block.name: block for block in blocks(ROOT / "README.md")}

#: Programs that would fetch something, and what stands in for them; make says what it would do.
STAND_INS = {
    "git": f'[ "$1 $2" = "clone URL" ] && ln -s "{ROOT}" "$3"',
    "make": f'exec {shutil.which("make")} --dry-run "$@"',
    "pip": "exit 0",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a place to follow the page, beside a server that has just been started."""
    with Served(tmp_path_factory.mktemp("readme")) as served:
        environment = {**surroundings(), "MOCKSERVER_READY_FILE": str(served.ready_file)}
        yield Desk(tmp_path_factory.mktemp("desk"), served.ready, environment, STAND_INS)


def documents(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON documents that stand one after the other."""
    position = 0
    while position < len(text):
        document, position = json.JSONDecoder().raw_decode(text, position)
        yield document


def test_the_first_two_commands_are_targets() -> None:
    """What one is told to type first is there."""
    commands = re.findall(r"^make (\w+)", BLOCKS["mockserver"].text, re.MULTILINE)

    assert commands == ["run", "test"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in commands)


def test_the_commands_that_install(desk: Desk) -> None:
    """From the clone to the server and the tests, and into another project."""
    said = desk.script(BLOCKS["mockserver"].text, "install.sh")

    assert [words for words in ("mockserver serve", "-m pytest") if words not in said] == []
    assert desk.script(BLOCKS["mockserver 2"].text, "pip.sh") == ""


def test_every_block_is_run() -> None:
    programs = {"With curl", "With the JavaScript SDK", "app.mjs", "With Python"}

    assert {"mockserver", "mockserver 2", *programs} == BLOCKS.keys()


def test_curl(desk: Desk) -> None:
    """A list, a record that is created, then changed, and an error."""
    found, created, changed, refused = documents(desk.run(BLOCKS["With curl"]))

    assert len(found["data"]) == 5
    assert created["data"]["attributes"]["email"] == "jane@example.org"
    assert changed["data"]["attributes"]["reference"] == "A-1"
    assert refused["errors"][0]["detail"] == "email - has already been taken"


def test_javascript(desk: Desk) -> None:
    """The program finds customers and their orders, with a server and with one of its own."""
    desk.put(BLOCKS["app.mjs"])
    served = desk.run(BLOCKS["With the JavaScript SDK"])
    alone = desk.command("mockserver", "run", "--", "node", "app.mjs", MOCKSERVER_READY_FILE="")

    assert "john@example.com 4" in served.splitlines()
    assert served == alone


def test_python(desk: Desk) -> None:
    """The program finds customers."""
    assert "'john@example.com'" in desk.run(BLOCKS["With Python"])
