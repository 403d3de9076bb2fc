"""State machines as data: what a trigger needs, where it leads, what it stamps and tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.resources.behaviour import Change, Effect


@dataclass(frozen=True, slots=True)
class Transition:
    """The effect of a trigger that moves a record from some states to another.

    Attributes:
        to: the new state; ``None``: it stays as it is.
        sources: the states it is allowed in; none: all of them.
        stamp: the field that gets the present moment.
        event: what is told of, ``approve`` for instance.
        state: the field that holds the state.
        sets: further fields, with their values.
        then: done after the move, as an effect; it may refuse as well.
    """

    to: str | None
    sources: Sequence[str] = ()
    stamp: str | None = None
    event: str | None = None
    state: str = "status"
    sets: Mapping[str, Any] = field(default_factory=dict)
    then: Effect | None = None

    def __call__(self, change: Change, value: Any) -> None:
        """Move the record, or note that it is not allowed in the current status."""
        if self.sources and change.record.get(self.state) not in self.sources:
            refuse_transition(change)
            return
        if self.to is not None:
            change.record[self.state] = self.to
        change.record.update(self.sets)
        if self.stamp:
            change.record[self.stamp] = change.world.clock.timestamp()
        if self.event:
            change.fire(self.event)
        if self.then:
            self.then(change, value)


def refuse_transition(change: Change) -> None:
    """Note that the running trigger is not allowed now (customers §11.3)."""
    change.invalid(change.member, "invalid_transition")
