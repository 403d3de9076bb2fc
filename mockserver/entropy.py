"""The only place that draws random values.

A seeded source repeats itself from run to run and machine to machine; an unseeded one does not.
"""

from __future__ import annotations

import hashlib
import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


#: The bits of a UUID that say version and variant, and what they are for version 4 (RFC 9562).
UUID_FIXED = 0xF000 << 64 | 0xC000 << 48
UUID_VERSION = 0x4000 << 64 | 0x8000 << 48


class Entropy:
    """A source of ids, tokens and other random values.

    Args:
        *seed: what the stream is derived from (any printable values); none for an
            unpredictable stream.
    """

    def __init__(self, *seed: object) -> None:
        """Open the stream that belongs to the seed."""
        # A sandbox repeats itself: what its tokens open is not real.
        self._random = random.Random(fingerprint(*seed)) if seed else random.SystemRandom()  # noqa: S311

    def uuid(self) -> str:
        """Return a UUID v4."""
        digits = f"{self._random.getrandbits(128) & ~UUID_FIXED | UUID_VERSION:032x}"
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return "-".join(parts)

    def hex(self, digits: int) -> str:
        """Return so many hexadecimal digits."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def token(self, characters: int = 43) -> str:
        """Return so many URL-safe base64 characters."""
        raw = self._random.randbytes(characters * 3 // 4 + 1)
        return urlsafe_b64encode(raw).decode()[:characters]

    def bytes(self, count: int) -> bytes:
        """Return so many bytes."""
        return self._random.randbytes(count)

    def fraction(self) -> float:
        """Return a float in [0, 1)."""
        return self._random.random()

    def below(self, limit: int) -> int:
        """Return an integer from 0 on that is less than the limit."""
        # By our own arithmetic, here and below: what the standard library makes of a stream of
        # bits may change with the Python version.
        return int(self._random.random() * limit)

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[int(self._random.random() * len(values))]

    def sample(self, values: Sequence[T], count: int) -> list[T]:
        """Return so many different ones of the values, or all there are, in random order."""
        rest = list(values)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]


def fingerprint(*values: object) -> int:
    """Return a 64-bit number that depends on the values only, not on Python's hash seed."""
    text = "\x1f".join(map(str, values))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
