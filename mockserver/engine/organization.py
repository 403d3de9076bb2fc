"""Organizations: the tenants of a server, each with a test and a live sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from threading import RLock

from mockserver.access import MODES, Mode
from mockserver.clock import Clock
from mockserver.effort import unbounded
from mockserver.engine.furnishing import WAITING, is_postponed, is_waiting, postpone
from mockserver.engine.job_queue import NEVER
from mockserver.engine.listeners import EventListeners
from mockserver.engine.sandbox import Sandbox
from mockserver.engine.tenant import SeedOptions, Tenant
from mockserver.resources.applications import APPLICATIONS
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.storage.base import Partition, Record, Storage, StorageError
from mockserver.storage.conditions import Compare
from mockserver.storage.memory import MemoryStorage


class Organization(Tenant):
    """One tenant with its sandboxes: nothing of it, not even ids and time, crosses to another."""

    def __init__(  # noqa: PLR0913, PLR0917 - what makes an organization
        self,
        slug: str,
        storage: Storage,
        clock: Clock,
        seed: object,
        seed_options: SeedOptions,
        listeners: EventListeners,
    ) -> None:
        """Open the organization's partitions."""
        super().__init__(slug, storage, clock, seed, seed_options, listeners)
        self._sandboxes = {mode: Sandbox(self, mode, listeners) for mode in MODES}
        #: Whether the records are gone with the process.
        self._is_volatile = type(storage) is MemoryStorage
        self._waiting: dict[Mode, Callable[[Sandbox], None]] = {}
        self._seeding = RLock()
        self._furnishing = listeners.furnishing

    def sandbox(self, mode: Mode) -> Sandbox:
        """Return one mode's sandbox, with all that it is seeded with."""
        if self._waiting:
            self._have(mode)
        return self._sandboxes[mode]

    def furnish(self, mode: Mode, seeding: Callable[[Sandbox], None]) -> None:
        """Seed a mode: at once, or, if it is live and nothing is lost so, when it is asked for.

        Most tests never ask for it. What it is seeded with is the same whenever that is.
        """
        if mode == "live" and self._is_volatile:
            self._waiting[mode] = seeding
        else:
            seeding(self._sandboxes[mode])

    def _have(self, mode: Mode) -> None:
        with self._seeding:
            seeding = self._waiting.get(mode)
            if seeding is None:
                return
            # It asks for the sandbox as well.
            self._waiting[mode] = _nothing
            try:
                with unbounded():
                    seeding(self._sandboxes[mode])
            except BaseException:
                self._waiting[mode] = seeding
                raise
            del self._waiting[mode]

    def records(self, mode: Mode) -> Partition:
        """Return the records of one mode, all that it is seeded with included."""
        return self.sandbox(mode).partition

    def active(self) -> Iterable[Sandbox]:
        """Return the sandboxes in which anything may go on: those that have been asked for."""
        return [sandbox for mode, sandbox in self._sandboxes.items() if mode not in self._waiting]

    def work(self, within: float = NEVER) -> None:
        """Do what is due by now, in both modes; see ``JobQueue.work``."""
        for sandbox in self.active():
            sandbox.job_queue.work(within)

    @property
    def next_due(self) -> float:
        """In how many seconds something is due; infinite when nothing will be by itself."""
        if self.clock.frozen_at is not None:
            return NEVER
        first = min(sandbox.job_queue.next_due for sandbox in self.active())
        return first - self.clock.seconds()

    def postpone(self, mode: Mode) -> bool:
        """Let a mode that holds what tokens need, and no more, wait for the rest.

        Returns:
            Whether it can wait.
        """
        if self._furnishing:
            postpone(self._sandboxes[mode], self._furnishing)
        return self._furnishing is not None

    def remember(self) -> None:
        """Store seed, seed options and random seeds, for when the storage is opened again."""
        for sandbox in self._sandboxes.values():
            record = sandbox.organization_record()
            made = {
                "seed": self.seed,
                "recipe": asdict(self.seed_options),
                "origin": sandbox.random_seed.remembered(),
            }
            if is_postponed(sandbox):
                made[WAITING] = True
            sandbox.partition.put(ORGANIZATIONS, {**record, "made": made})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing in both modes, what ids and random values derive from included."""
        sandboxes = [self.sandbox(mode) for mode in MODES]
        origins = [sandbox.random_seed for sandbox in sandboxes]
        try:
            with ExitStack() as opened:
                for sandbox in sandboxes:
                    opened.enter_context(sandbox.transaction())
                yield
        except BaseException:
            self._waiting.clear()
            for sandbox, random_seed in zip(sandboxes, origins, strict=True):
                sandbox.settle(random_seed)
            raise


def _nothing(sandbox: Sandbox) -> None:
    """Leave a sandbox that is being seeded as it is."""


class Organizations:
    """All organizations of a server, by slug.

    Attributes:
        storage: where their records are.
        listeners: what they share.
    """

    def __init__(self, storage: Storage) -> None:
        """Start with none."""
        self.storage = storage
        self.listeners = EventListeners()
        self._organizations: dict[str, Organization] = {}
        #: Where a client was found before: nobody looks through a thousand organizations twice.
        self._clients: dict[str, Sandbox] = {}

    def reopen(self, slug: str, clock: Clock) -> None:
        """Open an organization the storage holds, with the seed and seed options it was made with.

        One that was never made ready, as the server died over it, is forgotten.
        """
        partitions = [self.storage.partition(slug, mode) for mode in MODES]
        records = [partition.select(ORGANIZATIONS, limit=1)[0] for partition in partitions]
        if not all(records):
            self.storage.drop(slug)
            return
        made = records[0][0]["made"]
        organization = self.open(slug, clock, made["seed"], SeedOptions(**made["recipe"]))
        for mode, (record,) in zip(MODES, records, strict=True):
            if is_waiting(record):
                organization.postpone(mode)

    def open(
        self, slug: str, clock: Clock, seed: object, seed_options: SeedOptions | None = None
    ) -> Organization:
        """Return the organization with the slug, opened when it is not."""
        if slug not in self._organizations:
            self._organizations[slug] = Organization(
                slug, self.storage, clock, seed, seed_options or SeedOptions(), self.listeners
            )
        return self._organizations[slug]

    def drop(self, slug: str) -> None:
        """Forget an organization and everything it holds."""
        self.storage.drop(slug)
        self._forget(slug)

    def abandon(self, slug: str) -> None:
        """Forget an organization that could not be made ready, even if the storage cannot."""
        self._forget(slug)
        with suppress(StorageError):
            self.storage.drop(slug)

    def _forget(self, slug: str) -> None:
        dropped = self._organizations.pop(slug)
        self._clients = {
            id_: sandbox
            for id_, sandbox in self._clients.items()
            if sandbox.organization is not dropped
        }

    def get(self, slug: str) -> Organization | None:
        """Return the organization with the slug, if any."""
        return self._organizations.get(slug)

    def __iter__(self) -> Iterator[Organization]:
        """Iterate over the organizations, oldest first."""
        return iter(list(self._organizations.values()))

    def client(self, client_id: str) -> tuple[Sandbox, Record] | None:
        """Return the sandbox and the ``applications`` record a client id belongs to."""
        known = self._clients.get(client_id)
        for sandbox in (*((known,) if known else ()), *self._sandboxes()):
            found = sandbox.find(APPLICATIONS, Compare("uid", "eq", client_id))
            if found:
                self._clients[client_id] = sandbox
                return sandbox, found[0]
        return None

    def _sandboxes(self) -> Iterator[Sandbox]:
        for organization in self:
            yield from (organization.sandbox(mode) for mode in MODES)
