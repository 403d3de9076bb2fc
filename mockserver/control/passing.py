"""Time as it passes: what becomes due on the way is done in its order, each at its own moment."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from mockserver.access import MODES
from mockserver.clock import Clock, monotonic
from mockserver.storage.base import StorageError

if TYPE_CHECKING:
    from mockserver.control.components import Components
    from mockserver.engine.organization import Organization

#: Seconds that are waited in all for what is delivered on the way: a receiver may hang.
WITHIN = 30.0

Change = Callable[[Clock], None]
#: Yields whenever something is to be waited for.
Waits = Generator[None, None, None]


class Passing:
    """Lets time pass for the organizations of a server, one change at a time."""

    def __init__(self, components: Components) -> None:
        """Move the clocks of these parts."""
        self._components = components
        self._turn = Lock()

    def change(self, clocks: Iterable[Clock], of: Iterable[Organization], change: Change) -> Waits:
        """Change clocks; those of organizations pass every moment at which something is due.

        A generator, as deliveries are waited for on the way, for ``WITHIN`` seconds in all: who
        takes its time over them lets others go on. Who closes it before its end finds the clocks
        changed, and what is due is done from there.

        Args:
            clocks: those of nobody, by which nothing is due.
            of: whose clocks pass.
            change: what is done to each.

        Raises:
            StorageError: what was due cannot be stored; the clock stands where it stood before.
        """
        while not self._turn.acquire(blocking=False):
            yield
        try:
            targets = [(organization, _changed(organization.clock, change)) for organization in of]
            deadline = monotonic() + WITHIN
            try:
                for organization, target in targets:
                    yield from self._walk(organization, target, deadline)
            except GeneratorExit:
                for organization, target in targets:
                    organization.clock.become(target)
                _change_all(clocks, change)
                raise
            _change_all(clocks, change)
        finally:
            self._turn.release()

    def _walk(self, organization: Organization, target: Clock, deadline: float) -> Waits:
        clock, end = organization.clock, target.seconds()
        if clock.seconds() < end:
            yield from self._settle(organization, deadline)
        while self._is_there(organization):
            due = self._next(organization)
            goal = target
            if clock.seconds() < due <= end:
                goal = _changed(clock, partial(Clock.move_to, seconds=due))
            yield from self._move(organization, goal, deadline)
            if goal is target:
                return

    def _move(self, organization: Organization, goal: Clock, deadline: float) -> Waits:
        """Move the clock, and do what is due then; the clock stays when that cannot be stored."""
        clock, before = organization.clock, organization.clock.copy()
        clock.become(goal)
        try:
            yield from self._settle(organization, deadline)
        except StorageError:
            clock.become(before)
            raise

    def _settle(self, organization: Organization, deadline: float) -> Waits:
        """Do what is due at this moment, and wait until it is delivered."""
        dispatcher = self._components.dispatcher
        sandboxes = [organization.sandbox(mode) for mode in MODES]
        organization.work()
        dispatcher.wake(*sandboxes)
        while any(map(dispatcher.is_busy, sandboxes)) and monotonic() < deadline:
            yield

    def _next(self, organization: Organization) -> float:
        sandboxes = [organization.sandbox(mode) for mode in MODES]
        jobs = (sandbox.job_queue.next_due for sandbox in sandboxes)
        return min(*jobs, *map(self._components.dispatcher.next_due, sandboxes))

    def _is_there(self, organization: Organization) -> bool:
        return self._components.organizations.get(organization.slug) is organization


def _change_all(clocks: Iterable[Clock], change: Change) -> None:
    for clock in clocks:
        change(clock)


def _changed(clock: Clock, change: Change) -> Clock:
    """Return the time a clock would have after a change."""
    changed = clock.copy()
    change(changed)
    return changed
