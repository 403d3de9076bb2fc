"""The public ids: ten ASCII letters that hide, reversibly, a record's number (conventions.md §3).

As in the real service an id is a hash of the internal key, so the number of an id is known even
when its record is gone: paging by ``id_gt`` survives deletions.
"""

from __future__ import annotations

from string import ascii_letters

from mockserver.entropy import fingerprint

LENGTH = 10
BASE = len(ascii_letters)
SPACE = BASE**LENGTH
#: Two letters at a time are half the work: seeding makes hundreds of thousands of ids.
PAIRS = [low + high for high in ascii_letters for low in ascii_letters]
POSITIONS = {letter: position for position, letter in enumerate(ascii_letters)}


class Identifiers:
    """The ids of one mode of one organization; other seeds give other ids."""

    def __init__(self, *seed: object) -> None:
        """Derive the ids from the seed."""
        self._seed = seed
        self._keys: dict[str, tuple[int, int, int]] = {}

    def encode(self, type_: str, number: int) -> str:
        """Return the id that stands for the number in the type."""
        factor, shift, _ = self._key(type_)
        value = (number * factor + shift) % SPACE
        pairs = []
        for _ in range(LENGTH // 2):
            value, pair = divmod(value, BASE**2)
            pairs.append(PAIRS[pair])
        return "".join(pairs)

    def decode(self, type_: str, id_: str) -> int | None:
        """Return the number the id stands for, ``None`` for what is not an id."""
        if len(id_) != LENGTH or not all(letter in POSITIONS for letter in id_):
            return None
        value = 0
        for letter in reversed(id_):
            value = value * BASE + POSITIONS[letter]
        _, shift, inverse = self._key(type_)
        number: int = (value - shift) * inverse % SPACE
        return number

    def _key(self, type_: str) -> tuple[int, int, int]:
        """Return a factor without a common divisor with the space, a shift, and its inverse."""
        if type_ not in self._keys:
            factor = fingerprint("factor", type_, *self._seed) % SPACE | 1
            while factor % 13 == 0:
                factor += 2
            shift = fingerprint("shift", type_, *self._seed) % SPACE
            self._keys[type_] = (factor, shift, pow(factor, -1, SPACE))
        return self._keys[type_]
