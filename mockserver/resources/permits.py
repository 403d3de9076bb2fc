"""What sales channels may do to a type, as each declaration says it (authentication §13).

A permit may restrict the records it applies to; a request for a type or an action without a permit,
or for a record outside the restriction, is answered 401 ``UNAUTHORIZED``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mockserver.access import Access
from mockserver.storage.conditions import EVERYTHING, Compare, Condition, Related

#: Which records: the same for everybody, or depending on who asks.
Restriction = Condition | Callable[[Access], Condition]


@dataclass(frozen=True, slots=True)
class Permit:
    """What is allowed: actions as letters of ``CRUD``, whether lists, and of which records.

    Attributes:
        actions: letters of ``CRUD``.
        lists: whether the type may be listed.
        readable: the records that may be read; a function of the bearer where it depends.
        writable: what those that may be created or changed satisfy besides.
        creates_others: whether records may be created that cannot be read then.
    """

    actions: str
    lists: bool = False
    readable: Restriction = EVERYTHING
    writable: Condition = EVERYTHING
    creates_others: bool = False

    def readable_by(self, access: Access) -> Condition:
        """Return what the records that this bearer may read satisfy."""
        return self.readable(access) if callable(self.readable) else self.readable


CLOSED = Permit("")
SINGLE = Permit("CRUD")
READ = Permit("R")
CATALOGUE = Permit("R", lists=True)


def own(actions: str, field: str = "customer", *, creates_others: bool = False) -> Permit:
    """Permit these actions, and lists, of the records that belong to the logged customer."""
    return Permit(actions, True, own_by(field), creates_others=creates_others)


def own_by(field: str) -> Callable[[Access], Condition]:
    """Return the restriction to the records whose field names the logged customer."""
    return lambda access: Compare(field, "eq", access.customer_id)


# --- what hangs on an order ----------------------------------------------------------------------

#: The statuses in which a guest may read an order, and those in which it may still be changed.
OPEN_STATUSES = frozenset({"draft", "pending"})
READABLE_STATUSES = OPEN_STATUSES | {"placed"}


def of_order(condition: Condition) -> Condition:
    """Return what records satisfy whose order satisfies this."""
    return Related("orders", "order", "id", condition)


def of_own_order(access: Access) -> Condition:
    """Restrict to what hangs on an order of the logged customer."""
    return of_order(own_by("customer")(access))


ORDER_PART = Permit(
    "CRUD",
    readable=of_order(Compare("status", "in", READABLE_STATUSES)),
    writable=of_order(Compare("status", "in", OPEN_STATUSES)),
)
OWN_ORDER_PART = replace(SINGLE, readable=of_own_order)
