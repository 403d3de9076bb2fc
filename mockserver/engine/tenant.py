"""An organization as its records know it: name, time, seed, and what it prefers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.access import MODES, Mode
from mockserver.clock import Clock
from mockserver.engine.delays import Delays
from mockserver.engine.preferences import Preferences
from mockserver.entropy import Entropy
from mockserver.late_dataclass import dataclass
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.storage.base import Partition, Storage, looking

DEFAULT_DOMAIN = "cl.localhost"


@dataclass(frozen=True, slots=True)
class SeedOptions:
    """Options of seeding an organization, at its start and whenever it goes back to it.

    Attributes:
        customers: how many each mode has.
        scenario: a named situation, or the path of a file.
        settings: attributes of the organization that differ from the defaults.
        domain: the parent of its host name.
        preferences: what it has otherwise than the server; see ``Preferences``.
        locales: where random customers come from; none: where the committed names are of.
    """

    customers: int = 0
    scenario: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    domain: str = DEFAULT_DOMAIN
    preferences: Mapping[str, Any] = field(default_factory=dict)
    locales: Sequence[str] = ()


@dataclass(slots=True)
class Defaults:
    """Defaults of a server's organizations, unless one has it otherwise.

    Attributes:
        delays: how long things take that are done later.
        preferences: what else they have in common.
        forgotten: how many records the limits have cost by now, by type; see ``Retention``.
    """

    delays: Delays = field(default_factory=Delays)
    preferences: Preferences = field(default_factory=Preferences)
    forgotten: Counter[str] = field(default_factory=Counter)


class Tenant:
    """One organization, its sandboxes apart.

    Attributes:
        slug: its name in host names.
        clock: its time, the same for both modes.
        seed: where its ids and random values derive from.
        seed_options: what it is seeded with.
        defaults: what it has in common with the others.
        partitions: its records, by mode.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what makes an organization
        self,
        slug: str,
        storage: Storage,
        clock: Clock,
        seed: object,
        seed_options: SeedOptions,
        defaults: Defaults,
    ) -> None:
        """Open the organization's partitions."""
        self.slug = slug
        self.clock = clock
        self.seed = seed
        self.seed_options = seed_options
        self.defaults = defaults
        self.partitions = {mode: storage.partition(slug, mode) for mode in MODES}
        self._id = ""
        self._look = looking(self.partitions["test"])

    @property
    def id(self) -> str:
        """The public id, the same in both modes."""
        partition = self.partitions["test"]
        if self._look(ORGANIZATIONS, self._id) is None:
            self._id = partition.select(ORGANIZATIONS, limit=1)[0][0]["id"]
        return self._id

    def records(self, mode: Mode) -> Partition:
        """Return the records of one mode."""
        return self.partitions[mode]

    def preference(self, name: str) -> Any:
        """Return one of its preferences: its own seed options' value, else the server's."""
        own = self.seed_options.preferences
        return own[name] if name in own else getattr(self.defaults.preferences, name)

    def delay(self, name: str) -> float:
        """Return how many seconds the service takes for something: its own, else the server's."""
        own = self.seed_options.preferences.get(name)
        seconds: float = getattr(self.defaults.delays, name) if own is None else own
        return seconds

    def set(self, settings: Mapping[str, Any]) -> None:
        """Set fields of the organization's own record, the same in both modes."""
        for partition in self.partitions.values():
            for record in partition.select(ORGANIZATIONS, limit=1)[0]:
                partition.put(ORGANIZATIONS, {**record, **settings})

    def entropy_of(self, *purpose: str) -> Entropy:
        """Return a new stream of random values that only this purpose draws from."""
        return Entropy(self.seed, self.slug, *purpose)
