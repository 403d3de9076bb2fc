"""The job queue, as a test looks at it and works through it now."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.testing.awaiting import in_thread
from mockserver.testing.results import Result, many, one

if TYPE_CHECKING:
    from mockserver.control.jobs import JobControl

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]


class Working(ABC):
    """Whose jobs are looked at: those of one organization, or of a whole server.

    They are searched by ``mode``, ``type`` and ``resource``; on a server by ``organization`` too.
    """

    @property
    @abstractmethod
    def _jobs(self) -> JobControl:
        """The jobs of the server."""

    @property
    @abstractmethod
    def _whose(self) -> str | None:
        """The organization; ``None`` for all."""

    def jobs(self, **search: str) -> list[Result]:
        """Return the jobs that wait, in the order they are due.

        Raises:
            Refusal: 404 for the organization, 422 for what is no search.
        """
        return many(self._jobs.list(self._among(search)))

    def run_jobs(self, **search: str) -> list[Result]:
        """Do the jobs that wait now, and what follows from them; return what came of each.

        Raises:
            Refusal: as ``jobs``.
        """
        return many(self._jobs.run(self._among(search)))

    def run_job(self, id_: str, **search: str) -> Result:
        """Do one job now; what follows from it waits.

        Args:
            id_: of the job.
            **search: as of ``jobs``, should several places have a job with this id.

        Raises:
            Refusal: 404; 409 when it is not clear which one is meant.
        """
        return one(self._jobs.run_one(id_, self._among(search)))

    def fail_job(self, id_: str, **search: str) -> Result:
        """Have one job fail now, the way its type says.

        Args:
            id_: of the job.
            **search: as of ``run_job``.

        Raises:
            Refusal: 404; 409 as of ``run_job``; 422 for a job that has no way to fail.
        """
        return one(self._jobs.fail_one(id_, self._among(search)))

    async def async_run_jobs(self, **search: str) -> list[Result]:
        """Do what ``run_jobs`` does; the event loop goes on."""
        return await in_thread(self.run_jobs, **search)

    async def async_run_job(self, id_: str, **search: str) -> Result:
        """Do what ``run_job`` does; the event loop goes on."""
        return await in_thread(self.run_job, id_, **search)

    async def async_fail_job(self, id_: str, **search: str) -> Result:
        """Do what ``fail_job`` does; the event loop goes on."""
        return await in_thread(self.fail_job, id_, **search)

    def _among(self, search: Mapping[str, str]) -> Json:
        return {**search, **({} if self._whose is None else {"organization": self._whose})}
