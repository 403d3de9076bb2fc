"""Random seed of one mode of an organization: all that looks random there derives from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mockserver.entropy import Entropy
from mockserver.identifiers import Identifiers
from mockserver.late_dataclass import dataclass
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.storage.base import Partition

#: What the streams of random values are counted under: no type has such a name.
DRAWS = "_draws"


@dataclass(frozen=True, slots=True)
class RandomSeed:
    """Where ids and random values come from: one's own seed, slug and mode, or a snapshot's."""

    seed: object
    slug: str
    mode: str

    @property
    def identifiers(self) -> Identifiers:
        """The ids, of every number of every type."""
        return Identifiers(self.seed, self.slug, self.mode)

    def entropy(self, *purpose: str) -> Entropy:
        """Return a new stream of random values that only this purpose draws from."""
        return Entropy(self.seed, self.slug, self.mode, *purpose)

    def next_entropy(self, partition: Partition) -> Entropy:
        """Return a new stream of random values, unlike any before.

        How many there were is kept with the records: after a restart or a restore the next one is
        the next one, and none comes twice.
        """
        return self.entropy("values", str(partition.next_number(DRAWS)))

    def remembered(self) -> Mapping[str, Any]:
        """Return the form in which it is stored with the records."""
        return asdict(self)


def remembered_random_seed(partition: Partition) -> RandomSeed | None:
    """Return the origin that is kept with the records, if any is."""
    records, _ = partition.select(ORGANIZATIONS, limit=1)
    stored = records[0].get("made", {}).get("origin") if records else None
    return RandomSeed(**stored) if stored else None
