"""State machines as data: what a trigger needs, where it leads, what it stamps and tells of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.resources.behaviour import Change, Effect


@dataclass(frozen=True, slots=True)
class Transition:
    """The effect of a trigger that moves a record from some states to another.

    Attributes:
        to: the new state, or the new one of each it is allowed in; ``None``: it stays as it is.
        sources: the states it is allowed in; none: all of them, or those of ``to``.
        requires: further fields, with the values it is allowed with.
        stamp: the field that gets the present moment.
        event: what is told of, ``approve`` for instance.
        state: the field that holds the state.
        sets: further fields, with their values.
        then: done after the move, as an effect; it may refuse as well.
    """

    to: str | Mapping[str, str] | None
    sources: Sequence[str] = ()
    stamp: str | None = None
    event: str | None = None
    state: str = "status"
    requires: Mapping[str, Collection[str]] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    then: Effect | None = None

    def __call__(self, change: Change, value: Any) -> None:
        """Move the record, or note that it is not allowed in the current status."""
        if not self.is_allowed(change):
            refuse_transition(change)
            return
        if isinstance(self.to, Mapping):
            change.record[self.state] = self.to[change.record[self.state]]
        elif self.to is not None:
            change.record[self.state] = self.to
        change.record.update(self.sets)
        if self.stamp:
            change.record[self.stamp] = change.world.clock.timestamp()
        if self.event:
            change.fire(self.event)
        if self.then:
            self.then(change, value)

    def is_allowed(self, change: Change) -> bool:
        """Say whether the record is in a state the trigger is allowed in."""
        sources = self.to if isinstance(self.to, Mapping) else self.sources
        fits = not sources or change.record.get(self.state) in sources
        return fits and all(change.record.get(n) in values for n, values in self.requires.items())


def refuse_transition(change: Change) -> None:
    """Note that the running trigger is not allowed now (customers §11.3)."""
    change.invalid(change.member, "invalid_transition")
