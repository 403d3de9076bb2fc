"""The first calls of the overview work as they are pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.request import urlopen

import pytest

from tests.cli.processes import TIMEOUT, Served
from tests.clients.conftest import surroundings
from tests.clients.desk import Desk
from tests.console.browsing import ROOT

BLOCK = re.compile(r'aria-label="([\w ]+)"><code>(.*?)</code></pre>', re.DOTALL)
MODES = ("test", "live")
Blocks = Mapping[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Mapping[str, Blocks]]]:
    """Return a place to paste them, and those of each mode."""
    with Served(tmp_path_factory.mktemp("snippets"), "--customers", "14") as server:
        environment = {**surroundings(), "MOCKSERVER_READY_FILE": str(server.ready_file)}
        desk = Desk(tmp_path_factory.mktemp("desk"), server.ready, environment)
        blocks = {}
        for mode in MODES:
            url = f"{server.ready['http']}{ROOT}/acme/{mode}"
            with urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - our own server's
                page = answer.read().decode()
            blocks[mode] = {name: unescape(text) for name, text in BLOCK.findall(page)}
        yield desk, blocks


@pytest.mark.parametrize("mode", MODES)
def test_each_finds_the_customers(served: tuple[Desk, Mapping[str, Blocks]], mode: str) -> None:
    """In the mode of the page, whatever the language."""
    desk, blocks = served
    found = blocks[mode]
    assert list(found) == ["curl", "JavaScript", "Python", "Command line"]

    assert f'"mode":"{mode}"' in desk.script(found["curl"], "first.sh")
    assert "john@example.com" in desk.script(f"python3 - <<'END'\n{found['Python']}END\n", "py.sh")
    commands = re.findall(r"^//   (.+)$", found["JavaScript"], re.MULTILINE)
    pasted = f"cat > app.mjs <<'END'\n{found['JavaScript']}END\n"
    said = desk.script(pasted + "\n".join(commands), "js.sh")
    assert "john@example.com" in said.splitlines()
    said = desk.script(found["Command line"], "cli.sh")
    assert f"{mode}_integration_client_id" in said
    assert '"exchanges"' in said or "GET" in said
