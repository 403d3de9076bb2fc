"""One mode's records as behaviours see them, and what all who write them share.

Nothing here asks who may do what; the actions that do are the :class:`~.sandbox.Sandbox`'s.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mockserver.access import SERVICE, Access, Mode, Owner
from mockserver.engine.event_reactions import follow
from mockserver.engine.files import Files
from mockserver.engine.history import HISTORY, History
from mockserver.engine.job_queue import JobQueue
from mockserver.engine.random_seed import RandomSeed, remembered_random_seed
from mockserver.engine.transaction import Transaction, Transactions
from mockserver.entropy import Entropy
from mockserver.errors import refusal
from mockserver.resources.events import Event
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.resources.registry import registry
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import SERIAL, Partition, Record
from mockserver.storage.conditions import EVERYTHING, Condition

if TYPE_CHECKING:
    from mockserver.engine.organization import Organization

Records = list[Record]
EVENTS = Event.type_


class RecordEngine(ABC):
    """The records of one mode of one organization.

    Attributes:
        organization: whose it is.
        mode: test or live.
        partition: the records.
        clock: the organization's.
        identifiers: the ids of the mode.
        random_seed: what ids and random values are derived from.
        traces: the random values that only reading needs.
        job_queue: what is done later.
        files: those that belong to records.
        history: what has changed.
        transactions: what is being written.
    """

    def __init__(self, organization: Organization, mode: Mode, partition: Partition) -> None:
        """Open the mode over its records."""
        self.organization = organization
        self.mode: Mode = mode
        self.partition = partition
        self.registry = registry()
        self.clock = organization.clock
        #: The service itself: allowed everything, in nobody's name.
        self.system = Access(organization.slug, mode, SERVICE)
        self.job_queue = JobQueue(self)
        self.files = Files(self)
        self.history = History(self)
        self.transactions = Transactions(partition)
        self.settle(remembered_random_seed(partition) or self._own_random_seed())

    # --- reading -------------------------------------------------------------------------------

    def get(self, type_: str, id_: str | None, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of a record, or of some of its fields, ``None`` when there is none."""
        if id_ is None:
            return None
        record = self.partition.get(type_, id_, fields)
        return self.history.told(id_) if record is None and type_ == HISTORY else record

    def get_many(self, type_: str, ids: Iterable[str]) -> Mapping[str, Record]:
        """Return copies of the records with these ids, by id; those there are not are left out."""
        return self.partition.get_many(type_, ids)

    def find(self, type_: str, condition: Condition) -> Records:
        """Return copies of the records that match, oldest first."""
        return self.partition.select(type_, condition)[0]

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""
        return self.partition.count(type_, condition)

    def page(self, type_: str, condition: Condition, limit: int, offset: int = 0) -> Records:
        """Return copies of so many of the records that match, oldest first."""
        return self.partition.select(type_, condition, offset=offset, limit=limit)[0]

    def number(self, type_: str, id_: str) -> int | None:
        """Return the internal integer behind a public id, also when its record is gone."""
        record = self.get(type_, id_)
        return record[SERIAL] if record else self.identifiers.decode(type_, id_)

    def organization_record(self) -> Record:
        """Return the record of the organization itself."""
        records, _ = self.partition.select(ORGANIZATIONS, EVERYTHING, limit=1)
        return records[0]

    def owner_record(self, owner: Owner) -> Record | None:
        """Return the record of a resource owner, if it is still there."""
        return self.get(owner.records, owner.id)

    def setting(self, name: str) -> Any:
        """Return an attribute of the organization."""
        return self.organization_record()[name]

    def delay(self, name: str) -> timedelta:
        """Return how long the service takes for something: one of ``Delays``, or its own."""
        organization = self.organization
        own = organization.seed_options.preferences.get(name)
        seconds = getattr(organization.listeners.delays, name) if own is None else own
        return timedelta(seconds=seconds)

    @property
    def entropy(self) -> Entropy:
        """A new stream of random values for data, unlike any before."""
        return self.random_seed.next_entropy(self.partition)

    # --- writing -------------------------------------------------------------------------------

    def transaction(
        self,
        acting_as: Access | None = None,
        *,
        mutes_events: bool = False,
        counted_from: float | None = None,
    ) -> AbstractContextManager[Transaction]:
        """Do all or nothing; see ``Transactions.begin``."""
        return self.transactions.begin(
            acting_as, mutes_events=mutes_events, counted_from=counted_from
        )

    def draft(self, type_: str) -> Record:
        """Return a new record's beginnings; an id brought in from outside is passed over."""
        while True:
            number = self.partition.next_number(type_)
            id_ = self.identifiers.encode(type_, number)
            if self.partition.get(type_, id_, ("id",)) is None:
                now = self.clock.timestamp()
                return {"id": id_, SERIAL: number, "created_at": now, "updated_at": now}

    def insert(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Store a new record that no request makes: a token, a role, an event."""
        record = {**self.draft(type_), **values}
        self.partition.put(type_, record)
        return record

    def store(
        self, type_: str, before: Record | None, record: Record | None, event: str | None = None
    ) -> None:
        """Store what has become of a record, or remove it, and record the change."""
        if record is None:
            self.partition.remove(type_, (before or {})["id"])
        else:
            self.partition.put(type_, record)
        event = event or ("create" if before is None else "update" if record else "destroy")
        self.history.record(event, type_, before, record, self.transactions.current.acting_as)
        for stored in self.organization.listeners.stored.get(type_, ()):
            stored(self, before, record)

    @abstractmethod
    def matching(self, type_: str, filters: Mapping[str, Any]) -> Condition:
        """Return what predicates as those of ``filter[q]`` ask for."""

    @abstractmethod
    def linked(self, type_: str, record: Record, name: str) -> list[Target]:
        """Return the type and id of every record that a relationship leads to."""

    @abstractmethod
    def linked_all(
        self, type_: str, records: Sequence[Record], name: str
    ) -> Sequence[Sequence[Target]]:
        """Return the same of each of several records of a type, read at once."""

    @abstractmethod
    def view(self) -> View:
        """Return what derived members look at when the service itself reads."""

    @abstractmethod
    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""

    @abstractmethod
    def change(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Update a record as the service itself does; ``called`` so in the history."""

    def rewrite(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Write fields of a record past every rule and effect, for what must not be refused."""
        with self.transaction():
            before = self.partition.get(type_, id_)
            if before is None:
                raise refusal("RECORD_NOT_FOUND")
            record = {**before, **values, "updated_at": self.clock.timestamp()}
            self.store(type_, before, record, called)
        return record

    @abstractmethod
    def remove(self, type_: str, id_: str) -> None:
        """Delete a record as the service itself does; 423 when something restricts that."""

    # --- telling -------------------------------------------------------------------------------

    def fire(self, type_: str, id_: str, event: str) -> None:
        """Record that an event of the type has happened to a record, and tell (customers §16)."""
        fields = dict.fromkeys(("reference", "reference_origin"))
        values = {"name": f"{type_}.{event}", "resource": id_, "resource_type": type_}
        self.announce(self.insert(EVENTS, {**values, **fields, "metadata": {}}))
        follow(self, type_, id_, event)

    def announce(self, event: Record) -> None:
        """Tell of an event, perhaps once more."""
        type_, _, name = event["name"].partition(".")
        resource = self.registry.get(type_)
        is_muted = self.transactions.current.mutes_events
        if is_muted and not (resource and name in resource.always_told):
            return
        for announced in self.organization.listeners.announced:
            announced(self, event)

    def schedule(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Have a job of the type's declaration done to a record later."""
        self.job_queue.add(type_, id_, job, after)
        for scheduled in self.organization.listeners.scheduled:
            self.transactions.after(scheduled)

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""
        self.job_queue.cancel(type_, id_, job)

    def end_tokens(self, type_: str, id_: str) -> None:
        """End the sessions of a resource owner."""
        for gone in self.organization.listeners.owner_gone:
            gone(self, type_, id_)

    def forget_history(self, type_: str, id_: str) -> None:
        """Blank the values in the change history of a record."""
        self.history.forget(type_, id_)

    # --- beginnings ------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Forget every record and number: as on the first day."""
        self.partition.clear()
        self.settle(self._own_random_seed())

    def settle(self, random_seed: RandomSeed) -> None:
        """Go on with the ids and the random values of an origin: one's own, or a snapshot's."""
        self.random_seed = random_seed
        self.identifiers = random_seed.identifiers
        self.traces = random_seed.entropy("traces")
        self.job_queue.look_again()
        self.history.begin_again()

    def _own_random_seed(self) -> RandomSeed:
        return RandomSeed(self.organization.seed, self.organization.slug, self.mode)
