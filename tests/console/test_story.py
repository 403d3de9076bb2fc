"""A first hour: everything from the console alone, in a browser and without scripts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest
import requests

from tests.cli.processes import Served, until
from tests.clients.install import HERE, node, require
from tests.console.browsing import PROOF

STORY = Path(__file__).parent / "javascript" / "story.mjs"
CHROMIUM = shutil.which("chromium")
#: Seconds that the story may take where many others run beside it.
TIMEOUT = 570
CONSOLE = "/_mock/console"


class Reader:
    """A browser without scripts: links, forms, cookies."""

    def __init__(self, base_url: str) -> None:
        """Begin at a server."""
        self._base_url = base_url
        self._session = requests.Session()
        self.page, self.path = "", ""

    def open(self, path: str) -> str:
        """Open a page and return its HTML."""
        return self._shown(self._session.get(self._base_url + CONSOLE + path, timeout=30))

    def send(self, at: str, files: dict[str, bytes] | None = None, **fields: str) -> str:
        """Send a form of the page at hand, and return where it leads."""
        proof = PROOF.search(self.page)
        assert proof
        url = self._base_url + CONSOLE + at
        sent = {**fields, "proof": proof[1]}
        return self._shown(self._session.post(url, sent, files=files, timeout=30))

    def download(self, path: str) -> bytes:
        """Return a file."""
        return self._session.get(self._base_url + CONSOLE + path, timeout=30).content

    def _shown(self, answer: requests.Response) -> str:
        self.page, self.path = answer.text, answer.url.partition(CONSOLE)[2]
        return self.page


def _without_scripts(url: str, _: Path) -> None:
    """Do it by plain links and forms."""
    reader, at = Reader(url), "/acme/test"
    reader.open(f"{at}/webhooks")
    assert "is delivered to" in reader.send(f"{at}/webhooks", topic="customers.create")
    snapshot = reader.download(f"{at}/situations/snapshot")
    reader.open(f"{at}/data/customers/new")
    assert 'aria-invalid="true"' in reader.send(f"{at}/data/customers/new", email="nobody")
    reader.send(f"{at}/data/customers/new", email="ada@example.com")
    customer = reader.path
    reader.open(f"{at}/data/customer_groups/new")
    reader.send(f"{at}/data/customer_groups/new", name="Very loyal")
    group = reader.path.rpartition("/")[2]
    reader.open(f"{customer}/edit")
    typed = dict(re.findall(r'<input id="[^"]+" name="([^"]+)"[^>]*value="([^"]*)"', reader.page))
    reader.send(f"{customer}/edit", **{**typed, "link.customer_group": group})
    assert "customer_group changed" in reader.page
    assert "is placed" in reader.send(f"{customer}/order")
    until(lambda: "signature is right" in reader.open(f"{at}/webhooks/receivers/inbox"))
    reader.open(f"{at}/situations")
    reader.send(f"{at}/situations/freeze")
    assert "Time stands still" in reader.open(f"{at}/situations")
    reader.send(f"{at}/situations/add-fault", effect="TOO_MANY_REQUESTS", action="list", times="1")
    assert "is in force" in reader.page
    reader.open(f"{at}/data/customers")
    assert "429</span>" in reader.send(f"{at}/send", path="/api/customers", query="")
    reader.open(f"{at}/journal?status=4xx&action=list")
    (failed,) = re.findall(rf'href="{CONSOLE}({at}/journal/\d+)"', reader.page)
    assert "fault-1" in reader.open(failed)
    assert "200</span>" in reader.send(f"{failed}/replay")
    reader.open(f"{at}/situations")
    reader.send(f"{at}/situations/restore", files={"file": snapshot})
    assert "is as the snapshot says" in reader.page
    assert "404" in reader.open(customer)


def _in_chromium(width: int, scheme: str) -> Callable[[str, Path], None]:
    """Return what does it in a browser, where every page is also looked at and held against axe."""

    def drive(url: str, place: Path) -> None:
        require()
        told = {
            "CONSOLE": f"{url}{CONSOLE}",
            "MODULES": str(HERE / "node_modules"),
            "CHROMIUM": str(CHROMIUM),
            "WIDTH": str(width),
            "SCHEME": scheme,
            "SHOTS": str(place),
        }
        done = run(  # noqa: S603 - a script of our own
            [node(), str(STORY)],
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert (done.stdout.strip(), done.stderr, done.returncode) == ("[]", "", 0)
        assert len(list(place.glob(f"*-{width}-{scheme}.png"))) > 15

    drive.__name__ = f"in_chromium_{width}_{scheme}"
    return drive


BROWSERS = [_in_chromium(w, scheme) for w in (400, 1280) for scheme in ("light", "dark")]


@pytest.mark.timeout(600)  # a browser and a server, on a machine that does other things as well
@pytest.mark.parametrize(
    "told", [_without_scripts, *(BROWSERS if CHROMIUM else [])], ids=lambda told: told.__name__
)
def test_a_first_hour(told: Callable[[str, Path], None], tmp_path: Path) -> None:
    """A customer in a group, an order, frozen time, a 429, a replay, a webhook, a snapshot."""
    shots = tmp_path / "shots"
    shots.mkdir()
    with Served(tmp_path, "--customers", "14") as served:
        told(served.ready["http"], shots)
        _, _, log = served.end()

    assert "Traceback" not in log
