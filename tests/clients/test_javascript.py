"""The official SDK and its authentication library, unmodified, over https."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.conftest import Node
from tests.clients.install import HERE

SCRIPTS = sorted((HERE / "javascript").glob("*.test.mjs"))
#: Prints what has failed, and otherwise how many tests there were.
REPORTER = HERE / "javascript" / "failures.mjs"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name.split(".")[0])
def test_javascript(script: Path, run_node: Node, expired_token: str) -> None:
    """Every test in the script passes, and there is one."""
    said = run_node(f"--test-reporter={REPORTER}", script, SANDBOX_EXPIRED_TOKEN=expired_token)

    assert said.endswith(" passed\n")
    assert not said.startswith("0 ")
