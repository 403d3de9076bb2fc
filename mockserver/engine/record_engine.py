"""One mode's records as behaviours see them, and what all who write them share.

Nothing here asks who may do what; the actions that do are the :class:`~.sandbox.Sandbox`'s.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mockserver.access import Access, Mode
from mockserver.engine.event_reactions import follow
from mockserver.engine.files import Files
from mockserver.engine.history import History
from mockserver.engine.holding import holds
from mockserver.engine.job_queue import JobQueue
from mockserver.engine.listeners import EventListeners
from mockserver.engine.random_seed import RandomSeed
from mockserver.engine.record_store import RecordStore
from mockserver.engine.tenant import Tenant
from mockserver.errors import refusal
from mockserver.resources.events import Event
from mockserver.schema.protocols import Job, Target, View
from mockserver.schema.service_calls import ServiceCall, ServiceReply
from mockserver.storage.base import Record
from mockserver.storage.conditions import Condition

EVENTS = Event.type_


class RecordEngine(RecordStore, ABC):
    """The records of one mode of an organization, and what follows when one changes.

    Attributes:
        listeners: who is told of what happens.
        job_queue: what is done later.
        files: those that belong to records.
        history: what has changed.
    """

    def __init__(self, organization: Tenant, mode: Mode, listeners: EventListeners) -> None:
        """Open the mode over its records."""
        super().__init__(organization, mode)
        self.listeners = listeners
        self.job_queue = JobQueue(self, self._perform)
        self.files = Files(self)
        self.history = History(self)

    def get(self, type_: str, id_: str | None, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of a record or ``None``; the creation in a history may be told."""
        if id_ is None:
            return None
        record = self.partition.get(type_, id_, fields)
        return self.history.told(type_, id_) if record is None else record

    # --- writing -------------------------------------------------------------------------------

    def store(
        self, type_: str, before: Record | None, record: Record | None, event: str | None = None
    ) -> None:
        """Store what has become of a record, or remove it, and record the change."""
        if record is None:
            self.partition.remove(type_, (before or {})["id"])
        else:
            self.partition.put(type_, record)
        self.keep_time(type_, before, record)
        event = event or ("create" if before is None else "update" if record else "destroy")
        self.history.record(event, type_, before, record, self.transactions.current.acting_as)
        for stored in self.listeners.stored.get(type_, ()):
            stored(self, before, record)

    def keep_time(self, type_: str, before: Record | None, record: Record | None) -> None:
        """Schedule what a record that has become another one waits for by its own moments.

        For every way into the store: a change, seeds, scenarios, records of any state.
        """
        declared = self.registry.get(type_)
        if declared is None or not declared.due:
            return
        now = self.clock.now()
        for job, due in declared.due.items():
            known, moment = (each and due(each, now) for each in (before, record))
            if known == moment:
                continue
            if known:
                self.cancel(type_, (before or {})["id"], job)
            if moment:
                self.schedule_at(type_, (record or {})["id"], job, moment)

    def keep_time_of_all(self) -> None:
        """Schedule what records wait for that came without their jobs, as from a file."""
        waiting = {(job["resource"], job["job"]) for job in self.job_queue.waiting()}
        now = self.clock.now()
        for type_ in (name for name, declared in self.registry.items() if declared.due):
            for record in self.partition.select(type_)[0]:
                for job, due in self.registry[type_].due.items():
                    moment = due(record, now)
                    if moment and (record["id"], job) not in waiting:
                        self.schedule_at(type_, record["id"], job, moment)

    @abstractmethod
    def matching(self, type_: str, filters: Mapping[str, Any]) -> Condition:
        """Parse predicates as those of ``filter[q]`` into a condition."""

    def holds(self, record: Record, condition: Condition) -> bool:
        """Say whether a record, which need not be stored like this, satisfies a condition."""
        return holds(self.partition, record, condition)

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
        """Return the view of derived members when the service itself reads."""

    @abstractmethod
    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""

    @abstractmethod
    def change(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Update a record as the service itself does; ``called`` so in the history."""

    @abstractmethod
    def begun(self, type_: str) -> Record:
        """Return a new record with what one has that nothing is said of; it is not stored yet."""

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

    @abstractmethod
    def require_nameable(self, type_: str, record: Record, access: Access) -> None:
        """Refuse to let the bearer name what is another's, 401 (authentication.md §13.2)."""

    @property
    def is_muted(self) -> bool:
        """Whether webhooks hear only of what is always announced."""
        return self.transactions.current.mutes_events

    # --- telling -------------------------------------------------------------------------------

    def fire(self, type_: str, id_: str, event: str) -> None:
        """Record that an event of the type has happened to a record, and tell.

        customers.md §16.
        """
        fields = dict.fromkeys(("reference", "reference_origin"))
        known = [t for t in (type_, self.registry[type_].family) if t]
        # Some are told of the family alone: a kind of transactions is never refused.
        for told in [t for t in known if event in self.registry[t].topics] or known[:1]:
            values = {"name": f"{told}.{event}", "resource": id_, "resource_type": type_}
            self.announce(self.insert(EVENTS, {**values, **fields, "metadata": {}}))
        follow(self, type_, id_, event)

    def announce(self, event: Record) -> None:
        """Tell of an event, perhaps once more."""
        type_, _, name = event["name"].partition(".")
        resource = self.registry.get(type_)
        if self.is_muted and not (resource and name in resource.always_told):
            return
        for announced in self.listeners.announced:
            announced(self, event)

    def call_service(self, call: ServiceCall) -> ServiceReply:
        """Ask an external service, and wait for its answer."""
        return self.listeners.service(self, call)

    def schedule(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Have a job of the type's declaration done to a record later."""
        self.job_queue.add(type_, id_, job, after)
        self._tell_of_job()

    def schedule_at(self, type_: str, id_: str, job: str, moment: datetime) -> None:
        """Have a job of the type's declaration done to a record at a moment."""
        self.job_queue.add_at(type_, id_, job, moment.timestamp())
        self._tell_of_job()

    def _tell_of_job(self) -> None:
        for scheduled in self.listeners.scheduled:
            self.transactions.after(scheduled)

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""
        self.job_queue.cancel(type_, id_, job)

    def end_tokens(self, type_: str, id_: str) -> None:
        """End the sessions of a resource owner."""
        for gone in self.listeners.owner_gone:
            gone(self, type_, id_)

    def forget_history(self, type_: str, id_: str) -> None:
        """Blank the values in the change history of a record."""
        self.history.forget(type_, id_)

    def _perform(self, job: Job, record: Record) -> None:
        job(self, record)

    # --- beginnings ------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Forget every record and number: as on the first day."""
        self.partition.clear()
        self.settle(self.own_random_seed())

    def settle(self, random_seed: RandomSeed) -> None:
        """Go on with other records: ids and random values derive from their seed."""
        self.derive_from(random_seed)
        self.job_queue.look_again()
        self.history.begin_again()
