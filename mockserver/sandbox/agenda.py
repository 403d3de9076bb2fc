"""What the service does later, by the sandbox's clock: jobs, kept with the records."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from mockserver.clock import monotonic
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Order, both

if TYPE_CHECKING:
    from mockserver.sandbox.world import World

#: The type jobs are stored under; no declaration has such a name.
JOBS = "jobs"
DUE = (Order("due_at"),)
#: What is waited for when nothing is.
NEVER = float("inf")

log = logging.getLogger(__name__)


class Agenda:
    """The jobs of one mode of an organization, done in the order they are due."""

    def __init__(self, world: World) -> None:
        """Keep the jobs of this world."""
        self._world = world
        self._next: float | None = None
        #: When the job that is being done was due: what it asks for is counted from then on.
        self._began: float | None = None

    @property
    def next_due(self) -> float:
        """When the next job is due, in seconds since the epoch; infinite when none is."""
        due = self._next
        if due is None:
            # Nobody adds a job between the look and the note of it.
            with self._world.transaction():
                waiting = self._first()
                due = self._next = waiting["due_at"] if waiting else NEVER
        return due

    @property
    def is_due(self) -> bool:
        """Whether something is to be done now."""
        return self.next_due <= self._world.clock.seconds()

    def look_again(self) -> None:
        """Forget what was waiting: the records are others now."""
        self._next = None

    def add(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Note a job; see ``World.schedule``."""
        now = self._world.clock.seconds() if self._began is None else self._began
        due_at = now + after.total_seconds()
        values = {"job": job, "resource_type": type_, "resource": id_, "due_at": due_at}
        self._world.store(JOBS, values)
        self._next = None

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""
        own = both(Compare("resource", "eq", id_), Compare("resource_type", "eq", type_))
        for waiting in self._world.find(JOBS, both(own, Compare("job", "eq", job))):
            self._world.partition.remove(JOBS, waiting["id"])
        self._next = None

    def work(self, within: float = NEVER) -> None:
        """Do every job that is due, those included that become due by doing so.

        Args:
            within: begin no further one after so many seconds; where the clock stands still,
                everything is done all the same: nobody else would.
        """
        deadline = monotonic() + within if self._world.clock.frozen_at is None else NEVER
        while self.is_due:
            with self._world.transaction():
                job = self._first()
                self._next = None
                if job is None or job["due_at"] > self._world.clock.seconds():
                    return
                self._world.partition.remove(JOBS, job["id"])
                self._began = job["due_at"]
                try:
                    self._do(job)
                finally:
                    self._began = None
            if monotonic() >= deadline:
                return

    def _first(self) -> Record | None:
        found, _ = self._world.partition.select(JOBS, order=DUE, limit=1)
        return found[0] if found else None

    def _do(self, job: Record) -> None:
        """Do one job; one that fails undoes itself, and nobody waits who could be told."""
        type_ = job["resource_type"]
        doing = self._world.registry[type_].jobs.get(job["job"])
        record = self._world.get(type_, job["resource"])
        if doing is None or record is None:
            return
        try:
            with self._world.transaction(), self._world.acting():
                doing(self._world, record)
        except Exception:
            log.exception("The job %s of %s %s failed.", job["job"], type_, record["id"])
