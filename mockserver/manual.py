"""The pages of the documentation, which are installed with the package."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

SUFFIX = ".md"


def directory() -> Traversable:
    """Return where the pages are, installed or checked out."""
    packaged = files("mockserver") / "docs"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "docs"


def contents() -> dict[str, str]:
    """Return the title of each page by its name, in the order of the alphabet."""
    found = [file for file in directory().iterdir() if file.name.endswith(SUFFIX)]
    return {
        file.name.removesuffix(SUFFIX): file.read_text("utf-8").partition("\n")[0].lstrip("# ")
        for file in sorted(found, key=lambda file: file.name)
    }


def page(name: str) -> str | None:
    """Return the text of a page; ``None`` if there is no such page.

    Args:
        name: with the suffix or without, as pages name each other.
    """
    name = name.removesuffix(SUFFIX)
    if name not in contents():
        return None
    return (directory() / f"{name}{SUFFIX}").read_text("utf-8")
