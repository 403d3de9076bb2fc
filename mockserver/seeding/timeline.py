"""What happens to seeded records, step by step; of the named customers it is told in events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import written
from mockserver.seeding.steps import steps
from mockserver.storage.base import Record

#: A moment, the type and the id of a record, and what happened to it then.
Happening = tuple[str, str, str, str]
CREATE = ("create",)


class Timeline:
    """The steps that the records of a batch take.

    Attributes:
        told: the ids of the customers whose events are told.
    """

    def __init__(self, batch: Batch, told: Collection[str]) -> None:
        """Start with none."""
        self.told = frozenset(told)
        self._batch = batch
        self._steps = steps()
        self._happenings: list[Happening] = []

    def begin(self, type_: str, record: Record, customer_id: str) -> None:
        """Note that a record was made for a customer."""
        self.note(type_, record, customer_id, record["created_at"], CREATE)

    def take(  # noqa: PLR0913, PLR0917 - what a step is told
        self,
        type_: str,
        name: str,
        record: Record,
        customer_id: str,
        moment: datetime,
        who: Mapping[str, Any] | None = None,
    ) -> None:
        """Have a record take a step.

        Args:
            type_: of the record.
            name: of the step.
            record: ours to change.
            customer_id: whose it is.
            moment: when.
            who: asks for it, where that is noted.
        """
        step = self._steps[type_][name]
        step.take(record, moment, who)
        if customer_id in self.told:
            self.note(type_, record, customer_id, written(moment), step.events)

    def note(
        self, type_: str, record: Record, customer_id: str, at: str, events: Sequence[str]
    ) -> None:
        """Note what happened to a record, if that is told."""
        if customer_id in self.told:
            self._happenings += ((at, type_, record["id"], event) for event in events)

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
