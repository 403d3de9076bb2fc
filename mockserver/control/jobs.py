"""Jobs: what the service does later, done or failed now because a tester says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from mockserver.access import MODES
from mockserver.clock import EPOCH, timestamp
from mockserver.control.components import Components, Json, find
from mockserver.engine.job_queue import Done, JobQueue
from mockserver.engine.sandbox import Sandbox
from mockserver.refusals import invalid, load, missing
from mockserver.resources.registry import registry
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, both

Listing = list[Json]
#: The words of a search that are fields of jobs, and those fields.
FIELDS: Mapping[str, str] = {"type": "resource_type", "resource": "resource"}


def _check_type(value: str) -> None:
    """Refuse what is no type; they are known only when it is asked."""
    validate.OneOf(list(registry()), error="Not a type.")(value)


class JobsSchema(Schema):
    """Which jobs are meant; all of them when nothing is said."""

    organization = fields.String()
    mode = fields.String(validate=validate.OneOf(MODES))
    type = fields.String(validate=_check_type)
    resource = fields.String()


class JobControl:
    """The jobs that wait, in all organizations of one server."""

    def __init__(self, components: Components) -> None:
        """Control the jobs of these parts."""
        self._components = components

    def list(self, search: Any = None) -> Listing:
        """Return the jobs that wait, by organization and mode in the order they are due.

        Args:
            search: as ``JobsSchema``; ``None``: all of them.

        Raises:
            Refusal: 404 for the organization, 422 with a pointer.
        """
        found = []
        for sandbox, condition in self._searched(search):
            # What is due by now no longer waits.
            sandbox.job_queue.work()
            found += [serialized(sandbox, job) for job in sandbox.job_queue.waiting(condition)]
        return found

    def run(self, search: Any = None) -> Listing:
        """Do the jobs that wait now, and what follows from them; return what came of each.

        Args:
            search: as ``JobsSchema``; ``None``: all of them.

        Raises:
            Refusal: 404 for the organization, 422 with a pointer.
        """
        return [
            outcome(sandbox, done)
            for sandbox, condition in self._searched(search)
            for done in sandbox.job_queue.run(condition)
        ]

    def run_one(self, id_: str, search: Any = None) -> Json:
        """Do one job now; what follows from it waits.

        Args:
            id_: of the job.
            search: as ``JobsSchema``: where it has to be.

        Raises:
            Refusal: 404; 409 when several organizations have a job with this id.
        """
        return self._one(id_, search, JobQueue.run_one)

    def fail_one(self, id_: str, search: Any = None) -> Json:
        """Have one job fail now, the way its type says.

        Args:
            id_: of the job.
            search: as ``JobsSchema``: where it has to be.

        Raises:
            Refusal: 404; 409 as for ``run_one``; 422 for a job that has no way to fail.
        """
        try:
            return self._one(id_, search, JobQueue.fail_one)
        except LookupError as error:
            raise invalid("", f"A job {error.args[0]!r} has no way to fail.") from None

    # --- steps -----------------------------------------------------------------------------------

    def _searched(self, search: Any) -> Iterator[tuple[Sandbox, Condition]]:
        """Yield where to look, and for what."""
        wanted = load(JobsSchema(), {} if search is None else search)
        condition = both(
            *(
                Compare(field, "eq", wanted[word])
                for word, field in FIELDS.items()
                if word in wanted
            )
        )
        slug = wanted.get("organization")
        for organization in (
            [find(self._components, slug)] if slug else self._components.organizations
        ):
            for mode in [wanted["mode"]] if "mode" in wanted else MODES:
                yield organization.sandbox(mode), condition

    def _one(self, id_: str, search: Any, do: Callable[[JobQueue, str], Done | None]) -> Json:
        """Do it to the one job that is meant; a snapshot can bring an id to several places."""
        sandboxes = [
            sandbox
            for sandbox, condition in self._searched(search)
            if sandbox.job_queue.waiting(both(condition, Compare("id", "eq", id_)))
        ]
        if len(sandboxes) > 1:
            slugs = ", ".join(f"{each.organization.slug} ({each.mode})" for each in sandboxes)
            detail = f"There is a job {id_!r} in each of {slugs}: say in which one."
            raise invalid("", detail, title="Conflict", status=409)
        done = do(sandboxes[0].job_queue, id_) if sandboxes else None
        if done is None:
            raise missing(f"job {id_!r}")
        return outcome(sandboxes[0], done)


def serialized(sandbox: Sandbox, job: Record) -> Json:
    """Return a job as JSON: what is to be done to which record, and when."""
    return {
        "id": job["id"],
        "organization": sandbox.organization.slug,
        "mode": sandbox.mode,
        "job": job["job"],
        "type": job["resource_type"],
        "resource": job["resource"],
        "due_at": timestamp(EPOCH + timedelta(seconds=job["due_at"])),
    }


def outcome(sandbox: Sandbox, done: Done) -> Json:
    """Return a job that was done as JSON, and what came of it."""
    job, came = done
    return {**serialized(sandbox, job), "outcome": came}
