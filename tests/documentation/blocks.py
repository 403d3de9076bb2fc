"""Every fenced block of README and docs, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.cli.processes import ROOT

DOCS = ROOT / "docs"
#: The contract in docs/contract is a text of its own, with no block for a reader to run.
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in DOCS.rglob("*.md") if DOCS / "contract" not in page.parents),
]
_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<info>.*)$")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A block.

    Attributes:
        page: path below the root.
        line: of the opening fence.
        info: what stands behind it: the language, and what else a page says there.
        text: without the indentation of the block.
    """

    page: str
    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        """The first word of the info string."""
        return self.info.partition(" ")[0]

    @property
    def file(self) -> str:
        """The name of the file that a comment in its first line says it is, if any."""
        found = re.match(r"(?:<\?php )?(?://|#|<!--) (\S+\.\w+)\b", self.text)
        return found[1] if found else ""

    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.page}:{self.line} [{self.info}]"


def fenced(page: Path) -> Iterator[Fenced]:
    """Yield the blocks of a page, in its order."""
    lines = enumerate(page.read_text().splitlines(), 1)
    for number, line in lines:
        if opening := _FENCE.match(line):
            inner = []
            for _, each in lines:
                if each.strip() == opening["ticks"]:
                    break
                inner.append(each)
            text = dedent("\n".join(inner)) + "\n" if inner else ""
            name = page.relative_to(ROOT).as_posix()
            yield Fenced(name, number, opening["info"].strip(), text)


BLOCKS = [block for page in PAGES for block in fenced(page)]


def of(page: str, *languages: str) -> list[Fenced]:
    """Return the blocks of a page in some languages."""
    return [block for block in BLOCKS if block.page == page and block.language in languages]
