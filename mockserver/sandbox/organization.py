"""Organizations: the tenants of a server, each with a test and a live sandbox."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.access import MODES, Mode
from mockserver.clock import Clock
from mockserver.entropy import Entropy
from mockserver.sandbox.sandbox import Sandbox
from mockserver.storage.base import Record, Storage
from mockserver.storage.conditions import Compare


class Organization:
    """One tenant: nothing of it, not even its ids and its time, crosses to another.

    Attributes:
        slug: its name in host names.
        clock: its time, the same for both modes.
        seed: what its ids and random values are derived from.
    """

    def __init__(self, slug: str, storage: Storage, clock: Clock, seed: object) -> None:
        """Open the organization's partitions."""
        self.slug = slug
        self.clock = clock
        self.seed = seed
        self.entropy = self.entropy_of("organization")
        self._sandboxes = {
            mode: Sandbox(self, mode, storage.partition(slug, mode)) for mode in MODES
        }

    def sandbox(self, mode: Mode) -> Sandbox:
        """Return one mode's sandbox."""
        return self._sandboxes[mode]

    @property
    def id(self) -> str:
        """The public id, the same in both modes."""
        id_: str = self._sandboxes["test"].organization_record()["id"]
        return id_

    def entropy_of(self, *purpose: str) -> Entropy:
        """Return a new stream of random values that only this purpose draws from."""
        return Entropy(self.seed, self.slug, *purpose)


class Organizations:
    """All organizations of a server, by slug."""

    def __init__(self, storage: Storage) -> None:
        """Start with none."""
        self.storage = storage
        self._organizations: dict[str, Organization] = {}

    def open(self, slug: str, clock: Clock, seed: object) -> Organization:
        """Return the organization with the slug, opened when it is not."""
        if slug not in self._organizations:
            self._organizations[slug] = Organization(slug, self.storage, clock, seed)
        return self._organizations[slug]

    def drop(self, slug: str) -> None:
        """Forget an organization and everything it holds."""
        del self._organizations[slug]
        self.storage.drop(slug)

    def get(self, slug: str) -> Organization | None:
        """Return the organization with the slug, if any."""
        return self._organizations.get(slug)

    def __iter__(self) -> Iterator[Organization]:
        """Iterate over the organizations, oldest first."""
        return iter(list(self._organizations.values()))

    def client(self, client_id: str) -> tuple[Sandbox, Record] | None:
        """Return the sandbox and the ``applications`` record a client id belongs to."""
        for organization in self:
            for mode in MODES:
                sandbox = organization.sandbox(mode)
                found = sandbox.find("applications", Compare("uid", "eq", client_id))
                if found:
                    return sandbox, found[0]
        return None
