"""What the page about clients tells to do works, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import ROOT
from tests.clients.conftest import Environment
from tests.clients.desk import Block, Desk, blocks

PAGE = ROOT / "docs" / "clients.md"
BLOCKS = {block.name: block for block in blocks(PAGE)}
#: Is run together with what else takes long to import the client.
PYTHON_CLIENT = BLOCKS.pop("package.py")

#: What is printed among other things, by the block.
PRINTED = {
    "Certificates": "ca.pem",
    "curl": '"email":"john@example.com"',
    "curl 2": '"attributes":{"email":"john@example.com"}',
    "JavaScript": "VALIDATION_ERROR email - has already been taken /data/attributes/email",
    "customers.mjs": "john@example.com",
    "storefront.mjs": "zoe@example.org true",
    "plain.mjs": "1\n",
    "Command line": "Successfully created new resource of type customers",
    "customers.py": "'vip': True",
    "secure.py": "200",
}


@pytest.fixture
def desk(tmp_path: Path, sandbox: Mapping[str, Any], environment: Environment) -> Desk:
    """Return a place to follow the page, with all its programs."""
    desk = Desk(tmp_path, sandbox, {**environment, "MOCKSERVER_READY_FILE": sandbox["path"]})
    for block in BLOCKS.values():
        desk.put(block)
    return desk


@pytest.mark.parametrize("block", BLOCKS.values(), ids=lambda block: block.name)
def test_recipe(block: Block, desk: Desk) -> None:
    """A block does what it is for."""
    assert PRINTED[block.name] in desk.run(block)


def test_every_recipe_is_there() -> None:
    """What is not on the page is not waited for."""
    assert set(PRINTED) == set(BLOCKS)
