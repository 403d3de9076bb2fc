"""The regular expressions that choose SKUs by their codes, matched in polynomial time.

What a list asks for comes from outside, and a backtracking matcher can be kept busy for ever by
``(a+)+$``. This one moves positions through the expression, each part once from each position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

Positions = frozenset[int]

NOWHERE: Positions = frozenset()
#: Deeper groups than anybody writes.
DEEPEST = 50
IGNORING_CASE = "(?i)"
QUANTIFIER = re.compile(
    r"(?:(?P<sign>[*+?])|\{(?P<least>\d{1,4})(?P<range>,(?P<most>\d{1,4})?)?\})\??"
)
SIGNS: Mapping[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
SET = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", re.DOTALL)
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
ESCAPE = re.compile(r"\\(?:[dDwWsStnrfv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^0-9A-Za-z])", re.DOTALL)
ANCHOR = re.compile(r"\^|\$|\\[AZzbB]")
GROUP = re.compile(r"\((?:\?(?P<kind>:|=|!|<[A-Za-z]\w*>))?")


class PatternError(ValueError):
    """The text is no regular expression, or one with what is not supported."""


@dataclass(slots=True)
class Walk:
    """One text on its way through an expression.

    Attributes:
        text: the text.
        known: where each part leads from each position, as far as it was asked.
    """

    text: str
    known: dict[tuple[int, int], Positions] = field(default_factory=dict)

    def from_any(self, part: Part, starts: Iterable[int]) -> Positions:
        """Return where matches of a part can end that begin at one of the positions."""
        found: set[int] = set()
        for start in starts:
            key = id(part), start
            if key not in self.known:
                self.known[key] = part(self, start)
            found |= self.known[key]
        return frozenset(found)


#: Gives, for a start, where matches of a part of the expression can end.
Part = Callable[[Walk, int], Positions]


@dataclass(frozen=True)
class Pattern:
    """A regular expression.

    Attributes:
        whole: the expression as one part.
    """

    whole: Part

    def is_in(self, text: str) -> bool:
        """Say whether some of the text matches."""
        return bool(Walk(text).from_any(self.whole, range(len(text) + 1)))


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """Return the expression that a text is.

    Raises:
        PatternError: it is none.
    """
    return Pattern(Parser(text).whole)


# --- the parts ------------------------------------------------------------------------------------


def one(test: Callable[[str], object]) -> Part:
    """Return the part that is one character of a kind."""

    def ends(walk: Walk, at: int) -> Positions:
        fits = at < len(walk.text) and test(walk.text[at])
        return frozenset((at + 1,)) if fits else NOWHERE

    return ends


def here(test: Callable[[Walk, int], object]) -> Part:
    """Return the part that is a condition on the position."""
    return lambda walk, at: frozenset((at,)) if test(walk, at) else NOWHERE


def sequence(parts: list[Part]) -> Part:
    """Return the part that is others, one after the other."""

    def ends(walk: Walk, at: int) -> Positions:
        positions: Positions = frozenset((at,))
        for part in parts:
            positions = walk.from_any(part, positions)
        return positions

    return ends


def choice(parts: list[Part]) -> Part:
    """Return the part that is one of others."""
    return lambda walk, at: NOWHERE.union(*(walk.from_any(part, (at,)) for part in parts))


def repeated(part: Part, least: int, most: int | None) -> Part:
    """Return the part that is another one, so many times."""

    def ends(walk: Walk, at: int) -> Positions:
        # No text is longer: what can still be repeated then moves no further.
        longest = len(walk.text) + 1
        found: Positions = frozenset((at,))
        for _ in range(min(least, longest)):
            found = walk.from_any(part, found)
        added, reached = found, set(found)
        for _ in range(longest if most is None else min(most - least, longest)):
            added = walk.from_any(part, added) - reached
            if not added:
                break
            reached |= added
        return frozenset(reached)

    return ends


def _is_boundary(walk: Walk, at: int) -> bool:
    around = (walk.text[at - 1 : at], walk.text[at : at + 1])
    before, after = (bool(re.fullmatch(r"\w", character)) for character in around)
    return before != after


ANCHORS: Mapping[str, Part] = {
    **dict.fromkeys(("^", r"\A"), here(lambda _, at: at == 0)),
    **dict.fromkeys(("$", r"\Z", r"\z"), here(lambda walk, at: at == len(walk.text))),
    r"\b": here(_is_boundary),
    r"\B": here(lambda walk, at: not _is_boundary(walk, at)),
}


# --- the expression -------------------------------------------------------------------------------


class Parser:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        """Read a text."""
        self._ignores_case = text.startswith(IGNORING_CASE)
        self._text = text
        self._at = len(IGNORING_CASE) * self._ignores_case

    @cached_property
    def whole(self) -> Part:
        """The expression; a closing bracket too many is left over."""
        part = self._choice(0)
        if self._at < len(self._text):
            raise PatternError
        return part

    def _taken(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Return what of this kind comes next, if it does, and go on behind it."""
        match = expression.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match

    def _choice(self, depth: int) -> Part:
        if depth > DEEPEST:
            raise PatternError
        parts = [self._sequence(depth)]
        while self._text.startswith("|", self._at):
            self._at += 1
            parts.append(self._sequence(depth))
        return choice(parts) if len(parts) > 1 else parts[0]

    def _sequence(self, depth: int) -> Part:
        parts = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            part = self._atom(depth)
            if quantifier := self._taken(QUANTIFIER):
                part = self._repeated(part, quantifier)
            parts.append(part)
        return sequence(parts)

    def _repeated(self, part: Part, quantifier: re.Match[str]) -> Part:
        if quantifier["sign"]:
            least, most = SIGNS[quantifier["sign"]]
        else:
            least = int(quantifier["least"])
            limit = quantifier["most"] if quantifier["range"] else quantifier["least"]
            most = int(limit) if limit else None
        if (most is not None and most < least) or self._taken(QUANTIFIER):
            raise PatternError
        return repeated(part, least, most)

    def _atom(self, depth: int) -> Part:
        if group := self._taken(GROUP):
            return self._group(group["kind"], depth)
        if anchor := self._taken(ANCHOR):
            return ANCHORS[anchor[0]]
        if found := self._taken(SET):
            inside = RESERVED.sub(_literal, NAMED_SET.sub(_named_set, found[0][1:-1]))
            return self._one(f"[{inside}]")
        if escape := self._taken(ESCAPE):
            return self._one(escape[0])
        character = self._text[self._at]
        if character in r"\[*+?" or QUANTIFIER.match(self._text, self._at):
            raise PatternError
        self._at += 1
        return self._one("." if character == "." else re.escape(character))

    def _group(self, kind: str | None, depth: int) -> Part:
        if self._text.startswith("?", self._at):
            # A kind of group that is not supported, looking behind for instance.
            raise PatternError
        part = self._choice(depth + 1)
        if not self._text.startswith(")", self._at):
            raise PatternError
        self._at += 1
        if kind not in ("=", "!"):
            return part
        wanted = kind == "="
        return here(lambda walk, at: bool(walk.from_any(part, (at,))) is wanted)

    def _one(self, text: str) -> Part:
        flags = re.DOTALL | (re.IGNORECASE if self._ignores_case else re.NOFLAG)
        try:
            return one(re.compile(text, flags).fullmatch)
        except re.error:
            raise PatternError from None


def _literal(found: re.Match[str]) -> str:
    return found[1] or rf"\{found[2]}"


def _named_set(found: re.Match[str]) -> str:
    if found[1] not in NAMED_SETS:
        raise PatternError
    return NAMED_SETS[found[1]]
