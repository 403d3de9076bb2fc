"""Job queue: the work that is done later, by the sandbox's clock, stored with the records."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from mockserver.clock import monotonic
from mockserver.effort import unbounded
from mockserver.engine.record_store import RecordStore
from mockserver.resources.jobs import QueuedJob
from mockserver.schema.protocols import Job
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, Condition, SortKey, both

JOBS = QueuedJob.type_
DUE = (SortKey("due_at"),)
#: What is waited for when nothing is.
NEVER = float("inf")
#: What follows from a job within this time belongs to the same work.
SOON = timedelta(hours=1)
#: What came of a job.
DONE, FAILED = "done", "failed"
#: A job, and what came of it.
Done = tuple[Record, str]
Doing = Callable[[Record], str]

log = logging.getLogger(__name__)


class JobQueue:
    """The jobs of one mode of an organization, done in the order they are due."""

    def __init__(self, store: RecordStore, perform: Callable[[Job, Record], None]) -> None:
        """Keep the jobs with these records; ``perform`` does one to a record."""
        self._store = store
        self._perform = perform
        self._next: float | None = None

    @property
    def next_due(self) -> float:
        """When the next job is due, in seconds since the epoch; infinite when none is."""
        due = self._next
        if due is None:
            # Nobody adds a job between the look and the note of it.
            with self._store.transaction():
                waiting = self._first()
                due = self._next = waiting["due_at"] if waiting else NEVER
        return due

    @property
    def is_due(self) -> bool:
        """Whether something is to be done now."""
        return self.next_due <= self._store.clock.seconds()

    def look_again(self) -> None:
        """Forget what was waiting: the records are others now."""
        self._next = None

    def add(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Note a job; see ``RecordEngine.schedule``."""
        # What a job asks for is counted from when it was due, however late it is done.
        counted_from = self._store.transactions.current.counted_from
        now = self._store.clock.seconds() if counted_from is None else counted_from
        self.add_at(type_, id_, job, now + after.total_seconds())

    def add_at(self, type_: str, id_: str, job: str, due_at: float) -> None:
        """Note a job that is due at a moment, in seconds since the epoch."""
        values = {"job": job, "resource_type": type_, "resource": id_, "due_at": due_at}
        self._store.insert(JOBS, values)
        self._next = None

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""
        own = both(Compare("resource", "eq", id_), Compare("resource_type", "eq", type_))
        for waiting in self._store.find(JOBS, both(own, Compare("job", "eq", job))):
            self._store.partition.remove(JOBS, waiting["id"])
        self._next = None

    def work(self, within: float = NEVER, now: float | None = None) -> None:
        """Do every job that is due, those included that become due by doing so.

        Args:
            within: begin no further one after so many seconds. All the same everything is done
                where the clock stands still, as nobody else would, and where jobs are to be done
                at once.
            now: the time, where it has just been asked for.
        """
        if self.next_due > (self._store.clock.seconds() if now is None else now):
            return
        is_patient = self._store.clock.frozen_at is None and self._store.delay("job_delay")
        deadline = monotonic() + within if is_patient else NEVER
        while self.is_due:
            with self._store.transaction():
                job = self._first()
                self._next = None
                if job is None or job["due_at"] > self._store.clock.seconds():
                    return
                self._take(job, job["due_at"], self._do)
            if monotonic() >= deadline:
                return

    # --- as somebody says who does not wait ------------------------------------------------------

    def waiting(self, condition: Condition = EVERYTHING) -> list[Record]:
        """Return the jobs that wait, in the order they are due."""
        return self._store.partition.select(JOBS, condition, DUE)[0]

    def run(self, condition: Condition = EVERYTHING) -> list[Done]:
        """Do the jobs that wait now, whenever they are due, and what follows from them soon.

        What follows later than that is no part of the same work: the next renewal, for instance.
        """
        done = [self.run_one(job["id"]) for job in self.waiting(condition)]
        horizon = self._store.clock.seconds() + SOON.total_seconds()
        following = both(condition, Compare("due_at", "lt", horizon))
        while found := self._store.partition.select(JOBS, following, DUE, limit=1)[0]:
            done.append(self._now(found[0]["id"], self._do, found[0]["due_at"]))
        return [each for each in done if each]

    def run_one(self, id_: str) -> Done | None:
        """Do one job now; ``None`` when it does not wait any more."""
        return self._now(id_, self._do)

    def fail_one(self, id_: str) -> Done | None:
        """Have one job fail now, as its type declares; ``None`` when it does not wait any more.

        Raises:
            LookupError: its type declares no failure of such a job.
        """
        return self._now(id_, self._fail)

    def _now(self, id_: str, do: Doing, began: float | None = None) -> Done | None:
        with self._store.transaction():
            job = self._store.partition.get(JOBS, id_)
            if job is None:
                return None
            self._next = None
            now = self._store.clock.seconds()
            return job, self._take(job, min(job["due_at"], now) if began is None else began, do)

    # --- steps -----------------------------------------------------------------------------------

    def _first(self) -> Record | None:
        found, _ = self._store.partition.select(JOBS, order=DUE, limit=1)
        return found[0] if found else None

    def _take(self, job: Record, began: float, do: Doing) -> str:
        """Take a job off the queue and do it; return what came of it."""
        self._store.partition.remove(JOBS, job["id"])
        with self._store.transaction(counted_from=began):
            return do(job)

    def _do(self, job: Record) -> str:
        """Do one job; one that fails undoes itself, and nobody waits who could be told."""
        declared = self._store.registry.get(job["resource_type"])
        if declared is None or self._attempt(job, declared.jobs):
            return DONE
        self._attempt(job, declared.failures)
        return FAILED

    def _fail(self, job: Record) -> str:
        """Do what is declared to happen when the job fails."""
        declared = self._store.registry.get(job["resource_type"])
        if declared is None or job["job"] not in declared.failures:
            raise LookupError(job["job"])
        self._attempt(job, declared.failures)
        return FAILED

    def _attempt(self, job: Record, doings: Mapping[str, Job]) -> bool:
        """Say whether a job, or its failure, is done; there may be nothing to be done."""
        type_, doing = job["resource_type"], doings.get(job["job"])
        record = self._store.get(type_, job["resource"])
        if doing is None or record is None:
            return True
        try:
            with self._store.transaction(self._store.system), unbounded():
                self._perform(doing, record)
        except Exception:
            log.exception("The job %s of %s %s failed.", job["job"], type_, record["id"])
            return False
        return True
