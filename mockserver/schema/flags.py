"""The five flags of a member, as the contract writes them.

**C** creatable, **U** updatable, **R** fetchable (returned), **f** filterable, **s** sortable.
"""

from __future__ import annotations

from functools import cache


class Flags:
    """The five flags of a field, parsed from ``"CURfs"``."""

    def __init__(self, letters: str) -> None:
        """Read the letters; an unknown one is a mistake in a declaration."""
        unknown = set(letters) - set("CURfs")
        if unknown:
            message = f"unknown flags {sorted(unknown)} in {letters!r}"
            raise ValueError(message)
        self.creatable = "C" in letters
        self.updatable = "U" in letters
        self.fetchable = "R" in letters
        self.filterable = "f" in letters
        self.sortable = "s" in letters


@cache
def flags_of(letters: str) -> Flags:
    """Return the flags of a member: thousands have them, and few are of their own."""
    return Flags(letters)
