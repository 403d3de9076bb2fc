"""Reads the regular expressions that records hold: Ruby's, found anywhere in a text.

Those of SKU lists and options, shipping zones and tax rules (catalogue.md §1.4): ``^`` and ``$``
are the ends of a line, ``(?i)`` counts to the end of its group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

from mockserver.automata import (
    FINISH,
    LAST_LINE_FINISH,
    LINE_FINISH,
    LINE_START,
    NO_WORD_EDGE,
    START,
    WORD_EDGE,
    Automaton,
    Here,
    Part,
)
from mockserver.effort import Allowance, spend
from mockserver.errors import Refusal
from mockserver.expressions import Parser, PatternError

#: The steps of 50 ms: what takes longer does not match (catalogue.md §1.4).
STEPS = 500_000
#: Steps that a letter of an expression costs when it is read.
A_LETTER = 40
FLAGS = re.compile(r"\(\?(?P<on>[im]*)(?:-(?P<off>[imx]*))?(?P<end>[:)])")
#: The flags of Ruby in those of Python: a dot is a line feed, too, in what Ruby calls ``m``.
LETTERS: Mapping[str, re.RegexFlag] = {"i": re.IGNORECASE, "m": re.DOTALL, "x": re.NOFLAG}
#: What Python keeps for operations on sets; elsewhere these are characters like others.
RESERVED = re.compile(r"(\\.)|([\[&~|]|(?<=-)-)", re.DOTALL)
NAMED_SET = re.compile(r"\[:(\w+):\]")
#: The sets that have names, in words of Python's expressions.
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


@lru_cache(maxsize=256)
def pattern(text: str) -> Automaton:
    """Return the automaton that finds the expression.

    Raises:
        PatternError: it is none, or one that no automaton finds.
        Refusal: 400, it is too much work for one request.
    """
    spend(A_LETTER * len(text))
    return RubyParser(text).automaton()


def is_found(expression: str, text: str) -> bool:
    """Say whether some of a text matches; not where that takes too long to find out.

    Raises:
        Refusal: 400, all of what is looked for is too much work for one request.
    """
    allowance = Allowance(STEPS)
    try:
        with allowance:
            return pattern(expression).is_in(text)
    except (PatternError, Refusal):
        return False
    finally:
        spend(allowance.spent)


class RubyParser(Parser):
    """Reads an expression that Ruby takes."""

    sets: ClassVar = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", re.DOTALL)
    anchors: ClassVar = re.compile(r"\^|\$|\\[AZzbB]")
    conditions: Mapping[str, Here] = MappingProxyType(
        {
            "^": LINE_START,
            "$": LINE_FINISH,
            r"\A": START,
            r"\z": FINISH,
            r"\Z": LAST_LINE_FINISH,
            r"\b": WORD_EDGE,
            r"\B": NO_WORD_EDGE,
        }
    )
    groups: ClassVar = re.compile(r"\((?:\?(?P<kind>:|=|!|<=|<!|<[A-Za-z_]\w*>))?")
    flags = re.NOFLAG
    quantifier: ClassVar = re.compile(
        r"(?:(?P<sign>[*+?])|\{(?![,]?\})(?P<least>\d*)(?P<range>,(?P<most>\d*))?\})\??"
    )

    def _atom(self, depth: int) -> Part:
        if flags := self.taken(FLAGS):
            return self._flagged(flags, depth)
        return super()._atom(depth)

    def _flagged(self, flags: re.Match[str], depth: int) -> Part:
        """Read what flags are for: their own group, or the rest of the one they stand in."""
        before = self.flags
        for letter in flags["on"]:
            self.flags |= LETTERS[letter]
        for letter in flags["off"] or "":
            self.flags &= ~LETTERS[letter]
        part = self._group(":", depth) if flags["end"] == ":" else self.choice(depth + 1)
        self.flags = before
        return part

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
