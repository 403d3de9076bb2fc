"""``docs/webhooks.md`` is true."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.delivery_search import DeliverySearchSchema
from mockserver.resources.deliveries import STATUSES
from mockserver.resources.registry import registry
from mockserver.webhooks.bookkeeping import OPENED, RETRIES, WARNED
from mockserver.webhooks.signing import signature
from mockserver.webhooks.transport import LIMIT
from tests.webhooks.receivers import FENCE, PAGE, check_receiver, free_port, program

DOCS = Path(__file__).parents[2] / "docs"
CONTROL = (DOCS / "control-plane.md").read_text().partition("\n## Deliveries\n")[2]
BODY = b'{"data":{"id":"\xc3\xbc"}}'
SECRET = "1c0994cc4e996e8c6ee56a2198f66f3c"


def blocks(language: str) -> list[str]:
    return [text for kind, text in FENCE.findall(PAGE) if kind == language]


def test_checking_in_python() -> None:
    space: dict[str, Any] = {}
    exec(blocks("python")[0], space)  # noqa: S102 - our own page
    is_genuine, signed = space["is_genuine"], signature(SECRET, BODY)

    assert is_genuine(BODY, signed, SECRET)
    assert not is_genuine(BODY + b" ", signed, SECRET)
    assert not is_genuine(BODY, signed, SECRET[::-1])
    assert not is_genuine(BODY, "", SECRET)


def test_checking_in_javascript(tmp_path: Path) -> None:
    signed = signature(SECRET, BODY)
    asked = f"""
      const body = Buffer.from("{BODY.hex()}", "hex");
      console.log(
        isGenuine(body, "{signed}", "{SECRET}"),
        isGenuine(Buffer.concat([body, body]), "{signed}", "{SECRET}"),
        isGenuine(body, "", "{SECRET}"));
    """
    (tmp_path / "check.mjs").write_text(blocks("javascript")[0] + asked)
    node = shutil.which("node")
    assert node, "node is needed"
    done = subprocess.run(  # noqa: S603 - our own program
        [node, "check.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True
    )

    assert "true false false\n" == done.stdout


def test_the_receiver_in_flask(tmp_path: Path, app: MockServerApp) -> None:
    """It takes what is signed, and nothing else; that of Express: see ``tests/clients``."""
    (tmp_path / "receiver.py").write_text(program("receiver.py"))
    port = free_port()
    flask = (sys.executable, "-m", "flask", "--app", "receiver", "run", "--port", str(port))

    check_receiver(app, flask, tmp_path, port)


def test_the_test_of_the_page_passes(tmp_path: Path, data_directory: Path) -> None:
    name = "test_webhooks.py"
    (tmp_path / name).write_text(program(name))
    told = ["-o", f"mockserver_data_directory={data_directory}", "-W", "error"]
    plugins = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:asyncio"]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "pytest", "-q", *plugins, *told, name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout


def test_numbers() -> None:
    """Those of the page are those of the code."""
    assert (5.0, 10, 5, 30) == (LIMIT, RETRIES, WARNED, OPENED)
    for words in ("five seconds for its whole answer", "up to ten times", "After thirty"):
        assert words in PAGE
    assert f"… {2**RETRIES} seconds" in PAGE


@pytest.mark.parametrize("name", [*DeliverySearchSchema().fields, *STATUSES, "settled", "idle"])
def test_every_parameter_is_there(name: str) -> None:
    assert f"`{name}`" in CONTROL.partition("\n## ")[0]


def test_every_attribute_of_ones_own_is_there() -> None:
    """Beside what every type has."""
    common = registry()["tags"].attributes
    own = [n for n in registry()["webhooks"].attributes if n not in common or n == "name"]

    assert [] == [name for name in own if f"`{name}`" not in PAGE and name != "disabled_at"]
