"""The regular expressions that choose SKUs by their codes, in the dialect of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

from mockserver.automata import Automaton
from mockserver.expressions import Parser, PatternError

IGNORING_CASE = "(?i)"
#: What Python keeps for operations on sets; elsewhere these are characters like others.
RESERVED = re.compile(r"(\\.)|([\[&~|]|(?<=-)-)", re.DOTALL)
NAMED_SET = re.compile(r"\[:(\w+):\]")
#: The sets that PostgreSQL names, in words of Python's expressions.
NAMED_SETS: Mapping[str, str] = {
    "alnum": r"0-9A-Za-z",
    "alpha": r"A-Za-z",
    "digit": r"0-9",
    "lower": r"a-z",
    "upper": r"A-Z",
    "space": r"\s",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": r"0-9A-Fa-f",
}


@lru_cache(maxsize=64)
def pattern(text: str) -> Automaton:
    """Return what finds the expression that a text is.

    Raises:
        PatternError: it is none.
    """
    ignoring = text.startswith(IGNORING_CASE)
    parser = CodeParser(text, len(IGNORING_CASE) * ignoring)
    parser.flags |= re.IGNORECASE * ignoring
    return parser.automaton()


class CodeParser(Parser):
    """Reads the expression of a SKU list."""

    sets: ClassVar = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", re.DOTALL)
    anchors: ClassVar = re.compile(r"\^|\$|\\[AZzbB]")
    conditions = MappingProxyType({**Parser.conditions, r"\z": Parser.conditions[r"\Z"]})
    groups: ClassVar = re.compile(r"\((?:\?(?P<kind>:|=|!|<[A-Za-z]\w*>))?")

    def set_(self, text: str) -> str:
        """Return a set, its named parts written out."""
        inside = RESERVED.sub(_literal, NAMED_SET.sub(_named_set, text[1:-1]))
        return f"[{inside}]"


def _literal(found: re.Match[str]) -> str:
    return found[1] or rf"\{found[2]}"


def _named_set(found: re.Match[str]) -> str:
    if found[1] not in NAMED_SETS:
        raise PatternError
    return NAMED_SETS[found[1]]
