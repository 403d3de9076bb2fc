"""How much is kept of what has happened: events, changes, callbacks, deliveries, tokens.

Their types declare which of their records are expendable. As new ones are stored, the oldest go,
some at a time: no request waits for many of them.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from mockserver.clock import timestamp
from mockserver.resources.registry import declarations

if TYPE_CHECKING:
    from mockserver.engine.tenant import Tenant
    from mockserver.engine.transaction import Transactions
    from mockserver.storage.base import Partition
    from mockserver.storage.conditions import Condition

#: Of so many new records one has the old ones looked at.
EVERY = 64
#: The most that one request forgets: more than come meanwhile, so that any backlog melts away.
MOST = 4 * EVERY
DAYS = "history_days"

log = logging.getLogger(__name__)


class Retention:
    """The limits by number and age of what one mode of an organization keeps."""

    def __init__(
        self, organization: Tenant, partition: Partition, transactions: Transactions
    ) -> None:
        """Keep the records of a mode within the limits of its organization."""
        self._organization = organization
        self._partition = partition
        self._transactions = transactions

    def stored(self, type_: str, number: int) -> None:
        """Forget the oldest records of a type, now that one with this number has been stored."""
        expendable = declarations()[type_].expendable if self.is_due(number) else None
        if expendable is not None:
            self.limit(type_, expendable)

    @staticmethod
    def is_due(number: int) -> bool:
        """Say whether it is time to look, now that a record with this number has been stored."""
        return number % EVERY == 0

    def limit(self, type_: str, expendable: Condition) -> None:
        """Forget some of the records of a type that are beyond a limit, the oldest ones."""
        gone = self._beyond(type_, expendable)
        if gone:
            with self._transactions.begin():
                for id_ in gone:
                    self._partition.remove(type_, id_)
                self._transactions.after(self._note, type_, gone)

    def _beyond(self, type_: str, expendable: Condition) -> tuple[str, ...]:
        """Return the ids of those beyond a limit, oldest first, not too many."""
        preference, partition = self._organization.preference, self._partition
        size, days = preference(declarations()[type_].limited_by), preference(DAYS)
        excess = partition.count(type_, expendable) - size if size else 0
        if excess <= 0 and not days:
            return ()
        horizon = timestamp(self._organization.clock.now() - timedelta(days=days)) if days else ""
        # By number alone no more are read than go: what is read is copied.
        oldest, _ = partition.select(type_, expendable, limit=MOST if days else min(excess, MOST))
        return tuple(
            record["id"]
            for place, record in enumerate(oldest)
            if place < excess or record["created_at"] < horizon
        )

    def _note(self, type_: str, gone: tuple[str, ...]) -> None:
        forgotten = self._organization.defaults.forgotten
        if not forgotten[type_]:
            limit = declarations()[type_].limited_by
            log.warning("The oldest %s are forgotten: %s or %s is reached.", type_, limit, DAYS)
        forgotten[type_] += len(gone)
