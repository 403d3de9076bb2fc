"""The regular expressions of matchers: those of Python, but for what only backtracking can do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
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
)
from mockserver.expressions import Parser, PatternError

#: The longest expression.
LONGEST = 1000
FLAGS = re.compile(r"\(\?([ims]+)\)")
LETTERS: Mapping[str, re.RegexFlag] = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
UNSUPPORTED = (
    "it has what can take for ever, such as \\1, (?>...) or a++, or what no matcher here knows"
)


@lru_cache(maxsize=64)
def expression(text: str) -> Automaton:
    """Return the automaton that finds a regular expression, as ``re.search`` does.

    Raises:
        PatternError: it is none, or one that is not supported; the text says why.
    """
    if len(text) > LONGEST:
        message = f"it is longer than {LONGEST} characters"
        raise PatternError(message)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"it is no regular expression: {error}"
        raise PatternError(message) from None
    try:
        return MatcherParser(text).automaton()
    except PatternError as error:
        raise PatternError(str(error) or UNSUPPORTED) from None


class MatcherParser(Parser):
    """Reads an expression that Python takes."""

    sets: ClassVar = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
    groups: ClassVar = re.compile(r"\((?:\?(?P<kind>:|=|!|<=|<!|P<\w+>))?")
    quantifier: ClassVar = re.compile(
        r"(?:(?P<sign>[*+?])|\{(?!\})(?P<least>\d*)(?P<range>,(?P<most>\d*))?\})\??"
    )

    def __init__(self, text: str) -> None:
        """Read a text, behind the flags it begins with."""
        found = FLAGS.match(text)
        super().__init__(text, found.end() if found else 0)
        self.flags = re.NOFLAG
        for letter in found[1] if found else "":
            self.flags |= LETTERS[letter]
        many_lines = bool(self.flags & re.MULTILINE)
        self.conditions: Mapping[str, Here] = {
            r"\A": START,
            r"\Z": FINISH,
            "^": LINE_START if many_lines else START,
            "$": LINE_FINISH if many_lines else LAST_LINE_FINISH,
            r"\b": WORD_EDGE,
            r"\B": NO_WORD_EDGE,
        }
