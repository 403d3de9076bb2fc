"""The page on the design speaks of modules that there are."""

from __future__ import annotations

import re
from pathlib import Path

import mockserver

PACKAGE = Path(mockserver.__file__).parent
PAGE = PACKAGE.parent / "docs" / "design.md"
MODULE = re.compile(r"`((?:\w+/)*\w+\.py)`")


def test_every_module_that_is_named_is_there() -> None:
    """With its folder, or as a file of its own name alone."""
    named = MODULE.findall(PAGE.read_text())
    tests = Path(__file__).parent.glob("*.py")
    everywhere = {path.name for path in (*PACKAGE.rglob("*.py"), *tests)}
    missing = [
        name
        for name in named
        if not ((PACKAGE / name).is_file() or (PACKAGE.parent / name).is_file())
        and ("/" in name or name not in everywhere)
    ]

    assert len(named) > 20
    assert not missing
