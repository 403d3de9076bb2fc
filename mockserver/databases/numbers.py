"""Numbers that a transaction gives: it holds the partition, so that nobody else gives any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field

from mockserver.late_dataclass import dataclass

#: Partition and type.
Key = tuple[int, str]


@dataclass(slots=True)
class Numbers:
    """The last numbers of types, as an open transaction knows them.

    Attributes:
        last: of each type that was looked at.
        risen: the types whose number is to be written down.
        cleared: the partitions that were emptied, and have forgotten their numbers.
    """

    last: dict[Key, int] = field(default_factory=dict)
    risen: set[Key] = field(default_factory=set)
    cleared: set[int] = field(default_factory=set)

    def rise(self, key: Key, number: int) -> None:
        """Give none up to this one again."""
        self.last[key] = number
        self.risen.add(key)

    def clear(self, partition: int) -> None:
        """Forget what a partition has given."""
        self.cleared.add(partition)
        for key in [key for key in self.last if key[0] == partition]:
            del self.last[key]
            self.risen.discard(key)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Go back to what was before where that fails, but give no number again.

        Those of a partition that it has emptied are as they were.
        """
        before = Numbers(dict(self.last), set(self.risen), set(self.cleared))
        try:
            yield
        except BaseException:
            kept = self.given(self.cleared - before.cleared)
            self.last, self.risen, self.cleared = before.last, before.risen, before.cleared
            for key, number in kept.items():
                if number > self.last.get(key, -1):
                    self.rise(key, number)
            raise

    def given(self, without: set[int]) -> Mapping[Key, int]:
        """Return the numbers to be written down, but for these partitions."""
        return {key: self.last[key] for key in self.risen if key[0] not in without}
