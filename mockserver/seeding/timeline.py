"""Timeline of seeded records, step by step; that of the named customers is told in events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import written
from mockserver.seeding.steps import Step, steps
from mockserver.storage.base import Record

#: A moment, the type and the id of a record, and what happened to it then.
Happening = tuple[str, str, str, str]
CREATE = ("create",)
#: What else a record of some types begins with.
BEGINNINGS: Mapping[str, Sequence[str]] = {"orders": ("draft",)}


class Timeline:
    """Timeline of the records of a batch.

    Attributes:
        told: the ids of the customers whose events are told.
    """

    def __init__(self, batch: Batch, told: Collection[str]) -> None:
        """Start with nothing."""
        self.told = frozenset(told)
        self._batch = batch
        self._steps = steps()
        self._happenings: list[Happening] = []

    def begin(self, type_: str, record: Record, customer_id: str) -> Life:
        """Return the life of a record that was made for a customer just now."""
        told = self._happenings if customer_id in self.told else None
        life = Life(type_, record, self._steps.get(type_, {}), told)
        life.note(record["created_at"], (*CREATE, *BEGINNINGS.get(type_, ())))
        return life

    def tell(self) -> None:
        """Add the events, oldest first; what happens at the same moment as it was noted."""
        for at, type_, id_, event in sorted(self._happenings, key=itemgetter(0)):
            self._batch.add(
                "events",
                at,
                name=f"{type_}.{event}",
                metadata=EMPTY,
                resource=id_,
                resource_type=type_,
            )


@dataclass(frozen=True, slots=True)
class Life:
    """The steps of one record.

    Attributes:
        type_: of the record.
        record: what the steps change.
        steps: those that a record of the type can take.
        told: where its events are noted; ``None``: they are not told.
    """

    type_: str
    record: Record
    steps: Mapping[str, Step]
    told: list[Happening] | None

    def take(self, name: str, moment: datetime, who: Mapping[str, Any] | None = None) -> None:
        """Take a step.

        Args:
            name: of it.
            moment: when.
            who: asks for it, where that is noted.
        """
        step = self.steps[name]
        step.take(self.record, moment, who)
        if self.told is not None:
            self.note(written(moment), step.events)

    def note(self, at: str, events: Sequence[str]) -> None:
        """Note what has happened to the record, if that is told."""
        if self.told is not None:
            self.told.extend((at, self.type_, self.record["id"], event) for event in events)
