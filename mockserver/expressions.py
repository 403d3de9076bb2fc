"""Reads regular expressions: what their dialects have in common.

What a dialect does not know, or what no automaton can do (``automata``), is refused: references
back to what a group has matched, and parts that never give back what they took.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from mockserver.automata import (
    FINISH,
    NO_WORD_EDGE,
    START,
    WORD_EDGE,
    Automaton,
    Choice,
    Here,
    One,
    Part,
    Repeated,
    Sequence,
    TooLarge,
    ahead,
    behind,
)

#: Deeper groups than anybody writes, and more conditions on what comes next or was before.
DEEPEST, MOST_LOOKS, MOST_TIMES = 50, 20, 9999
SIGNS: Mapping[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
ESCAPE = re.compile(r"\\(?:[dDwWsStnrfv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^0-9A-Za-z])", re.DOTALL)


class PatternError(ValueError):
    """The text is no regular expression, or one with what is not supported; perhaps it says so."""


class Parser:
    """Reads an expression from left to right; of a dialect that derives from it.

    Attributes:
        sets: how a set of letters looks.
        anchors: how a condition on the position looks.
        conditions: what each of them means.
        groups: how a group begins, its kind in a group of that name.
        flags: those of Python that single letters are read with.
        quantifier: how many times something is to be there.
    """

    sets: ClassVar[re.Pattern[str]]
    anchors: ClassVar = re.compile(r"\^|\$|\\[AZbB]")
    conditions: Mapping[str, Here] = {
        **dict.fromkeys(("^", r"\A"), START),
        **dict.fromkeys(("$", r"\Z"), FINISH),
        r"\b": WORD_EDGE,
        r"\B": NO_WORD_EDGE,
    }
    groups: ClassVar[re.Pattern[str]]
    flags: re.RegexFlag = re.DOTALL
    quantifier: ClassVar = re.compile(
        r"(?:(?P<sign>[*+?])|\{(?P<least>\d+)(?P<range>,(?P<most>\d*))?\})\??"
    )

    def __init__(self, text: str, at: int = 0) -> None:
        """Read a text, from this place on."""
        self.text = text
        self.at = at
        self._looks = 0

    def automaton(self) -> Automaton:
        """Return the automaton that finds the expression.

        Raises:
            PatternError: it is none.
        """
        part = self.choice(0)
        if self.at < len(self.text):
            # A closing bracket too many.
            raise PatternError
        return self._made(part)

    @staticmethod
    def _made(part: Part) -> Automaton:
        try:
            return Automaton(part)
        except TooLarge:
            message = "it is too large: write out or repeat less"
            raise PatternError(message) from None

    def taken(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Match the text at hand and go on behind the match."""
        match = expression.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def choice(self, depth: int) -> Part:
        """Read alternatives, up to the end of their group."""
        if depth > DEEPEST:
            message = f"it has groups in groups, more than {DEEPEST} deep"
            raise PatternError(message)
        parts = [self._sequence(depth)]
        while self.text.startswith("|", self.at):
            self.at += 1
            parts.append(self._sequence(depth))
        return Choice(tuple(parts)) if len(parts) > 1 else parts[0]

    def _sequence(self, depth: int) -> Part:
        parts = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self._atom(depth)
            if quantifier := self.taken(self.quantifier):
                part = self._repeated(part, quantifier)
            parts.append(part)
        return Sequence(tuple(parts))

    def _repeated(self, part: Part, quantifier: re.Match[str]) -> Part:
        if quantifier["sign"]:
            least, most = SIGNS[quantifier["sign"]]
        else:
            least = _times(quantifier["least"] or "0")
            limit = quantifier["most"] if quantifier["range"] else quantifier["least"]
            most = _times(limit) if limit else None
        if (most is not None and most < least) or self.taken(self.quantifier):
            raise PatternError
        return Repeated(part, least, most)

    def _atom(self, depth: int) -> Part:
        if group := self.taken(self.groups):
            return self._group(group["kind"], depth)
        if anchor := self.taken(self.anchors):
            return self.conditions[anchor[0]]
        if found := self.taken(self.sets):
            return self.one(self.set_(found[0]))
        if escape := self.taken(ESCAPE):
            return self.one(escape[0])
        character = self.text[self.at]
        if character in r"\[*+?" or self.quantifier.match(self.text, self.at):
            raise PatternError
        self.at += 1
        return self.one("." if character == "." else re.escape(character))

    def _group(self, kind: str | None, depth: int) -> Part:
        if self.text.startswith("?", self.at):
            # A kind of group that is not supported.
            raise PatternError
        part = self.choice(depth + 1)
        if not self.text.startswith(")", self.at):
            raise PatternError
        self.at += 1
        return self._look(kind, part) if kind in {"=", "!", "<=", "<!"} else part

    def _look(self, kind: str, part: Part) -> Part:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            message = f"it looks ahead or behind more than {MOST_LOOKS} times"
            raise PatternError(message)
        try:
            survey = behind(part) if kind.startswith("<") else ahead(part)
        except TooLarge:
            raise PatternError from None
        return Here(survey, wanted=kind.endswith("="))

    def set_(self, text: str) -> str:
        """Return a set of letters as Python writes it.

        Raises:
            PatternError: it is none.
        """
        return text

    def one(self, text: str) -> Part:
        """Return the part that is one letter, of a kind as Python writes it.

        Raises:
            PatternError: it is none.
        """
        try:
            return One(re.compile(text, self.flags).fullmatch)
        except re.error:
            raise PatternError from None


def _times(digits: str) -> int:
    if len(digits.lstrip("0")) > len(str(MOST_TIMES)):
        message = f"it repeats something more than {MOST_TIMES} times"
        raise PatternError(message)
    return int(digits)
