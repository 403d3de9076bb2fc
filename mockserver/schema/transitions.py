"""State machines as data: what a trigger needs, where it leads, what it stamps and tells of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Change, Effect
from mockserver.storage.base import Record


@dataclass(frozen=True, slots=True)
class Transition:
    """The effect of a trigger that moves a record from some states to another.

    Asking for the state a record has already is no mistake, and does nothing (commerce.md §14.1).

    Attributes:
        to: the new state, or the new one of each it is allowed in, what is asked for first;
            ``None``: it stays as it is.
        sources: the states it is allowed in; none: all of them, or those of ``to``.
        requires: further fields, with the values it is allowed with.
        guard: what else has to hold; it may note what is missing.
        underway: the states that lead to the new one by themselves: there is nothing more to do.
        stamp: the field that gets the present moment.
        event: what is told of, ``approve`` for instance.
        state: the field that holds the state.
        sets: further fields, with their values.
        by: what moves the record, where more than asking decides where it comes to: it sets the
            state, stamps and tells.
        then: done after the move, as an effect.
    """

    to: str | Mapping[str, str] | None
    sources: Sequence[str] = ()
    stamp: str | None = None
    event: str | None = None
    state: str = "status"
    requires: Mapping[str, Collection[str]] = field(default_factory=dict)
    guard: Callable[[Change], bool] | None = None
    underway: Collection[str] = ()
    sets: Mapping[str, Any] = field(default_factory=dict)
    by: Effect | None = None
    then: Effect | None = None

    def __call__(self, change: Change, value: Any) -> None:
        """Move the record unless it is there already, or note that it cannot be moved."""
        if self.is_reached(change.record):
            return
        if not self.is_allowed(change):
            self.refuse(change)
            return
        if self.by:
            self.by(change, value)
            return
        if isinstance(self.to, Mapping):
            change.record[self.state] = self.to[change.record[self.state]]
        elif self.to is not None:
            change.record[self.state] = self.to
        change.record.update(self.sets)
        if self.stamp:
            change.record[self.stamp] = change.engine.clock.timestamp()
        if self.event:
            change.fire(self.event)
        if self.then:
            self.then(change, value)

    @property
    def goal(self) -> str | None:
        """The state that is asked for."""
        return next(iter(self.to.values())) if isinstance(self.to, Mapping) else self.to

    def is_reached(self, record: Record) -> bool:
        """Say whether the record is, or has, what is asked for."""
        if self.goal is None:
            return bool(self.stamp and record.get(self.stamp))
        return record.get(self.state) in (self.goal, *self.underway)

    def is_allowed(self, change: Change) -> bool:
        """Say whether the record is in a state the trigger is allowed in."""
        sources = self.to if isinstance(self.to, Mapping) else self.sources
        fits = not sources or change.record.get(self.state) in sources
        fits = fits and all(change.record.get(n) in values for n, values in self.requires.items())
        return fits and (self.guard is None or self.guard(change))

    def refuse(self, change: Change) -> None:
        """Note from where to where there is no way (commerce.md §14.1)."""
        if self.goal is None:
            refuse_trigger(change)
            return
        words = {"from": str(change.record.get(self.state)), "to": self.goal}
        change.invalid(self.state, "impossible_transition", words=words)


def refuse_trigger(change: Change) -> None:
    """Note that a trigger that leads to no state is impossible now (catalogue.md §1.7)."""
    change.invalid(change.member, "invalid")
