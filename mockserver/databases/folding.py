"""Case folding of letters, as the patterns of ``storage/ilike.py`` do it, as a table of letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

#: Behind the last letter that there is small and large.
END = 0x20000


def _pairs() -> Iterator[tuple[str, str]]:
    """Yield every letter that stands for another one: of all that are one, the first small one."""
    small: defaultdict[str, set[str]] = defaultdict(set)
    letters = [each for each in map(chr, range(END)) if _is_cased(each)]
    for letter in letters:
        small[letter.upper()].add(_lower(letter))
    for letter in letters:
        lowered = _lower(letter)
        first = min(small[lowered.upper()] | {lowered})
        if first != letter:
            yield letter, first


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter or letter.upper() != letter


def _lower(letter: str) -> str:
    return letter.lower()[0]


_TABLE = dict(_pairs())
#: Letters, and what each stands for; ASCII is lowered anyway.
UNFOLDED = "".join(letter for letter in _TABLE if not letter.isascii())
FOLDED = "".join(_TABLE[letter] for letter in UNFOLDED)
_FOLDING = str.maketrans(_TABLE)


def fold(text: str) -> str:
    """Return a text in which letters of one kind are the same."""
    return text.translate(_FOLDING)
