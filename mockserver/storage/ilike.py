r"""Patterns of ILIKE: ``%`` any run of characters, ``_`` one of any kind, ``\`` escapes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from mockserver.effort import spend

Test = Callable[[str], bool]

#: Characters of a pattern times those of a text that are looked at for nothing, and for one step.
FREE, A_STEP = 1000, 8
#: The same for characters of a text alone.
FREE_TEXT, TEXT_STEP = 1000, 50


class Like(NamedTuple):
    """A compiled pattern, which says whether a whole text fits, in whatever case.

    Attributes:
        short: up to how many characters a text is short.
        found: of a short text, not null when it fits.
        fits: of any text, for steps of work.
    """

    short: int
    found: Callable[[str], object]
    fits: Test

    def __call__(self, text: str) -> bool:
        """Say whether a text fits."""
        return self.found(text) is not None if len(text) <= self.short else self.fits(text)


@lru_cache(maxsize=256)
def like(pattern: str) -> Like:
    """Compile a pattern; see :class:`Like`.

    A run stops at the first place where what follows it fits, which is always good enough; so the
    time is bounded by the product of both lengths, however many runs a hostile pattern has. Of
    texts that are ASCII, as most are, parts without ``_`` are found in linear time.
    """
    parts = _parts(pattern)
    found = _expression(parts)
    by_expression = _paid(found, len(pattern))
    fits = by_expression
    if pattern.isascii() and None not in (character for part in parts for character in part):
        by_search = _by_search(["".join(filter(None, part)).lower() for part in parts])

        def fits(text: str) -> bool:
            return by_search(text) if text.isascii() else by_expression(text)

    return Like(FREE // (len(pattern) or 1), found, fits)


@lru_cache(maxsize=256)
def literal(pattern: str) -> str:
    """Return the longest part that ASCII texts which fit have in them, lower-case; perhaps none."""
    if not pattern.isascii():
        return ""
    parts = ("".join(each or "\0" for each in part).split("\0") for part in _parts(pattern))
    return max(chain.from_iterable(parts), key=len).lower()


@lru_cache(maxsize=256)
def part_alone(pattern: str) -> str:
    """Return the part, lower-case, that a text has to have in it where that is all that counts."""
    first, *others = _parts(pattern)
    is_plain = pattern.isascii() and not first and len(others) > 1 and not others[-1]
    middle = [part for part in others[:-1] if part] if is_plain else []
    return literal(pattern) if len(middle) == 1 and None not in middle[0] else ""


#: What stands between two runs: characters, ``None`` for one of any kind.
Part = list[str | None]


def _parts(pattern: str) -> list[Part]:
    parts: list[Part] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            parts.append([])
        elif character == "_":
            parts[-1].append(None)
        else:
            parts[-1].append(next(characters, "\\") if character == "\\" else character)
    return parts


def _by_search(parts: list[str]) -> Test:
    """Return the matcher that looks for one part behind the other; all are lower-case ASCII."""
    first, *others = parts
    if not others:
        return lambda text: text.lower() == first
    *middle, last = others
    shortest = len(first) + len(last)

    def fits(text: str) -> bool:
        if len(text) > FREE_TEXT:
            spend(len(text) // TEXT_STEP)
        lowered = text.lower()
        stop = len(text) - len(last)
        if len(text) < shortest or not (lowered.startswith(first) and lowered.endswith(last)):
            return False
        at = len(first)
        for part in middle:
            found = lowered.find(part, at, stop)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return fits


def _expression(parts: list[Part]) -> Callable[[str], object]:
    """Return the matcher that a regular expression makes."""
    first, *others = ("".join(map(_character, part)) for part in parts)
    middle = [part for part in others[:-1] if part]
    flags = re.IGNORECASE | re.DOTALL
    if not others:
        return re.compile(first, flags).fullmatch
    if len(middle) == 1 and not first and not others[-1]:
        return re.compile(middle[0], flags).search
    inner = "".join(f"(?>.*?{part})" for part in middle)
    return re.compile(f"{first}{inner}.*{others[-1]}", flags).fullmatch


def _paid(found: Callable[[str], object], length: int) -> Test:
    def fits(text: str) -> bool:
        spend(length * len(text) // A_STEP)
        return found(text) is not None

    return fits


def _character(character: str | None) -> str:
    return "." if character is None else re.escape(character)
