"""Does what is due when nobody asks: one thread, which begins with the first thing to do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from mockserver.storage.base import StorageError

if TYPE_CHECKING:
    from mockserver.engine.organization import Organization, Organizations

#: Seconds after which clocks are looked at in any case: somebody may have set one.
LONGEST = 3600.0
#: Seconds between two jobs that are both due: requests that wait for the records come first.
GIVE_WAY = 0.002
#: Seconds after which it is tried again when what was done could not be stored.
AGAIN = 1.0


class Chore(Protocol):
    """A task that recurs by the machine's own time, whatever the sandboxes' clocks."""

    @property
    def next_due(self) -> float:
        """In how many seconds it is to be done."""

    def work(self) -> None:
        """Do it, raising nothing; it is due again later."""


class Worker:
    """Works through the job queues of all organizations as their clocks run.

    Attributes:
        chores: what it does besides.
    """

    def __init__(self, organizations: Organizations) -> None:
        """Work for these organizations, from the first wake on."""
        self._organizations = organizations
        self.chores: list[Chore] = []
        self._bell = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def wake(self) -> None:
        """Look what is to be done, now or later; callable from anywhere."""
        self._bell.set()
        with self._starting:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, once it has done what it is at."""
        self._ended.set()
        self._bell.set()
        with self._starting:
            thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._bell.clear()
            try:
                wait = self._work()
            except StorageError:  # nothing can be read either: it is there again a little later
                self._ended.wait(AGAIN)
                continue
            if wait <= 0:
                self._ended.wait(GIVE_WAY)
            else:
                self._bell.wait(wait)

    def _work(self) -> float:
        """Do what is due by now, and return in how many seconds the next thing is."""
        for organization in self._organizations:
            if organization.next_due <= 0 and not self._is_done(organization):
                self._ended.wait(AGAIN)
        for chore in self.chores:
            if chore.next_due <= 0:
                chore.work()
        waiting = (*self._organizations, *self.chores)
        wait: float = min([LONGEST, *(each.next_due for each in waiting)])
        return wait

    @staticmethod
    def _is_done(organization: Organization) -> bool:
        """Do what is due first, and say whether it could be stored; the storage logs it if not."""
        try:
            organization.work(within=0)
        except StorageError:
            return False
        return True
